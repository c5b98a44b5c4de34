{#- The columns of export_persons that have a policy by role: overwrite, fill or omit. They are listed in vars.person_attributes of dbt_project.yml. -#}
{% macro person_attributes() -%}
{{ return(var('person_attributes') | list) }}
{%- endmacro %}
