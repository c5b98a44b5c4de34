{#- PER-13. An id of a register as it is compared: without case, braces and outer blanks. A blank id is null. -#}
{% macro id_key(id) -%}
nullif(ltrim(rtrim(lower(replace(replace({{ id }}, '{', ''), '}', '')))), '')
{%- endmacro %}
