{# How a build ended, and how far the population register covers the persons it read. -#}
update {{ delivery }}.builds
set status = ?, finished_at = ?, register_persons = ?, register_covered = ?
where build_id = ?
