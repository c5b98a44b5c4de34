"""A secret by the name that profile.yml gives: from the environment, else from the file of secrets, else from the keyring."""

import contextlib
import os

from nattsynk import secrets_file
from nattsynk.errors import USAGE, Stop

KEYRING_SERVICE = "nattsynk"


def secret(variable: str) -> str:
    """The secret of an environment variable, else of the file of secrets, else of the keyring. Stops (exit code 2) if there is none."""
    found = os.environ.get(variable, "").strip() or secrets_file.secret(variable) or _of_keyring(variable)
    if not found:
        raise Stop(
            f"There is no secret {variable}: the environment variable is not set, and the keyring has none that can be read.",
            f"Set the variable for the account that runs nattsynk, or store it as that account: keyring set {KEYRING_SERVICE} {variable}\n"
            f"An account that nobody can log on as reads it from the file that {secrets_file.VARIABLE} names (docs/operate/authentication.md).",
            USAGE,
        )
    return found


def _of_keyring(variable: str) -> str:
    # Whatever a keyring is at fault for, its backends raise as they like: to us it has no secret.
    with contextlib.suppress(Exception):
        import keyring

        return (keyring.get_password(KEYRING_SERVICE, variable) or "").strip()
    return ""
