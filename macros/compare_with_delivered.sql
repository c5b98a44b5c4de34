{#- Compares the export of an entity with what the receiver has confirmed, row by row and column by column. Null is a value like any other.
    One row is a key of either side, with these columns:
    - operation: create, update or delete. Null if both sides agree. A resend is a create while the record is exported, even if nothing
      differs.
    - changed: the columns that an update changes.
    - mode: how a delete is done.
    - step: the place of the line in the delivery: 5 for a delete, else 4. docs/decisions/0022-send-a-changed-number-as-a-rekey.md has the
      steps before.
    - the policies of the export, and its columns. A delete has the confirmed values. Columns that begin with previous_ are not compared.
    released: a condition on the table delivered: which confirmed rows are released instead of deleted. removal: the mode of the other
    deletes.
    exported, confirmed: what to compare, if it is not the export or the confirmed table itself. -#}
{% macro compare_with_delivered(entities, entity, key, columns, policies=[], released=none, removal=none, exported=none, confirmed=none) -%}
{%- set compared = [] -%}
{%- for column in columns if not column.startswith('previous_') -%}
    {%- do compared.append(column) -%}
{%- endfor -%}
    select
        case
            when delivered.{{ key[0] }} is null then 'create'
            when exported.{{ key[0] }} is null then 'delete'
            when resent.record_key is not null then 'create'
            {%- for column in compared %}
            when {{ is_different('exported.' ~ column, 'delivered.' ~ column, column) }} then 'update'
            {%- endfor %}
        end as operation,
        case
            when exported.{{ key[0] }} is not null and delivered.{{ key[0] }} is not null and resent.record_key is null
                then substring(concat(
                    {%- for column in compared %}
                    case when {{ is_different('exported.' ~ column, 'delivered.' ~ column, column) }} then ',{{ column }}' else '' end,
                    {%- endfor %}
                    ''
                ), 2, 1000)
        end as changed,
        {%- if released or removal %}
        case
            {%- if released %}
            when exported.{{ key[0] }} is null and {{ released }} then 'release'
            {%- endif %}
            {%- if removal %}
            when exported.{{ key[0] }} is null then {{ removal }}
            {%- endif %}
        end as mode,
        {%- else %}
        cast(null as nvarchar(10)) as mode,
        {%- endif %}
        case when exported.{{ key[0] }} is null then 5 else 4 end as step,
        {%- for policy in policies %}
        exported.{{ policy }},
        {%- endfor %}
        {%- for column in key %}
        coalesce(exported.{{ column }}, delivered.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {%- if column in compared %}
        case when exported.{{ key[0] }} is not null then exported.{{ column }} else delivered.{{ column }} end as {{ column }}
        {%- else %}
        exported.{{ column }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ exported or ref('export_' ~ entities) }} as exported
    full outer join {{ confirmed or source('delivery', 'delivered_' ~ entities) }} as delivered
        on {% for column in key %}{{ 'and ' if not loop.first }}delivered.{{ column }} = exported.{{ column }}
        {% endfor %}
    left join {{ source('delivery', 'owed_records') }} as resent
        on resent.entity = '{{ entity }}'
        and resent.operation = 'resend'
        {#- The key as the ledger writes it. #}
        and resent.record_key = concat({% for column in key %}exported.{{ column }}, {{ "'|', " if not loop.last }}{% endfor %}'')
{%- endmacro %}
