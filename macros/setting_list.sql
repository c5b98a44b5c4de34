{#- A setting that is a list, as SQL literals in upper case: `upper(x) in setting_list(name)`. -#}
{% macro setting_list(name) -%}
({%- for item in var(name) -%} N'{{ item | upper | replace("'", "''") }}'{{ ', ' if not loop.last }} {%- endfor -%})
{%- endmacro %}
