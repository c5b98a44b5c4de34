delete from {{ delivery }}.held_bases
