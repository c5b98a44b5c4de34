{#- Whether dbt's own command line, and not nattsynk, makes tables now. -#}
{% macro is_build_by_hand() -%}
{{ return(flags.WHICH in ('build', 'run', 'seed', 'snapshot', 'retry', 'clone') and var('built_by', '') != 'nattsynk') }}
{%- endmacro %}
