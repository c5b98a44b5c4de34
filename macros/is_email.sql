{#- PER-17. 1 if a text is exactly one e-mail address by its shape: a name, one @, and a domain with a dot inside. Else 0. -#}
{% macro is_email(text) -%}
{%- set signs = [' ', ';', ',', ':', '<', '>', '(', ')', '"', '\\', '\t', '\u00a0', '@%@', '..', '@.'] -%}
case
    when {{ exact(text) }} like '_%@_%._%' and {{ exact(text) }} not like '%.'
        {%- for sign in signs %}
        and {{ exact(text) }} not like N'%{{ sign }}%'
        {%- endfor %}
        then 1
    else 0
end
{%- endmacro %}
