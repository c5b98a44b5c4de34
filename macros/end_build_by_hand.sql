{#- Records in the ledger how a build by dbt's own command line ended. It is green if every seed, model and data test of the project ran and
    none failed. If a selection left some out, the register could look as if persons had left.
    An exposure ends as no-op: there is nothing to run. -#}
{% macro end_build_by_hand(results) -%}
{%- if execute and is_build_by_hand() -%}
    {%- set ran, passed, left_out, landed = [], [], [], [] -%}
    {%- for result in results -%}
        {%- do ran.append(result.node.unique_id) -%}
        {%- if result.status in ('success', 'pass', 'warn', 'no-op') -%} {%- do passed.append(result.node.unique_id) -%} {%- endif -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'test') -%}
        {%- if node.unique_id not in ran -%} {%- do left_out.append(node.name) -%} {%- endif -%}
        {%- if node.resource_type == 'model' and node.schema.endswith('_landing') and node.config.materialized == 'table' and '__' in node.name -%}
            {%- do landed.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set is_green = not left_out and passed | length == results | length -%}
    {%- set builds = target.schema ~ '_delivery.builds' -%}
    {%- if is_green -%}
    {%- for node in landed %}
    insert into {{ target.schema }}_delivery.build_tables (build_id, table_name, row_count)
    select '{{ build_by_hand() }}', '{{ node.name }}', count(*)
    from {{ node.schema }}.{{ node.name }};
    {%- endfor %}
    {%- endif %}
    update {{ builds }}
    set
        status = {% if is_green -%} case when options is null then 'green' else 'red' end {%- else -%} 'red' {%- endif %},
        {%- if left_out %}
        options = coalesce(options, 'dbt {{ flags.WHICH }} of a part of the project'),
        {%- endif %}
        {%- if is_green %}
        register_persons = (select max(persons) from {{ target.schema }}_rules.int_register_coverage),
        register_covered = (select max(covered) from {{ target.schema }}_rules.int_register_coverage),
        {%- endif %}
        finished_at = cast('{{ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%dT%H:%M:%S') }}' as datetime)
    where build_id = '{{ build_by_hand() }}'
{%- endif -%}
{%- endmacro %}
