{#- Condition: nobody with this number has a protected identity or address. This is the cut of PER-1, used when the source is first read. -#}
{% macro is_open_person(civic_key) -%}
not exists (
    select 1 from {{ ref('stg_protected_persons') }} as protected_persons where protected_persons.civic_key = {{ civic_key }}
)
{%- endmacro %}
