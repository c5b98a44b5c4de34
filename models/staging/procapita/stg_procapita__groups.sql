-- The teaching groups and mentor groups of ProCapita in the columns of int_groups_conformed.
-- One row is a row of kj1v0grp or kjgp0grp. No key: the register may repeat an id. The gymnasium has one group for each period, and no
-- mentor groups.
-- Change: another code for a kind of group is a row of seeds/rules/group_kind_codes.csv.

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0grp') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0grp') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.grupplnr as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        source_rows.enhkod as unit_id,
        {{ cleaned('source_rows.gruppnamn') }} as group_name,
        source_rows.ovrigt as marker_text,
        coalesce(source_rows.grupptyp, 'blank') as group_kind_code,
        cast(null as nvarchar(100)) as school_form_code,
        cast(null as nvarchar(100)) as subject_code,
        cast(null as nvarchar(100)) as course_code,
        cast(null as nvarchar(20)) as made_by,
        cast(null as nvarchar(200)) as named_class,
        {{ read_date('source_rows.fromdat') }} as start_date,
        {{ read_end_date('source_rows.tomdat') }} as end_date,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns
    from source_rows
    union all
    select
        source_system,
        {{ joined_key(['skolenhet', 'skolform', 'grupp', 'period'], ['skolenhet', 'grupp']) }},
        cast(null as nvarchar(200)) as mentor_group_key,
        skolenhet,
        {{ cleaned('grupp') }},
        ovrigt,
        'blank',
        skolform,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        cast(null as nvarchar(20)) as made_by,
        cast(null as nvarchar(200)) as named_class,
        {{ read_date('fromdat') }},
        {{ read_end_date('tomdat') }},
        {{ unreadable_dates(['fromdat', 'tomdat']) }}
    from gymnasium_rows

)

select * from conformed
