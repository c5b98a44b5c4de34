{#- 1 if a text holds what `cleaned` takes out or joins to a letter: control characters, line breaks, zero-width and direction characters,
    and marks (U+0300-036F) that are separate characters. Else 0. -#}
{% macro is_unclean(text) -%}
{%- set clean = " -~\u00a0-\u02ff\u0370-\u061b\u061d-\u200a\u2010-\u2027\u202f-\u205f\u206a-\ufefe\uff00-\ufffd" -%}
{{ adapter.dispatch('is_unclean')(text, clean) }}
{%- endmacro %}

{% macro default__is_unclean(text, clean) -%}
case when {{ exact(text) }} like {{ unicode_text('%[^' ~ clean ~ ']%') }} then 1 else 0 end
{%- endmacro %}

{% macro duckdb__is_unclean(text, clean) -%}
case when regexp_matches({{ text }}, '[^{{ clean }}\x{10000}-\x{10ffff}]') then 1 else 0 end
{%- endmacro %}
