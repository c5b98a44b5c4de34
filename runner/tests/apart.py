"""The reference receiver in a process of its own, so that its memory and its work are not the sender's."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from delivering import TOKEN, Certificates

RECEIVE = "import sys; from nattsynk.cli import main; sys.exit(main(['receive', *sys.argv[1:]]))"
LISTENS = re.compile(r"running on (https://localhost:\d+)")


@contextlib.contextmanager
def receiver_apart(folder: Path, certificates: Certificates) -> Iterator[str]:
    """`nattsynk receive` on a free port, with its store in that folder. Gives its address, https://host:port."""
    files = ["--store", folder / "receiver.sqlite", "--certificate", certificates.server, "--key", certificates.key]
    command = [sys.executable, "-c", RECEIVE, "--host", "localhost", "--port", "0", *map(str, files)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NATTSYNK_TOKEN": TOKEN}) as process:
        try:
            yield next(found[1] for line in process.stderr if (found := LISTENS.search(line)))
        finally:
            process.terminate()
            process.communicate()
