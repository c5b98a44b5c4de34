{#- A text without its letters, each of which is an a, or without its digits, each of which is an n. Letters go first, for n is one.
    What is left is the shape of a value, to which form_of gives a name. Two steps, for SQL so deeply nested is refused. -#}
{% macro masked(text, what) -%}
{{ adapter.dispatch('masked')(text, what) }}
{%- endmacro %}

{% macro default__masked(text, what) -%}
{%- set characters, mask = {'letters': ('ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ', 'a'), 'digits': ('0123456789', 'n')}[what] -%}
{%- set masking = namespace(sql=exact('upper(' ~ text ~ ')' if what == 'letters' else text)) -%}
{%- for character in characters -%}
    {%- set masking.sql = "replace(" ~ masking.sql ~ ", N'" ~ character ~ "', '" ~ mask ~ "')" -%}
{%- endfor -%}
{{ masking.sql }}
{%- endmacro %}

{% macro duckdb__masked(text, what) -%}
{%- if what == 'letters' -%} regexp_replace(upper({{ text }}), '[A-ZÅÄÖ]', 'a', 'g') {%- else -%} regexp_replace({{ text }}, '[0-9]', 'n', 'g') {%- endif -%}
{%- endmacro %}
