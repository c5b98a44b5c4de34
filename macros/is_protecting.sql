{#- PER-1. 1 where a flag of protection protects, else 0: a blank one and the open codes of its family do not, anything else does. Letter for letter,
    for SQL Server's collations skip invisible characters: an N with a zero-width blank is no N. -#}
{% macro is_protecting(flag, family) -%}
{%- set open_codes = {'procapita': ['N'], 'extens': ['N', '0']}[family] -%}
case when {{ flag }} is null or {{ exact('upper(' ~ flag ~ ')') }} in ('{{ open_codes | join("', '") }}') then 0 else 1 end
{%- endmacro %}
