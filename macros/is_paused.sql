{#- Condition: a row of this school and school form is paused today (LIFE-4). A blank in the pause means every school, or every form. -#}
{% macro is_paused(school_id, school_form) -%}
exists (
        select 1
        from {{ ref('delta_pauses') }} as pauses
        where (pauses.school_id is null or pauses.school_id = {{ school_id }})
            and (pauses.school_form is null or pauses.school_form = {{ school_form }})
    )
{%- endmacro %}
