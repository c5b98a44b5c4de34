-- A person is hidden, or will be told again to be where the receiver refused it: a mass protection keeps whom it took (PER-15).
-- Parameters: the sync date, sequence.
update {{ delivery }}.kept_persons
set
    hidden_on = coalesce(hidden_on, cast(? as date)),
    erasure = case
        when exists (
            select 1
            from {{ delivery }}.planned_persons as p
            inner join {{ delivery }}.rejected_lines as r on r.sequence = p.sequence and r.line_no = p.line_no
            where p.sequence = ? and p.person_id = kept_persons.person_id
        ) then 'hide'
        else 'hidden'
    end
where exists (
    select 1
    from {{ delivery }}.planned_persons as p
    where p.sequence = ? and p.person_id = kept_persons.person_id and p.mode = 'hide'
)
