"""`nattsynk dbt` and `nattsynk docs`: dbt's own command line in the assembled project of a profile."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from nattsynk.context import Context
from nattsynk.profile import project

DOCUMENTATION = "docs.html"


def dbt(run: Context, arguments: Sequence[str]) -> int:
    """Assembles the project with its unit tests, and runs dbt there. Returns dbt's exit code: 0, 1 where something failed, 2 where dbt could not run."""
    project.assemble(run.settings, run.target, unit_tests=True)
    run.engine.prepare_environment()
    sys.stdout.flush()
    given = ["--vars", f"{{sync_date: {run.sync_date}}}"] if run.is_date_given else []
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments, *given]
    environment = {**os.environ, "DBT_PROFILES_DIR": str(run.settings.project)}
    return subprocess.run(command, cwd=run.settings.project, env=environment, check=False).returncode


def docs(run: Context) -> int:
    """Writes `<profile>/target/docs.html`. Returns dbt's exit code."""
    code = dbt(run, ["docs", "generate", "--static"])
    if code == 0:
        to = run.settings.work / DOCUMENTATION
        shutil.copyfile(run.settings.project / "target" / "static_index.html", to)
        print(f"Written: {to}")
    return code
