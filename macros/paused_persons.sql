{#- Who waits today (LIFE-4), of rows of person_id and is_paused: whose every row is paused, and who is exported no longer but has a
    row that is, for the receiver would drop it with the person. One row a person. -#}
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
