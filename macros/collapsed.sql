{#- A text with runs of up to sixteen blanks made one, and none at its ends. -#}
{% macro collapsed(text) -%}
ltrim(rtrim(replace(replace(replace(replace({{ text }}, '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')))
{%- endmacro %}
