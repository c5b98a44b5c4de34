{#- Condition, in T-SQL: after the day of a date comes nothing, or a time of day: a blank or T, digits with colons and dots, then Z or an
    offset (+02:00) if any. From 22:00 UTC on it may be another day in Sweden. Such a time is not accepted. -#}
{% macro is_time_of_day(rest) -%}
{%- set rest = exact(rest) -%}
(len({{ rest }}) = 0 or (
    {{ rest }} like '[ T][0-9]%'
    and substring({{ rest }}, 2, 4000) not like '%[^0-9:.Z+ -]%'
    and {{ rest }} not like '%[Z+-]%[Z+-]%'
    and {{ rest }} not like '%Z_%'
    and {{ rest }} not like '_% [^+ -]%'
    and ({{ rest }} not like '%[+-]%' or {{ rest }} like '%[+-][0-9][0-9]:[0-9][0-9]')
    and {{ rest }} not like '[ T]2[23]%Z'
    and {{ rest }} not like '[ T]2[23]%[+-]00:00'
))
{%- endmacro %}
