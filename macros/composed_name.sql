{#- NAM-6. A group's name made by its pattern. Null if a placeholder would be blank. values: {placeholder: expression} of text. The two
    dates give {yy}/{yy}, {year} and {term}. -#}
{% macro composed_name(pattern, values, school_year_day, start_date) -%}
{%- set first_year = school_year(school_year_day) -%}
{%- set all = dict(values) -%}
{%- do all.update({
    'yy}/{yy': "concat(right(cast(" ~ first_year ~ " as nvarchar(4)), 2), '/', right(cast(" ~ first_year ~ " + 1 as nvarchar(4)), 2))",
    'year': "cast(year(" ~ start_date ~ ") as nvarchar(4))",
    'term': "case when month(" ~ start_date ~ ") < 7 then '1' when month(" ~ start_date ~ ") >= 7 then '2' end",
}) -%}
{%- set replaced = namespace(text=pattern) -%}
{%- for placeholder, value in all.items() -%}
    {%- set replaced.text = "replace(" ~ replaced.text ~ ", '{" ~ placeholder ~ "}', coalesce(" ~ value ~ ", ''))" -%}
{%- endfor -%}
case
    {%- for placeholder, value in all.items() if not placeholder.startswith('yy') %}
    when {{ pattern }} like '%{{ '{' ~ placeholder ~ '}' }}%' and {{ value }} is null then null
    {%- endfor %}
    else {{ replaced.text }}
end
{%- endmacro %}
