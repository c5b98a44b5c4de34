"""`nattsynk receive`: the reference receiver as a command."""

import contextlib
import os
from pathlib import Path

from nattsynk.errors import Stop


def receive(host: str, port: int, store: Path, certificate: Path, key_file: Path, token_env: str) -> int:
    """Serves until stopped. The token is read from the environment, never from the command line. Returns 0."""
    token = os.environ.get(token_env, "").strip()
    if not token:
        raise Stop(f"The environment variable {token_env} with the token to ask for is not set.", "Set it, then run again.")
    from nattsynk.reference_receiver import serve

    # Stopping it by hand is how it ends.
    with contextlib.suppress(KeyboardInterrupt):
        serve(host, port, store, certificate, key_file, token)
    return 0
