{#- Whether the engine itself reads the profile's files. -#}
{% macro reads_files() -%} {{ return(adapter.dispatch('reads_files', 'nattsynk')()) }} {%- endmacro %}

{% macro default__reads_files() -%} {{ return(false) }} {%- endmacro %}

{% macro duckdb__reads_files() -%} {{ return(true) }} {%- endmacro %}
