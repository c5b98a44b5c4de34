"""A customer's profile: its settings, seeds and own SQL, and the dbt project that they make."""
