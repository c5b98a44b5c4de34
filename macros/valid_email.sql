{#- PER-17. A text where it is one e-mail address, else blank: it counts as missing. -#}
{% macro valid_email(text) -%}
case when {{ is_email(text) }} = 1 then {{ text }} end
{%- endmacro %}
