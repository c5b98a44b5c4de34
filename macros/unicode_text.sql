{#- A text as a SQL literal for both engines. On SQL Server a letter that Latin 1 lacks is written nchar(n), because the adapter sends views
    inside a text of the database's code page, which lacks the letter. -#}
{% macro unicode_text(text) -%}
{{ adapter.dispatch('unicode_text')(text) }}
{%- endmacro %}

{% macro default__unicode_text(text) -%}
{%- set parts = [] -%}
{%- for letter in text -%}
    {%- set code_point = letter.encode('utf-16-le') -%}
    {%- set number = code_point[0] + 256 * code_point[1] -%}
    {%- if number > 255 -%}
        {%- do parts.append('nchar(' ~ number ~ ')') -%}
    {%- elif parts and parts[-1].startswith('N') -%}
        {%- do parts.append(parts.pop()[:-1] ~ (letter | replace("'", "''")) ~ "'") -%}
    {%- else -%}
        {%- do parts.append("N'" ~ (letter | replace("'", "''")) ~ "'") -%}
    {%- endif -%}
{%- endfor -%}
{{ 'concat(' ~ parts | join(', ') ~ ')' if parts | length > 1 else parts[0] }}
{%- endmacro %}

{% macro duckdb__unicode_text(text) -%}
'{{ text | replace("'", "''") }}'
{%- endmacro %}
