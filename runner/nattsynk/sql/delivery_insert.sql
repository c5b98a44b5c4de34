insert into {{ delivery }}.deliveries ({{ columns | join(', ') }}, created_at, changed_at)
values ({% for column in columns %}?, {% endfor %}?, ?)
