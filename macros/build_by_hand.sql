{#- The build_id of a build by dbt's own command line. -#}
{% macro build_by_hand() -%}
dbt-{{ invocation_id[:30] }}
{%- endmacro %}
