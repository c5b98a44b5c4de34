{#- The sync date as text yyyy-mm-dd, for arithmetic at compile time: the given one, else today in Stockholm. -#}
{% macro sync_day() -%}
{{ var('sync_date', '') or run_started_at.astimezone(modules.pytz.timezone('Europe/Stockholm')).strftime('%Y-%m-%d') }}
{%- endmacro %}
