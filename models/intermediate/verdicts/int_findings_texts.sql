-- What should be put right about names, addresses and e-mails: they hold characters that are no text, which are not delivered (DQ-5).
-- One row is a cell of a person who is read, or of a class, group or row of a listed unit. No key.
-- Change: the macro unclean_characters says which characters are taken out. Texts in seeds/rules/findings.csv.

with

cells as (

    {{ union_staging('unclean_texts') }}

),

texts as (

    select * from {{ ref('land_texts_cleaned') }} where characters is not null

),

person_ids as (

    select distinct source_system, person_key, person_id from {{ ref('int_persons_identified') }}

),

person_schools as (

    {{ school_of_persons() }}

),

unit_schools as (

    select source_system, unit_id, {{ first_text('school_id') }} as school_id
    from {{ ref('int_schools_configured') }}
    group by source_system, unit_id

),

found as (

    select
        'text_cleaned' as finding_code,
        cells.entity,
        cells.source_system,
        cells.source_key,
        coalesce(person_schools.school_id, unit_schools.school_id) as school_id,
        concat('column=', cells.column_name, '; characters=', texts.characters) as evidence
    from cells
    inner join texts
        on {{ exact('texts.raw_text') }} = {{ exact('cells.raw_text') }}
    left join person_ids
        on cells.entity = 'person'
        and person_ids.source_system = cells.source_system
        and person_ids.person_key = cells.source_key
    left join person_schools
        on person_schools.person_id = person_ids.person_id
    left join unit_schools
        on unit_schools.source_system = cells.source_system
        and unit_schools.unit_id = cells.unit_id
    where cells.entity = 'person' or unit_schools.unit_id is not null

)

select * from found
