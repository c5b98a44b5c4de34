{#- Condition: the address and phone of the person with this number may be read (withhold_relatives_address). -#}
{% macro is_address_open(civic_key) -%}
({{ setting('withhold_relatives_address') }} = 0 or not exists (
    select 1 from {{ ref('stg_withheld_addresses') }} as withheld where withheld.civic_key = {{ civic_key }}
))
{%- endmacro %}
