{#- PER-1. 1 where a flag of protection protects, else 0. A blank one and the open codes of its family do not, anything else does.
    The open codes stand in the family's sources' yml, and the runner gives them as the var open_codes.
    Compared letter for letter: SQL Server's collations skip invisible characters, and an N with a zero-width blank is no N. -#}
{% macro is_protecting(flag, family) -%}
{%- set open_codes = var('open_codes')[family] -%}
case when {{ flag }} is null or {{ exact('upper(' ~ flag ~ ')') }} in ('{{ open_codes | join("', '") }}') then 0 else 1 end
{%- endmacro %}
