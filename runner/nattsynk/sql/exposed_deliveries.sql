-- The deliveries in whose frozen lines somebody stands who is protected by now.
select sequence from {{ delivery }}.delta_deliveries_exposed
