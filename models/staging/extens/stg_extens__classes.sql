-- Classes in the columns of the conformed register.
-- One row a row of klass.
-- Change: Extens names no school form on a class; its unit's is the class's.

with

source_rows as (

    select * from {{ ref('land_extens__klass') }}

),

conformed as (

    select
        source_system,
        klass_id as class_key,
        enhet_id as unit_id,
        {{ cleaned('klassnamn') }} as class_name,
        arskurs as grade,
        cast(null as nvarchar(100)) as school_form_code,
        {{ read_date('startdatum') }} as start_date,
        {{ read_end_date('slutdatum') }} as end_date,
        mentor_key,
        cast(null as nvarchar(100)) as ambiguous_mentor_column,
        {{ unreadable_dates(['startdatum', 'slutdatum']) }} as unreadable_columns,
        cast(null as nvarchar(100)) as class_period
    from source_rows

)

select * from conformed
