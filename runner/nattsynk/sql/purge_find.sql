{% from 'in_order.jinja' import in_order -%}
{% from 'named.jinja' import compared, named_by_key -%}
{# The persons of our history that the key names. -#}
with

{{ named_by_key(delivery, rules) }},

remembered as (

    select person_id from {{ delivery }}.delivered_persons
    union
    select person_id from {{ delivery }}.kept_persons

)

select person_id
from remembered
where {{ compared('person_id') }} in (select named.id from named)
order by {{ in_order(('person_id',), exact) }}
