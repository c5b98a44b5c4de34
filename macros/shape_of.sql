{#- A text in capitals, with n for every digit. form_of gives it a name. The shape itself is never stored, because it may hold letters of a
    value. -#}
{% macro shape_of(text) -%}
{%- set shape = namespace(sql=exact('upper(' ~ text ~ ')')) -%}
{%- for digit in '0123456789' -%}
    {%- set shape.sql = "replace(" ~ shape.sql ~ ", '" ~ digit ~ "', 'n')" -%}
{%- endfor -%}
{{ shape.sql }}
{%- endmacro %}
