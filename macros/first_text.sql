{#- Aggregate. The first of a group's texts, letter by letter, the same one every night. The database's own order ignores case, so it may
    give either of two spellings. window: what follows as `over (…)`, if anything. -#}
{% macro first_text(text, window='') -%}
{{ our_collation('min(' ~ exact(text) ~ ')' ~ (' over (' ~ window ~ ')' if window else '')) }}
{%- endmacro %}
