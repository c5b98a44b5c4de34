{# Lands rows of person_mapping.csv that name somebody who has landed, by id or by number; no other row gets into a table (PER-1).
   Parameters: of each of the rows its five cells, and its key as a number. Each is cast: a bare parameter in `values` has no type. -#}
with

given as (

    select source_system, person_key, email, user_name, google_account, civic_key
    from (
        values
        {% for _ in range(row_count) %}
        ({% for _ in range(6) %}cast(? as nvarchar(4000)){{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {% endfor %}
    ) as cells (source_system, person_key, email, user_name, google_account, civic_key)

)

insert into {{ landing }}.person_mapping (source_system, person_key, email, user_name, google_account)
select source_system, person_key, email, user_name, google_account
from given
where ltrim(rtrim(lower(replace(replace(person_key, '{', ''), '}', '')))) in (
    select ltrim(rtrim(lower(replace(replace(landed.own_id, '{', ''), '}', '')))) from {{ ids }} as landed
)
union
select source_system, person_key, email, user_name, google_account
from given
where civic_key in (select landed.civic_key from {{ persons }} as landed)
