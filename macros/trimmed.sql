{#- A source column as text: blanks around it gone, blank is null. -#}
{% macro trimmed(column) -%}
nullif(ltrim(rtrim({{ our_collation('cast(' ~ column ~ ' as nvarchar(4000))') }})), '')
{%- endmacro %}
