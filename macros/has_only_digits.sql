{#- 1 if every character is a digit 0-9. Else 0, also for null and blank. -#}
{% macro has_only_digits(text) -%}
{{ adapter.dispatch('has_only_digits')(text) }}
{%- endmacro %}

{% macro default__has_only_digits(text) -%}
case when {{ exact(text) }} like '%[0-9]%' and {{ exact(text) }} not like '%[^0-9]%' then 1 else 0 end
{%- endmacro %}

{% macro duckdb__has_only_digits(text) -%}
case when regexp_full_match({{ text }}, '[0-9]+') then 1 else 0 end
{%- endmacro %}
