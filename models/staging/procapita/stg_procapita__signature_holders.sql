-- Who bears which teacher signature at which unit in ProCapita and TED, protected persons among them (EMP-3).
-- One row an employment with a signature. A view over the source: who they are is never stored.
-- Change: ProCapita has neither status nor e-mail register. An employment with an unreadable date, or of an unknown person, is none.

with

employment_rows as (

    {{ read_source('procapita', 'school', 'kj1v0ans', ['personnr', 'enhkod', 'signatur', 'fromdat', 'tomdat']) }}

),

person_rows as (

    {{ read_source('procapita', 'school', 'kj1v0per', ['personnr', 'personguid']) }}

),

dated as (

    select
        employment_rows.*,
        {{ civic_key('personnr') }} as civic_key,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns
    from employment_rows
    where signatur is not null

),

person_numbers as (

    select
        source_system,
        {{ civic_key('personnr') }} as civic_key,
        lower(personguid) as person_key
    from person_rows

),

persons as (

    select
        source_system,
        civic_key,
        min(person_key) as person_key
    from person_numbers
    group by source_system, civic_key

),

holders as (

    select
        dated.source_system,
        persons.person_key,
        dated.civic_key,
        dated.enhkod as unit_id,
        dated.signatur as signature,
        cast(null as nvarchar(100)) as employment_status,
        1 as is_in_email_register,
        {{ compact_date('dated.fromdat') }} as start_date,
        {{ compact_date('dated.tomdat') }} as end_date
    from dated
    inner join persons
        on persons.source_system = dated.source_system
        and persons.civic_key = dated.civic_key
    where dated.unreadable_columns is null

)

select * from holders
