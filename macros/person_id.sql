{#- A person's id at the receiver: <system>-<the register's own id>. Null if the register gives none. -#}
{% macro person_id(source_system, person_key) -%}
case when {{ person_key }} is not null then concat({{ source_system }}, '-', {{ person_key }}) end
{%- endmacro %}
