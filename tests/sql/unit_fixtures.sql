{#-
The rows that a unit test gives a model, on the embedded engine: each with the columns that it names, the others null. dbt's own macro
writes every column of every row as a cast of its own, which takes most of the time of the unit tests. test_unit_tests.py puts this in its place.
-#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
{%- set types = {} -%}
{%- for column in adapter.get_columns_in_relation(this) -%}
{%- do types.update({column.name | lower: column.data_type}) -%}
{%- endfor -%}
{%- if not types -%}
{%- do exceptions.raise_compiler_error(this ~ " stands nowhere: a unit test takes its columns from there.") -%}
{%- endif -%}
select * from {{ this }} where 1 = 0
{%- for row in rows %}
union all by name select {% for name, value in format_row(row, types).items() %}{{ value }} as {{ name }}{{ ', ' if not loop.last }}{% endfor %}
{%- endfor %}
{% endmacro %}

{% macro safe_cast(field, type) %}cast({{ field }} as {{ type }}){% endmacro %}
