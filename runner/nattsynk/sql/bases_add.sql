insert into {{ delivery }}.held_bases (entity, school_id, confirmed_count)
values (?, ?, ?)
