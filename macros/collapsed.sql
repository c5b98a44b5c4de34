{#- A text in which each run of up to sixteen blanks is one blank, without blanks at its ends. -#}
{% macro collapsed(text) -%}
ltrim(rtrim(replace(replace(replace(replace({{ text }}, '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')))
{%- endmacro %}
