{#- NAM-1. The school year of an activity on a class: that of its start, or of the sync date if that is later. -#}
{% macro class_activity_year(start_date) -%}
case
    when {{ school_year(start_date) }} > {{ school_year(sync_date()) }} then {{ school_year(start_date) }}
    else {{ school_year(sync_date()) }}
end
{%- endmacro %}
