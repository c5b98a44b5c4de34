-- The classes of Extens in the columns of int_classes_conformed.
-- One row is a row of klass. No key: the register may repeat an id.
-- Change: nothing here. Extens states no school form on a class; that of its unit is used.

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
