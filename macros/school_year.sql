{#- The school year (1 July - 30 June) that a date lies in, as the year it begins. -#}
{% macro school_year(day) -%}
year({{ day }}) - case when month({{ day }}) < 7 then 1 else 0 end
{%- endmacro %}
