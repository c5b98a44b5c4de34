{#- PER-8. A text of `as_text` that holds a number, without what a word processor or a web page adds: other dashes than the ordinary one
    (soft, hyphen, no-break, figure, en, em, minus), and no-break, thin and zero-width blanks. -#}
{% macro plain_number(text) -%}
{%- set odd = ["\u00ad", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\u00a0", "\u2009", "\u202f", "\u200b"] -%}
{{ adapter.dispatch('plain_number')(text, odd) }}
{%- endmacro %}

{% macro default__plain_number(text, odd) -%}
case when {{ text }} like N'%[^ -~]%' then rtrim({{ 'replace(' * odd | length }}{{ text }}{% for letter in odd %}, {{ unicode_text(letter) }}, ''){% endfor %}) else {{ text }} end
{%- endmacro %}

{% macro duckdb__plain_number(text, odd) -%}
rtrim(regexp_replace({{ text }}, '[{{ odd | join }}]', '', 'g'), ' ')
{%- endmacro %}
