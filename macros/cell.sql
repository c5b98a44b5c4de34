{#- A cell of a register, from a text of `as_text`, by what its column holds (__sources.yml). Blank is null.
    A flag loses U+0020 alone: with any other blank it is another code, and so it protects. A name and an e-mail keep what shows nothing
    until `cleaned` has told of it. The word NULL, which SQL Server Management Studio writes for no value, is blank, but for a flag that protects. -#}
{% macro cell(text, holds) -%}
{%- set bare = spaceless(text) if holds in ('protection', 'flag') else stripped(text, holds in ('name', 'email')) -%}
{{ our_collation(bare if holds == 'protection' else without_null_word(bare)) }}
{%- endmacro %}
