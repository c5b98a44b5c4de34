{#- Enters a build of dbt's own command line in the ledger; until end_build_by_hand finds it whole and green, nothing may be sent.
    `nattsynk build` enters its own. options: what makes that this can be no whole register, such as --empty. -#}
{% macro begin_build_by_hand() -%}
{%- if execute and is_build_by_hand() -%}
    {%- set partly = [] -%}
    {%- if flags.EMPTY -%} {%- do partly.append('--empty') -%} {%- endif -%}
    {%- if flags.SAMPLE -%} {%- do partly.append('--sample') -%} {%- endif -%}
    {%- if var('paths').person_mapping | length > 1 and not reads_files() -%} {%- do partly.append('without the rows of person_mapping.csv') -%} {%- endif -%}
    {%- set is_whole = flags.WHICH == 'build' and not partly -%}
    insert into {{ target.schema }}_delivery.builds (build_id, build_no, sync_date, fingerprint, status, options, created_at)
    select
        '{{ build_by_hand() }}', coalesce(max(build_no), 0) + 1, {{ sync_date() }}, '{{ var('fingerprint', '') }}', 'building',
        {% if is_whole -%} cast(null as nvarchar(200)) {%- else -%} 'dbt {{ ([flags.WHICH] + partly) | join(' ') }}' {%- endif %},
        cast('{{ run_started_at.strftime('%Y-%m-%dT%H:%M:%S') }}' as datetime)
    from {{ target.schema }}_delivery.builds
{%- endif -%}
{%- endmacro %}

{#- Whether dbt's own command line makes tables. -#}
{% macro is_build_by_hand() -%}
{{ return(flags.WHICH in ('build', 'run', 'seed', 'snapshot', 'retry', 'clone') and var('built_by', '') != 'nattsynk') }}
{%- endmacro %}

{#- Whether the engine reads the profile's files by itself. -#}
{% macro reads_files() -%} {{ return(adapter.dispatch('reads_files', 'nattsynk')()) }} {%- endmacro %}
{% macro default__reads_files() -%} {{ return(false) }} {%- endmacro %}
{% macro duckdb__reads_files() -%} {{ return(true) }} {%- endmacro %}

{#- The build_id of a build of dbt's own command line. -#}
{% macro build_by_hand() -%}
dbt-{{ invocation_id[:30] }}
{%- endmacro %}
