{#- A text without its value: every letter is a, every digit is n. form_of gives the shape a name. -#}
{% macro shape_of(text) -%}
{{ adapter.dispatch('shape_of')(text) }}
{%- endmacro %}

{% macro default__shape_of(text) -%}
{%- set shape = namespace(sql=exact('upper(' ~ text ~ ')')) -%}
{%- for letter in 'ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ' -%}
    {%- set shape.sql = "replace(" ~ shape.sql ~ ", N'" ~ letter ~ "', 'a')" -%}
{%- endfor -%}
{%- for digit in '0123456789' -%}
    {%- set shape.sql = "replace(" ~ shape.sql ~ ", '" ~ digit ~ "', 'n')" -%}
{%- endfor -%}
{{ shape.sql }}
{%- endmacro %}

{% macro duckdb__shape_of(text) -%}
regexp_replace(regexp_replace(upper({{ text }}), '[A-ZÅÄÖ]', 'a', 'g'), '[0-9]', 'n', 'g')
{%- endmacro %}
