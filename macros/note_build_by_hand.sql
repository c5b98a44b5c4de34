{#- Notes in the ledger that dbt was run by hand, so that nothing is sent of what it made: only `nattsynk build` knows that a build is whole and green.
    `dbt build --empty`, `--sample` or `--select` leave tables that look like a register from which everybody has gone. -#}
{% macro note_build_by_hand() -%}
{%- if execute and flags.WHICH in ('build', 'run', 'seed', 'snapshot', 'retry', 'clone') and var('built_by', '') != 'nattsynk' -%}
    {%- set how = ['dbt ' ~ flags.WHICH] -%}
    {%- if flags.EMPTY -%} {%- do how.append('--empty') -%} {%- endif -%}
    {%- if flags.SAMPLE -%} {%- do how.append('--sample') -%} {%- endif -%}
    insert into {{ target.schema }}_delivery.builds (build_id, build_no, sync_date, fingerprint, status, options, created_at, finished_at)
    select
        'dbt-{{ invocation_id[:30] }}', coalesce(max(build_no), 0) + 1, {{ sync_date() }},
        '', 'red', '{{ how | join(' ') }}',
        cast('{{ run_started_at.strftime('%Y-%m-%dT%H:%M:%S') }}' as datetime), cast('{{ run_started_at.strftime('%Y-%m-%dT%H:%M:%S') }}' as datetime)
    from {{ target.schema }}_delivery.builds
{%- endif -%}
{%- endmacro %}
