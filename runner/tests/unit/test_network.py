"""ENV-2: a night listens on nothing. What serves is the reference receiver alone, which no nightly verb loads."""

import subprocess
import sys

SERVES = ("uvicorn", "starlette", "trustme", "nattsynk.reference_receiver", "http.server", "socketserver")


def test_a_night_loads_nothing_that_listens():
    loads = "import sys, nattsynk.cli, nattsynk.deliver.command, nattsynk.show.preview, nattsynk.show.export, nattsynk.show.report, nattsynk.show.explain"
    told = subprocess.run([sys.executable, "-c", f"{loads}; print(*sys.modules)"], capture_output=True, text=True, check=True)
    assert [name for name in told.stdout.split() if name.startswith(SERVES)] == []
