-- The employments of Extens in the columns of int_employments_conformed.
-- One row is a row of personal. No key: the register may repeat an id.
-- Change: the settings employment_active_statuses and employment_end_by say which statuses count (EMP-2). A text that is not one address is
-- no row of the e-mail register (PER-17).

with

source_rows as (

    select * from {{ ref('land_extens__personal') }}

),

addresses as (

    select distinct
        source_system,
        person_key
    from {{ ref('land_extens__register_epost') }}
    where {{ is_email('epost') }} = 1

),

conformed as (

    select
        source_rows.source_system,
        source_rows.anstallning_id as employment_key,
        source_rows.person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        source_rows.enhet_id as unit_id,
        source_rows.signatur as signature,
        source_rows.befattning as position_title,
        coalesce(source_rows.status, 'blank') as employment_status,
        case when addresses.person_key is not null then 1 else 0 end as is_in_email_register,
        {{ read_date('source_rows.startdatum') }} as start_date,
        {{ read_end_date('source_rows.slutdatum') }} as end_date,
        {{ unreadable_dates(['startdatum', 'slutdatum']) }} as unreadable_columns,
        'staff_school' as window_entity
    from source_rows
    left join addresses
        on addresses.source_system = source_rows.source_system
        and addresses.person_key = source_rows.person_key

)

select * from conformed
