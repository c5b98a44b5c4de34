{#- DQ-5. A name, an address or an e-mail of a landing table as it is delivered. land_texts_cleaned says what an unclean one becomes. -#}
{% macro cleaned(column) -%}
nullif(coalesce((select texts.clean_text from {{ ref('land_texts_cleaned') }} as texts where {{ exact('texts.raw_text') }} = {{ exact(column) }}), {{ column }}), '')
{%- endmacro %}
