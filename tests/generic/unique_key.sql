{#- The key of a table: no column of it is blank, and no two rows have the same key. One row is a key that breaks this, with its copies. -#}
{% test unique_key(model, columns) %}
{{ config(meta={
    'what': 'Two rows of the table have the same key, or a part of the key is blank.',
    'when': 'The receiver could not tell the two records apart.',
    'how_to_resolve': 'A model that merges rows lets through what it should merge: compare the rows of that key in the merged model before the export.',
}) }}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
    {%- for column in columns %}
    or max(case when {{ column }} is null then 1 else 0 end) = 1
    {%- endfor %}
{% endtest %}
