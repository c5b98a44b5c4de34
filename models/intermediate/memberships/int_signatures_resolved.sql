-- Whom a teacher's signature means within a receiver's school (EMP-3): the person who has exactly this signature and an active employment.
-- One row is a signature at a receiver's school. Key: school_id, signature. person_id is blank if the signature is nobody's, or ambiguous.
-- Change: int_employments_located decides what makes an employment active. land_ambiguous_signatures decides which signatures are
-- ambiguous. It counts protected persons too. A person who is left out for another fault than death still has an active employment.

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
