{#- The models of the listed registers whose yml says this of them, as pairs of the model and what is said: judged_as, civic_numbers or person_ids. -#}
{% macro models_with(said) -%}
{%- set found = [] -%}
{%- for family in families() -%}
    {%- for model, meta in var('register_models')[family].items() if said in meta -%}
        {%- do found.append((model, meta[said])) -%}
    {%- endfor -%}
{%- endfor -%}
{{ return(found) }}
{%- endmacro %}
