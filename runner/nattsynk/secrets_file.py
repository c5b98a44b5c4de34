"""A file of secrets, for an account that nobody can log on as: a group managed service account of Windows has no keyring to fill.

The variable NATTSYNK_SECRETS_FILE names the file, which has a line NAME=value for each secret. See docs/decisions/0049-a-file-of-secrets-for-managed-accounts.md.
"""

import os
from pathlib import Path

from nattsynk.errors import USAGE, Stop

VARIABLE = "NATTSYNK_SECRETS_FILE"


def secret(name: str) -> str:
    """The secret of that name, empty if there is no file or no such line. Stops (exit code 2) if the file is not fit to be read."""
    named = os.environ.get(VARIABLE, "").strip()
    lines = _lines(Path(named)) if named else []
    values = (value.strip() for key, _, value in (line.partition("=") for line in lines) if key.strip() == name)
    return next(values, "")


def _lines(path: Path) -> list[str]:
    """The file's lines. No message quotes any."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise _stop(path, "others may read it", f'chmod 600 "{path}"')
        text = path.read_bytes()
    except OSError as fault:
        raise _stop(path, fault.strerror or type(fault).__name__, "Name a file that the account which runs nattsynk may read.") from fault
    try:
        return text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        pass
    # Not within the handler: the fault holds the file's bytes.
    raise _stop(path, "it is not UTF-8", "Save it as UTF-8.")


def _stop(path: Path, what: str, next_step: str) -> Stop:
    return Stop(f"The file of secrets {path}, which {VARIABLE} names, is not read: {what}.", next_step, USAGE)
