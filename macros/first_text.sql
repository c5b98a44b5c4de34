{#- Aggregate: of a group's texts the first, letter by letter: the same one every night. The database's own order ignores case, so that it
    may give either of two spellings. window: what comes after it as `over (…)`, if anything. -#}
{% macro first_text(text, window='') -%}
{{ our_collation('min(' ~ exact(text) ~ ')' ~ (' over (' ~ window ~ ')' if window else '')) }}
{%- endmacro %}
