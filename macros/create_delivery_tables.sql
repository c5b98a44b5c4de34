{#-
  Makes the tables of our state that are missing, before anything is built. Never changes or empties a table that is there.
  To read the SQL without a server: dbt compile --no-introspect --no-populate-cache --inline '{% raw %}{{ create_delivery_tables() }}{% endraw %}'
-#}
{% macro create_delivery_tables() -%}
{%- if execute -%} {{ delivery_tables_sql() | join(';\n') }} {%- endif -%}
{%- endmacro %}
