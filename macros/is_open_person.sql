{#- Condition: nobody of that number has a protected identity or address. The cut of PER-1, used where the source is first read. -#}
{% macro is_open_person(civic_key) -%}
not exists (
    select 1 from {{ ref('stg_protected_persons') }} as protected_persons where protected_persons.civic_key = {{ civic_key }}
)
{%- endmacro %}
