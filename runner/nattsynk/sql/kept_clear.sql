-- Who is delivered again, or erased, is no longer kept; a rekey alone gives up the number of one who leaves. Parameter: sequence.
delete from {{ delivery }}.kept_persons
where exists (
    select 1
    from {{ delivery }}.planned_persons as p
    where p.sequence = ? and p.person_id = kept_persons.person_id and (p.operation in ('create', 'update') or p.mode = 'erase')
        and not exists (
            select 1
            from {{ delivery }}.rejected_lines as r
            where r.sequence = p.sequence and r.line_no = p.line_no
        )
)
