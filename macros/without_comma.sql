{#- CLS-6. A class's name without commas: each is replaced, and only then runs of blanks become one. -#}
{% macro without_comma(name) -%}
case
    when {{ name }} like '%,%' then {{ collapsed("replace(" ~ name ~ ", ',', " ~ setting('comma_replacement') ~ ")") }}
    else {{ name }}
end
{%- endmacro %}
