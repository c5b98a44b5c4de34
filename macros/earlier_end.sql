{#- ENR-4. The last day of a row: the earlier of its own end and its drop-out. A blank one means open. -#}
{% macro earlier_end(rows_alias) -%}
case
    when {{ rows_alias }}.dropped_out_on < coalesce({{ rows_alias }}.period_end_date, {{ rows_alias }}.dropped_out_on) or {{ rows_alias }}.period_end_date is null
        then {{ rows_alias }}.dropped_out_on
    else {{ rows_alias }}.period_end_date
end
{%- endmacro %}
