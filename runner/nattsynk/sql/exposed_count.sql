{# How many persons of the export are protected by now. -#}
select count(*) from {{ delivery }}.delta_persons_exposed
