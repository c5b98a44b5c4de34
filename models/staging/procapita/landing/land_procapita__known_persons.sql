-- The numbers of the persons who may be read, with the id that each number joins rows to (PER-4, PER-12). A row of another table with none
-- of these numbers does not land.
-- One row is a number of a person who may be read. Key: source_system, civic_key. A row without an id counts as one more person.
-- Change: stg_procapita__person_rows says which person tables there are.

with

person_rows as (

    select * from {{ ref('stg_procapita__person_rows') }}

),

bearers as (

    select
        source_system,
        civic_key,
        coalesce({{ first_text('case when module_rank = 1 then own_id end') }}, {{ first_text('own_id') }}) as person_key,
        count(distinct {{ id_key('own_id') }}) + max(case when own_id is null then 1 else 0 end) as bearer_count
    from person_rows
    where civic_key is not null
    group by source_system, civic_key

),

judged as (

    select
        bearers.*,
        case when bearer_count > 1 and ({{ civic_no_status('civic_key') }} <> 'valid' or {{ is_tf_number('civic_key') }} = 1) then 1 else 0 end as is_number_ambiguous
    from bearers

),

known_persons as (

    select
        source_system,
        civic_key,
        case when is_number_ambiguous = 0 then person_key end as person_key,
        is_number_ambiguous
    from judged

)

select * from known_persons
