{#- A text in capitals, with every digit as n. form_of gives it a name; the shape itself is never stored, for it may hold letters of a value. -#}
{% macro shape_of(text) -%}
{%- set shape = namespace(sql=exact('upper(' ~ text ~ ')')) -%}
{%- for digit in '0123456789' -%}
    {%- set shape.sql = "replace(" ~ shape.sql ~ ", '" ~ digit ~ "', 'n')" -%}
{%- endfor -%}
{{ shape.sql }}
{%- endmacro %}
