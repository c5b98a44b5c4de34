-- Whom the receiver refused to erase although it was approved: that goes again without another approval. Parameter: sequence.
update {{ delivery }}.kept_persons
set erasure = 'approved'
where erasure = 'hidden'
    and exists (
        select 1
        from {{ delivery }}.planned_persons as p
        where p.sequence = ? and p.person_id = kept_persons.person_id and p.mode = 'erase'
    )
