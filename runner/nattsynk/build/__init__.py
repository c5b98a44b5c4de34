"""A build: the sources checked, dbt called, the person mapping loaded."""
