{#- 1 where a text holds another anywhere, ignoring case, else 0; a blank one is held by none. -#}
{% macro contains_text(text, part) -%}
{{ adapter.dispatch('contains_text')(text, part) }}
{%- endmacro %}

{% macro default__contains_text(text, part) -%}
case when charindex(upper({{ part }}), upper({{ text }})) > 0 then 1 else 0 end
{%- endmacro %}

{% macro duckdb__contains_text(text, part) -%}
case when {{ part }} <> '' and strpos(upper({{ text }}), upper({{ part }})) > 0 then 1 else 0 end
{%- endmacro %}
