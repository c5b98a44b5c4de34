{#- A reason for a row that ends before it begins, its drop-out counted. It holds no day and is inside no window, so somebody should know.
    is_own: the condition that the dates are the row's own, and not those of others that have the reason themselves. -#}
{% macro reversed_reasons(located, row_column, start_date='start_date', end_date='end_date', is_own='1 = 1') -%}
    select
        {{ located }}.{{ row_column }},
        'dates_reversed' as reason_code,
        concat('start_date=', {{ day_text(located ~ '.' ~ start_date) }}, '; end_date=', {{ day_text(located ~ '.' ~ end_date) }}) as evidence
    from {{ located }}
    where {{ located }}.{{ end_date }} < {{ located }}.{{ start_date }} and {{ is_own }}
{%- endmacro %}
