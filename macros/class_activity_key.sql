{#- NAM-1, NAM-2. The key that joins an activity on a class to the group that it makes: class, code and school year. Null if it makes none.
    If it has a subject and a course, the subject is used. -#}
{% macro class_activity_key(rows_alias) -%}
case
    when {{ setting('class_activity_groups') }} = 1 and {{ rows_alias }}.class_key is not null and {{ rows_alias }}.group_key is null
        and {{ rows_alias }}.start_date is not null and coalesce({{ rows_alias }}.subject_code, {{ rows_alias }}.course_code) is not null
        then concat(
            'classactivity-', {{ rows_alias }}.class_key, '-', upper(coalesce({{ rows_alias }}.subject_code, {{ rows_alias }}.course_code)), '-',
            {{ class_activity_year(rows_alias ~ '.start_date') }}
        )
end
{%- endmacro %}
