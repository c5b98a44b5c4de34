{#- A date as text yyyy-mm-dd for evidence; blank gives "blank". -#}
{% macro day_text(day) -%}
coalesce(cast(cast({{ day }} as date) as nvarchar(10)), 'blank')
{%- endmacro %}
