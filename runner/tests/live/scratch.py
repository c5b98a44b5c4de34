"""The statements that make and drop the scratch databases of a live run."""


def create(name: str) -> list[str]:
    """Ours, set as deploy/rights.sql sets it, and the register's, with another collation, as a register may have."""
    return [
        f"create database {name} collate Finnish_Swedish_CI_AS",
        f"alter database {name} set read_committed_snapshot on with rollback immediate",
        f"alter database {name} set recovery simple",
        f"create database {name}_register collate SQL_Latin1_General_CP1_CI_AS",
    ]


def drop(name: str) -> list[str]:
    """Both, whoever is still connected, and as far as they were made."""
    return [
        f"if db_id(N'{database}') is not null begin alter database {database} set single_user with rollback immediate; drop database {database}; end"
        for database in (name, f"{name}_register")
    ]
