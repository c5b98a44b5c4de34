{#- Enters a build by dbt's own command line in the ledger. Nothing may be sent until end_build_by_hand finds the build whole and green.
    `nattsynk build` enters its own builds. options: why this build cannot be of a whole register, such as --empty. -#}
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
