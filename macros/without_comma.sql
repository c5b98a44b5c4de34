{#- CLS-6. A class's name without commas. Each comma is replaced, then each run of blanks becomes one. -#}
{% macro without_comma(name) -%}
case
    when {{ name }} like '%,%' then {{ collapsed("replace(" ~ name ~ ", ',', " ~ setting('comma_replacement') ~ ")") }}
    else {{ name }}
end
{%- endmacro %}
