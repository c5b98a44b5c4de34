"""The environment variables that profiles.yml reads for SQL Server."""

import os
import re

from nattsynk.errors import Stop
from nattsynk.secret import secret

HOST, USER, PASSWORD = "NATTSYNK_SQLSERVER_HOST", "NATTSYNK_SQLSERVER_USER", "NATTSYNK_SQLSERVER_PASSWORD"
AUTHENTICATION = "NATTSYNK_SQLSERVER_AUTHENTICATION"
# How SQL Server is told who we are -> whether that takes a password.
AUTHENTICATIONS = {"sql": True, "windows": False, "ActiveDirectoryIntegrated": False, "ActiveDirectoryServicePrincipal": True, "msi": False}


def prepare(target: str) -> None:
    """Stops (exit code 2) at a value that profiles.yml must not read. Takes the password from the keyring, for this process alone, where only that has it."""
    name, host = os.environ.get(AUTHENTICATION, "sql"), os.environ.get(HOST, "")
    if name not in AUTHENTICATIONS:
        raise Stop(f"{AUTHENTICATION} is {name!r}.", f"Known are {', '.join(AUTHENTICATIONS)}.")
    if re.search("[;={}]", host):
        # The adapter puts it into the connection string as it is, where the first of two values counts.
        raise Stop(f"{HOST} is not the name of a server.", r"Write host, or host\instance; the port has a variable of its own.")
    missing = _missing(AUTHENTICATIONS[name])
    if missing:
        raise Stop(
            f"The target {target} needs environment variables that are not set: {', '.join(missing)}.",
            "Set them for the account that runs nattsynk: docs/operate/sql-server.md. The password may stand in that account's keyring.",
        )


def _missing(takes_password: bool) -> list[str]:
    needed = (HOST, USER) if takes_password else (HOST,)
    missing = [variable for variable in needed if not os.environ.get(variable, "").strip()]
    if takes_password:
        try:
            os.environ[PASSWORD] = secret(PASSWORD)
        except Stop:
            missing.append(PASSWORD)
    return missing
