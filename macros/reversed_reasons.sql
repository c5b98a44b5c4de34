{#- A row that ends, its drop-out counted, before it begins holds no day: it is inside no window, and somebody should know. As a reason of the row.
    is_own: the condition that its dates are its own, and not those of others that have the reason themselves. -#}
{% macro reversed_reasons(located, row_column, start_date='start_date', end_date='end_date', is_own='1 = 1') -%}
    select
        {{ located }}.{{ row_column }},
        'dates_reversed' as reason_code,
        concat('start_date=', {{ day_text(located ~ '.' ~ start_date) }}, '; end_date=', {{ day_text(located ~ '.' ~ end_date) }}) as evidence
    from {{ located }}
    where {{ located }}.{{ end_date }} < {{ located }}.{{ start_date }} and {{ is_own }}
{%- endmacro %}
