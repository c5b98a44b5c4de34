{#- PER-8. A personnummer or TF-nummer in any usual form as 12 characters without a dash, valid or not. Rows are joined by it. Ten
    characters get the latest century that is not after the sync date. A plus sign means the century before. -#}
{% macro civic_key(text) -%}
{%- set bare = "upper(replace(replace(replace(" ~ text ~ ", '-', ''), '+', ''), ' ', ''))" -%}
{%- set day = sync_day() | trim -%}
case
    when len({{ bare }}) = 10 then concat(
        {{ day[:2] }}
        - case when try_cast(left({{ bare }}, 6) as int)
            - case when substring({{ bare }}, 5, 1) in ('6', '7', '8', '9') then 60 else 0 end
            > {{ (day[2:4] ~ day[5:7] ~ day[8:10]) | int }} then 1 else 0 end
        - case when {{ text }} like '%+%' then 1 else 0 end,
        {{ bare }}
    )
    else nullif({{ bare }}, '')
end
{%- endmacro %}
