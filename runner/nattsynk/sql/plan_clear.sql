delete from {{ delivery }}.{{ entity.planned }}
where sequence = ?
