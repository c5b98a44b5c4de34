{#- A date as text yyyy-mm-dd, for evidence. A blank date gives the word blank. -#}
{% macro day_text(day) -%}
coalesce(cast(cast({{ day }} as date) as nvarchar(10)), 'blank')
{%- endmacro %}
