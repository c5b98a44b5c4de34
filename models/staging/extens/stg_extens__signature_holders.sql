-- The persons with a teacher signature at a unit of Extens or IST Administration, protected persons included (EMP-3).
-- One row is an employment with a signature, and a number of its person. No key: the register may repeat one. A view over the source: who
-- they are is never stored.
-- Change: nothing here. An employment without a key, with an unreadable date, or of a person that the register does not know, does not
-- count.

with

employment_rows as (

    {{ read_source('extens', 'school', 'personal', ['anstallning_id', 'person_id', 'enhet_id', 'signatur', 'status', 'startdatum', 'slutdatum']) }}

),

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer']) }}

),

email_rows as (

    {{ read_source('extens', 'school', 'register_epost', ['person_id', 'epost']) }}

),

dated as (

    select
        employment_rows.*,
        {{ unreadable_dates(['startdatum', 'slutdatum']) }} as unreadable_columns
    from employment_rows
    where signatur is not null and anstallning_id is not null

),

holders as (

    select
        dated.source_system,
        {{ id_key('dated.person_id') }} as person_key,
        {{ civic_key('person_rows.personnummer') }} as civic_key,
        dated.enhet_id as unit_id,
        dated.signatur as signature,
        coalesce(dated.status, 'blank') as employment_status,
        case
            when exists (
                select 1
                from email_rows
                where {{ is_same_id('email_rows', 'person_id', 'dated', 'person_id') }}
                    and {{ is_email('email_rows.epost') }} = 1
            ) then 1
            else 0
        end as is_in_email_register,
        {{ read_date('dated.startdatum') }} as start_date,
        {{ read_end_date('dated.slutdatum') }} as end_date,
        'staff_school' as window_entity
    from dated
    inner join person_rows
        on {{ is_same_id('person_rows', 'person_id', 'dated', 'person_id') }}
    where dated.unreadable_columns is null

)

select * from holders
