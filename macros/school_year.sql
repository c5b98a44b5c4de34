{#- The school year (1 July to 30 June) of a date, as the year in which it begins. -#}
{% macro school_year(day) -%}
year({{ day }}) - case when month({{ day }}) < 7 then 1 else 0 end
{%- endmacro %}
