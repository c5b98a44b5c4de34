-- How many lines of one entity are frozen. Parameter: sequence.
select count(*) from {{ delivery }}.{{ entity.planned }}
where sequence = ?
