{#- The persons who wait today (LIFE-4), from rows of person_id and is_paused. A person waits if all of the person's rows are paused. A
    person who is no longer exported waits if any row is paused, because a delete would also remove the link that is paused. One row is a person. -#}
{% macro paused_persons(links) -%}
    select summed.person_id
    from (
        select
            person_id,
            min(is_paused) as is_all_paused,
            max(is_paused) as is_any_paused
        from {{ links }}
        group by person_id
    ) as summed
    left join {{ ref('export_persons') }} as persons
        on persons.person_id = summed.person_id
    where summed.is_all_paused = 1
        or (persons.person_id is null and summed.is_any_paused = 1)
{%- endmacro %}
