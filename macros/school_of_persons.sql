{#- The school that gets the findings about a person: the first school where the person is enrolled or employed. One row is a person
    (person_id). -#}
{% macro school_of_persons() -%}
    select person_id, {{ first_text('school_id') }} as school_id
    from (
        select person_id, school_id from {{ ref('int_enrolments_merged') }}
        union all
        select person_id, school_id from {{ ref('int_duties_merged') }}
    ) as links
    group by person_id
{%- endmacro %}
