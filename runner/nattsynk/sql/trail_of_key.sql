{% from 'in_order.jinja' import in_order -%}
{% from 'named.jinja' import compared, named_by_key -%}
{# Every rule that spoke of what the key names, under the id that it names; of a group also what was said of its staff. If the key is that of
   a link, the rows of that link, under the key itself. -#}
with

{{ named_by_key(delivery, rules) }},

told as (

    select
        case
            when named.id is null then asked.id
            when trail.entity = 'school' and trail.school_id is not null then trail.school_id
            when named.id = {{ compared('trail.subject_key') }} then trail.subject_key
            else trail.group_id
        end as id,
        trail.step,
        trail.entity,
        trail.source_key,
        trail.school_id,
        trail.verdict,
        trail.code,
        trail.rule_id,
        trail.evidence,
        trail.text_sv
    from {{ report }}.rpt_trail as trail
    cross join asked
    left join named
        on named.id = {{ compared("case when trail.entity = 'school' and trail.school_id is not null then trail.school_id else trail.subject_key end") }}
        or (trail.entity = 'staff' and named.id = {{ compared('trail.group_id') }})
    where named.id is not null
        or asked.record = {{ compared("replace(trail.source_key, '|', ' ')") }}
        or (trail.entity = 'duty' and asked.record = {{ compared("concat(trail.subject_key, ' ', trail.school_id)") }})
        or (trail.entity = 'enrolment' and asked.record_but_last = {{ compared("concat(trail.subject_key, ' ', trail.school_id)") }})
        or (trail.entity = 'membership' and asked.record = {{ compared("concat(trail.group_id, ' ', trail.subject_key)") }})
        or (trail.entity = 'staff' and asked.record_but_last = {{ compared("concat(trail.group_id, ' ', trail.subject_key)") }})
        or (trail.entity = 'responsible' and replace(asked.record, ' ', '-') = {{ compared('trail.source_key') }})

)

select id, step, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv
from told
order by {{ in_order(('id', 'step', 'entity', 'source_key', 'school_id', 'verdict', 'code', 'evidence'), exact, ('step',)) }}
