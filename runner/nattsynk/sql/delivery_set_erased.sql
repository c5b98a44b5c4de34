-- How many newly protected persons a delivery has erased: a later run of the night counts them. Parameters: sequence, twice.
update {{ delivery }}.deliveries
set erased_persons = (
    select count(*)
    from {{ delivery }}.planned_persons as p
    where p.sequence = ? and p.mode = 'erase'
        and not exists (
            select 1
            from {{ delivery }}.kept_persons as k
            where k.person_id = p.person_id and k.erasure is not null
        )
        and not exists (
            select 1
            from {{ delivery }}.rejected_lines as r
            where r.sequence = p.sequence and r.line_no = p.line_no
        )
)
where sequence = ?
