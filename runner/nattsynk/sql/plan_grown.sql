-- Whether one entity has a line in a plan that an approved one has not, whatever its number. Letter for letter: the database's own collation may
-- take upper for lower case, and an approval of one name is none of another. Parameters: the plan, the approved one.
select 1
where exists (
    select {% for column in entity.line %}{{ column }}, concat({{ column }}, '|') collate {{ exact }} as exact_{{ column }}{{ ', ' if not loop.last }}{% endfor %}

    from {{ delivery }}.{{ entity.planned }}
    where sequence = ?
    except
    select {% for column in entity.line %}{{ column }}, concat({{ column }}, '|') collate {{ exact }}{{ ', ' if not loop.last }}{% endfor %}

    from {{ delivery }}.{{ entity.planned }}
    where sequence = ?
)
