"""The databases: all that differs between DuckDB and SQL Server."""
