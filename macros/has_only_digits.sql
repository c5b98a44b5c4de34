{#- 1 where every character is a digit 0-9, else 0; null and blank give 0. -#}
{% macro has_only_digits(text) -%}
{{ adapter.dispatch('has_only_digits')(text) }}
{%- endmacro %}

{% macro default__has_only_digits(text) -%}
case when {{ exact(text) }} like '%[0-9]%' and {{ exact(text) }} not like '%[^0-9]%' then 1 else 0 end
{%- endmacro %}

{% macro duckdb__has_only_digits(text) -%}
case when regexp_full_match({{ text }}, '[0-9]+') then 1 else 0 end
{%- endmacro %}
