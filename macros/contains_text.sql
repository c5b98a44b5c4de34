{#- 1 if a text holds another anywhere, ignoring case. Else 0. No text holds a blank one. -#}
{% macro contains_text(text, part) -%}
{{ adapter.dispatch('contains_text')(text, part) }}
{%- endmacro %}

{% macro default__contains_text(text, part) -%}
case when charindex(upper({{ part }}), upper({{ text }})) > 0 then 1 else 0 end
{%- endmacro %}

{% macro duckdb__contains_text(text, part) -%}
case when {{ part }} <> '' and strpos(upper({{ text }}), upper({{ part }})) > 0 then 1 else 0 end
{%- endmacro %}
