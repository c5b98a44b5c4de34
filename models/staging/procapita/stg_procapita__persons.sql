-- The persons of ProCapita who may be read, in the columns of int_persons_checked: who they are and how to reach them. An ambiguous number
-- takes no name or address from the population register (PER-12).
-- One row is a person, as stg_procapita__persons_gathered joins the rows of the person tables. No key: a person without a number has none.
-- Change: register_read says what the register calls dead. A name comes from the population register first, then from kjgv0per, then from
-- kj1v0per.

with

gathered as (

    select * from {{ ref('stg_procapita__persons_gathered') }}

),

register_rows as (

    select
        source_system,
        civic_key,
        {{ cleaned('fornamn') }} as fornamn,
        {{ cleaned('efternamn') }} as efternamn,
        {{ cleaned('adress') }} as adress,
        {{ cleaned('postnr') }} as postnr,
        {{ cleaned('ort') }} as ort,
        avregorsak,
        avregdat,
        antraffaddod,
        {{ unreadable_dates(['avregdat', 'antraffaddod']) }} as unreadable_columns
    from {{ ref('land_procapita__ki0v0fol') }}

),

-- A register row with an unreadable date is not used. Its protection was read before.
register_readable as (

    select
        register_rows.*,
        row_number() over (
            partition by source_system, civic_key
            order by {{ exact('adress') }}, {{ exact('postnr') }}, {{ exact('ort') }}, {{ exact('efternamn') }}, {{ exact('fornamn') }}
        ) as row_rank
    from register_rows
    where unreadable_columns is null

),

register_read as (

    select
        source_system,
        civic_key,
        max(case when row_rank = 1 then fornamn end) as fornamn,
        max(case when row_rank = 1 then efternamn end) as efternamn,
        max(case when row_rank = 1 then adress end) as adress,
        max(case when row_rank = 1 then postnr end) as postnr,
        max(case when row_rank = 1 then ort end) as ort,
        max(case
            when upper(avregorsak) = 'AV' and coalesce({{ read_date('avregdat') }}, {{ sync_date() }}) <= {{ sync_date() }} then 1
            when {{ read_end_date('antraffaddod') }} <= {{ sync_date() }} then 1
            else 0
        end) as is_deceased,
        max(case
            when upper(avregorsak) <> 'AV' and coalesce({{ read_date('avregdat') }}, {{ sync_date() }}) <= {{ sync_date() }} then 1
            else 0
        end) as is_deregistered
    from register_readable
    group by source_system, civic_key

),

register_found as (

    select
        source_system,
        civic_key,
        max(case when unreadable_columns is null then 1 else 0 end) as has_readable_row,
        {{ last_text('unreadable_columns') }} as unreadable_columns
    from register_rows
    group by source_system, civic_key

),

conformed as (

    select
        gathered.source_system,
        gathered.person_key,
        gathered.civic_key,
        coalesce(register_read.fornamn, gathered.given_name, case
            when {{ position_of("','", 'gathered.full_name') }} > 0
                then {{ trimmed("substring(gathered.full_name, " ~ position_of("','", 'gathered.full_name') ~ " + 1, 4000)") }}
        end) as given_name,
        coalesce(register_read.efternamn, gathered.family_name, case
            when {{ position_of("','", 'gathered.full_name') }} > 0
                then {{ trimmed("left(gathered.full_name, " ~ position_of("','", 'gathered.full_name') ~ " - 1)") }}
            else gathered.full_name
        end) as family_name,
        register_read.adress as street_address,
        register_read.postnr as postal_code,
        register_read.ort as city,
        case when gathered.is_phone_secret = 0 then gathered.phone end as phone,
        case when gathered.is_phone_secret = 0 then gathered.mobile end as mobile,
        gathered.email_work as email_student,
        gathered.email_work as email_staff,
        gathered.email_home as email_guardian,
        coalesce(register_read.is_deceased, 0) as is_deceased,
        coalesce(register_read.is_deregistered, 0) as is_deregistered,
        coalesce(register_found.has_readable_row, 0) as has_register_row,
        register_found.unreadable_columns as register_unreadable_columns,
        gathered.source_rows,
        gathered.person_keys,
        case when gathered.is_number_ambiguous = 1 then 'personnr' end as ambiguous_column,
        gathered.names_guardian,
        case when gathered.civic_key is null then 0 else 1 end as has_key
    from gathered
    left join register_read
        on register_read.source_system = gathered.source_system
        and register_read.civic_key = gathered.civic_key
        and gathered.is_number_ambiguous = 0
    left join register_found
        on register_found.source_system = gathered.source_system
        and register_found.civic_key = gathered.civic_key

)

select * from conformed
