{# The key's columns are joined by bars; only the person's own place in it is looked at. -#}
-- What is owed of one entity's records that name the person in one column of their key. Parameters: entity, the id.
delete from {{ delivery }}.owed_records
where entity = ?
    and exists (
        select 1
        from (select cast(? as nvarchar(100)) as person_id) as p
        where
            {% if column == entity.key[0] %}
            left(concat(owed_records.record_key, '|'), len(p.person_id) + 1) = concat(p.person_id, '|')
            {% elif column == entity.key[-1] %}
            right(concat('|', owed_records.record_key), len(p.person_id) + 1) = concat('|', p.person_id)
            {% else %}
            replace(owed_records.record_key, concat('|', p.person_id, '|'), '') <> owed_records.record_key
            {% endif %}
    )
