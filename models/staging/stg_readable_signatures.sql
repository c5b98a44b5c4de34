-- The teacher signatures that somebody who may be read bears, in whichever register: a signature that is not here never lands (PER-1).
-- One row a signature, letter for letter. A signature names a person within a receiver school, and a school may have units of several registers.
-- Change: which rows are employments stands in stg_<system>__employments.

with

employments as (

    {{ union_staging('employments') }}

),

readable as (

    select {{ first_text('signature') }} as signature
    from employments
    where signature is not null
    group by {{ exact('signature') }}

)

select * from readable
