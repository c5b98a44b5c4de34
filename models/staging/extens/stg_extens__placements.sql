-- The placements of students at units and in classes, in the columns of int_placements_conformed.
-- One row is a row of elevplacering (at a unit) or of klassplacering (in a class). No key: the register may repeat one. The key of a
-- placement in a class is made of class and person.
-- Change: another code for active is a row of seeds/rules/active_codes.csv.

with

unit_placements as (

    select * from {{ ref('land_extens__elevplacering') }}

),

class_placements as (

    select * from {{ ref('land_extens__klassplacering') }}

),

conformed as (

    select
        source_system,
        placering_id as placement_key,
        person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        enhet_id as unit_id,
        cast(null as nvarchar(100)) as class_key,
        arskurs as grade,
        cast(null as nvarchar(100)) as school_form_code,
        {{ read_date('startdatum') }} as start_date,
        {{ read_end_date('slutdatum') }} as period_end_date,
        {{ read_end_date('avbrottsdatum') }} as dropped_out_on,
        coalesce(status, 'blank') as active_code,
        cast(null as nvarchar(100)) as mentor_key,
        cast(null as nvarchar(100)) as ambiguous_mentor_column,
        {{ unreadable_dates(['startdatum', 'slutdatum', 'avbrottsdatum']) }} as unreadable_columns,
        cast(null as nvarchar(100)) as study_plan_code
    from unit_placements
    union all
    select
        source_system,
        case when klass_id is not null then concat(klass_id, '-', person_key) end,
        person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        cast(null as nvarchar(100)) as unit_id,
        klass_id,
        {{ typed('null', 'grade') }},
        cast(null as nvarchar(100)) as school_form_code,
        {{ read_date('startdatum') }},
        {{ read_end_date('slutdatum') }},
        {{ read_end_date('avbrottsdatum') }},
        coalesce(status, 'blank'),
        mentor_key,
        cast(null as nvarchar(100)) as ambiguous_mentor_column,
        {{ unreadable_dates(['startdatum', 'slutdatum', 'avbrottsdatum']) }},
        {{ typed('null', 'study_plan_code') }}
    from class_placements

)

select * from conformed
