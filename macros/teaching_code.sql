{#- NAM-3, NAM-5. What an activity on a teaching group is about. If it has a subject and a course, the course is used. Compared in upper
    case. -#}
{% macro teaching_code(rows_alias) -%}
coalesce({{ rows_alias }}.course_code, {{ rows_alias }}.subject_code)
{%- endmacro %}
