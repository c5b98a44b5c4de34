{#- A key made of names, joined by dashes: <unit>-<form>-<name>-…. A blank form or period is an empty place. Null if a needed part is blank. -#}
{% macro joined_key(parts, needed) -%}
case when {% for part in needed %}{{ part }} is not null{{ ' and ' if not loop.last }}{% endfor %} then concat({{ parts | join(", '-', ") }}) end
{%- endmacro %}
