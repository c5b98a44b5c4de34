{#- A cell of a register, made from a text of `as_text`, by what its column holds (__sources.yml). Blank is null. A flag loses only U+0020:
    with any other blank it is another code, and so it protects. A name and an e-mail keep invisible characters until `cleaned` has reported
    them. SQL Server Management Studio writes NULL for no value. That word is blank, except in a flag that protects. -#}
{% macro cell(text, holds) -%}
{%- set bare = spaceless(text) if holds in ('protection', 'flag') else stripped(text, holds in ('name', 'email')) -%}
{{ our_collation(bare if holds == 'protection' else without_null_word(bare)) }}
{%- endmacro %}
