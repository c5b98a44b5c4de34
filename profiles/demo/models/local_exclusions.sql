-- Rows that Sjöstads kommun leaves out for reasons of its own: none yet.
-- One row a record to leave out: its entity, source system and key, and the words that the report shows as evidence.
-- Change: here. A row only ever takes away; nothing can be added to what is delivered by this file.

-- An example, one `union all` a rule. The key is the personguid, or the row's own number, never a personnummer:
--
--     select
--         cast('group' as nvarchar(20)) as entity,
--         cast('procapita' as nvarchar(20)) as source_system,
--         cast('9103' as nvarchar(200)) as source_key,
--         cast(N'Provgrupp, ska inte visas' as nvarchar(1000)) as evidence
--
--     union all

select
    cast(null as nvarchar(20)) as entity,
    cast(null as nvarchar(20)) as source_system,
    cast(null as nvarchar(200)) as source_key,
    cast(null as nvarchar(1000)) as evidence
where 1 = 0
