{#- A date written yyyy-mm-dd, as Extens does, with or without a time after it; blank or unreadable is null. Year 9999 is open, so null. -#}
{% macro dashed_date(text) -%}
case
    when substring({{ text }}, 5, 1) = '-' and substring({{ text }}, 8, 1) = '-' and substring({{ text }}, 11, 1) in ('', ' ', 'T')
        then {{ compact_date("concat(left(" ~ text ~ ", 4), substring(" ~ text ~ ", 6, 2), substring(" ~ text ~ ", 9, 2))") }}
end
{%- endmacro %}
