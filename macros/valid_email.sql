{#- PER-17. A text if it is one e-mail address. Else null, so it counts as missing. -#}
{% macro valid_email(text) -%}
case when {{ is_email(text) }} = 1 then {{ text }} end
{%- endmacro %}
