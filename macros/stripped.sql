{#- A text of `as_text` without invisible characters at its ends (`visible`). Null if nothing is left. With blanks_alone only the blanks of
    Unicode go: `cleaned` takes out the others, and a finding reports them. SQL Server's own trim takes only U+0020. DuckDB's takes more,
    but no tabs. So neither is used. -#}
{% macro stripped(text, blanks_alone=false) -%}
{%- set blanks = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000" -%}
{{ adapter.dispatch('stripped')(text, blanks if blanks_alone) }}
{%- endmacro %}

{% macro default__stripped(text, blanks) -%}
{%- set found = "patindex(" ~ unicode_text("%[" ~ ("^" ~ blanks if blanks else visible()) ~ "]%") ~ ", " -%}
substring({{ text }}, nullif({{ found }}{{ text }}), 0), len({{ text }}) + 2 - {{ found }}{{ text }}) - {{ found }}reverse({{ text }})))
{%- endmacro %}

{% macro duckdb__stripped(text, blanks) -%}
{%- set unseen = "[" ~ (blanks or "^" ~ visible() ~ "\\x{10000}-\\x{10ffff}") ~ "]+" -%}
nullif(regexp_replace({{ text }}, '^{{ unseen }}|{{ unseen }}$', '', 'g'), '')
{%- endmacro %}
