-- The persons with a teacher signature at a unit of ProCapita or TED, protected persons included (EMP-3).
-- One row is an employment, or an activity of the gymnasium, with a signature. No key: the register may repeat one. A view over the source:
-- who they are is never stored.
-- Change: nothing here. ProCapita has neither a status nor an e-mail register. A row without a key, with an unreadable date, or of an
-- unknown person, does not count.

with

employment_rows as (

    {{ read_source('procapita', 'school', 'kj1v0ans', ['anslnr', 'personnr', 'enhkod', 'signatur', 'fromdat', 'tomdat']) }}

),

activity_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0pak', ['personnr', 'skolenhet', 'signatur', 'fromdat', 'tomdat']) }}

),

person_numbers as (

    select * from {{ ref('stg_procapita__person_numbers') }}

),

signed as (

    select source_system, personnr, enhkod as unit_id, signatur, fromdat, tomdat, 'staff_school' as window_entity
    from employment_rows
    where signatur is not null and anslnr is not null
    union all
    select source_system, personnr, skolenhet, signatur, fromdat, tomdat, 'staff_group'
    from activity_rows
    where signatur is not null

),

dated as (

    select
        signed.*,
        {{ civic_key('personnr') }} as civic_key,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns
    from signed

),

persons as (

    select
        source_system,
        civic_key,
        coalesce({{ first_text('case when module_rank = 1 then person_id end') }}, {{ first_text('person_id') }}) as person_key
    from person_numbers
    group by source_system, civic_key

),

holders as (

    select
        dated.source_system,
        persons.person_key,
        dated.civic_key,
        dated.unit_id,
        dated.signatur as signature,
        cast(null as nvarchar(100)) as employment_status,
        1 as is_in_email_register,
        {{ read_date('dated.fromdat') }} as start_date,
        {{ read_end_date('dated.tomdat') }} as end_date,
        dated.window_entity
    from dated
    inner join persons
        on persons.source_system = dated.source_system
        and persons.civic_key = dated.civic_key
    where dated.unreadable_columns is null

)

select * from holders
