delete from {{ delivery }}.kept_persons
where person_id = ?
