-- The teacher signatures of persons who may be read, in any register. A signature that is not here never lands (PER-1).
-- One row is a signature, letter for letter. Key: signature. A signature names a person within a receiver's school, and a school may have
-- units of several registers.
-- Change: stg_<family>__employments decides which rows are employments.

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
