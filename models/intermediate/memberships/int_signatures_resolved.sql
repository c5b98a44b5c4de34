-- Whom a teacher's signature means within a receiver school (EMP-3): the one who bears it exactly and has an active employment.
-- One row a receiver school and signature (school_id, signature); person_id is blank where it is nobody's or ambiguous.
-- Change: nothing here; what makes an employment active stands in int_employments_located. Whether a signature is ambiguous was decided while
-- reading, over those too who may not be read. Who is left out for another fault than death has an active employment all the same.

with

employments as (

    select
        school_id,
        {{ exact('signature') }} as signature,
        person_id,
        case when reason_code is null then 1 else 0 end as is_read,
        is_signing
    from {{ ref('int_employments_judged') }}
    where signature is not null and school_id is not null and person_id is not null

),

ambiguous as (

    select
        school_id,
        {{ exact('signature') }} as signature
    from {{ ref('land_ambiguous_signatures') }}

),

gathered as (

    select
        school_id,
        signature,
        count(distinct person_id) as holders,
        count(distinct case when is_signing = 1 then person_id end) as active_holders,
        {{ first_text('case when is_read = 1 then person_id end') }} as first_read_id
    from employments
    group by school_id, signature

),

resolved as (

    select
        gathered.school_id,
        gathered.signature,
        gathered.holders,
        gathered.active_holders,
        case when ambiguous.signature is not null or gathered.active_holders > 1 then 1 else 0 end as is_ambiguous,
        case when ambiguous.signature is null and gathered.active_holders = 1 then gathered.first_read_id end as person_id
    from gathered
    left join ambiguous
        on ambiguous.school_id = gathered.school_id
        and ambiguous.signature = gathered.signature

)

select * from resolved
