-- Whether one entity has a line in a plan that an approved one has not, whatever its number. Parameters: the plan, the approved one.
select 1
where exists (
    select {{ entity.line | join(', ') }} from {{ delivery }}.{{ entity.planned }} where sequence = ?
    except
    select {{ entity.line | join(', ') }} from {{ delivery }}.{{ entity.planned }} where sequence = ?
)
