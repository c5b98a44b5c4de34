"""`nattsynk init`: a new profile folder from the templates in runner/nattsynk/profile/templates."""

import shutil
from pathlib import Path

from nattsynk import operating_system
from nattsynk.context import Context
from nattsynk.errors import Stop
from nattsynk.profile import schema, seeds
from nattsynk.profile.our_files import LOCAL
from nattsynk.profile.settings import PROJECT

TEMPLATES = Path(__file__).with_name("templates")


def init(run: Context, folder: Path) -> int:
    """Makes the folder; an existing one must be empty, for nothing is ever overwritten. Returns 0."""
    if folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} exists and is not empty; nothing was written.", "Name a new folder.")
    try:
        _fill(folder)
    except BaseException:
        # Half a profile looks like a whole one, and the next `init` would not touch it.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    run.progress.step("init", f"Made the profile {folder}")
    print(f"Next: fill in {folder / 'profile.yml'} and {folder / 'seeds' / 'schools.csv'}, then `nattsynk check --profile {folder}`.")
    return 0


def _fill(folder: Path) -> None:
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    shutil.copytree(PROJECT / LOCAL, folder / "models")
    _write(folder / schema.FILE_NAME, schema.as_text())
    for file in seeds.ALL_FILES:
        _write(folder / "seeds" / file.name, ",".join(column.name for column in file.columns) + "\n")


def _write(path: Path, text: str) -> None:
    with operating_system.telling(path):
        path.write_text(text, encoding="utf-8", newline="\n")
