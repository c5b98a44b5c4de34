{#-
The embedded engine makes a table or view anew under its own name, in one transaction. dbt-duckdb's own way makes each under a temporary name,
renames two and drops one. That takes most of the time of a build. On SQL Server the adapter's own way is used.
-#}
{% materialization table, adapter='duckdb' %}
{{ return(made_in_place('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
{{ return(made_in_place('view')) }}
{% endmaterialization %}

{% macro made_in_place(kind) -%}
{%- set standing = load_cached_relation(this) -%}
{%- set made = this.incorporate(type=kind) -%}
{{ run_hooks(pre_hooks) }}
{%- call statement('main') -%}
{%- if standing is not none %}
drop {{ standing.type }} if exists {{ standing }};
{%- endif %}
{{ get_create_table_as_sql(false, made, sql) if kind == 'table' else get_create_view_as_sql(made, sql) }}
{%- endcall -%}
{{ run_hooks(post_hooks) }}
{{ adapter.commit() }}
{{ return({'relations': [made]}) }}
{%- endmacro %}
