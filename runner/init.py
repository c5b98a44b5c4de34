"""`nattsynk init`: a new profile folder from the templates in runner/templates."""

import shutil
from pathlib import Path

from nattsynk import seeds
from nattsynk.errors import Stop
from nattsynk.replacing import LOCAL
from nattsynk.run import Run
from nattsynk.settings import PROJECT

TEMPLATES = Path(__file__).with_name("templates")


def init(run: Run, folder: Path) -> int:
    """Makes the folder; an existing one must be empty, for nothing is ever overwritten. Returns 0."""
    if folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} exists and is not empty; nothing was written.", "Name a new folder.")
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    shutil.copytree(PROJECT / LOCAL, folder / "models", ignore=shutil.ignore_patterns("*.yml"))
    for file in seeds.ALL_FILES:
        header = ",".join(column.name for column in file.columns)
        (folder / "seeds" / file.name).write_text(header + "\n", encoding="utf-8", newline="\n")
    run.progress.step("init", f"Made the profile {folder}")
    print(f"Next: fill in {folder / 'profile.yml'} and {folder / 'seeds' / 'schools.csv'}, then `nattsynk check --profile {folder}`.")
    return 0
