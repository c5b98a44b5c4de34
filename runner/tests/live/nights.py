"""Two nights of a demo's profile and a delivery, through the command line, on either engine: what a live run carries out."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import yaml

from nattsynk.cli import main
from nattsynk.profile.settings import PROJECT, load
from nattsynk.reference_receiver import Handle

DEMOS = ("demo", "demo_extens", "demo_ted")
GOLDEN = PROJECT / "runner" / "tests" / "golden"
TOKEN_ENV = "NATTSYNK_TEST_TOKEN"


@dataclasses.dataclass(frozen=True)
class Trial:
    """A copy of a demo's profile, with a receiver, on an engine. bring: puts the extracts as they are where the engine reads them."""

    name: str
    folder: Path
    target: str
    bring: Callable[[], None]

    def verb(self, *arguments: object) -> int:
        """Runs a verb; returns its exit code."""
        verb, *others = map(str, arguments)
        return main([verb, "--profile", str(self.folder), "--target", self.target, *others])

    def go(self) -> None:
        """Both nights, each compared file by file with runner/tests/golden; then the delivery of the second, and the one after, which has nothing to say."""
        for night in yaml.safe_load((self.folder / "nights.yml").read_text(encoding="utf-8")):
            if night["changes"]:
                [source] = load(self.folder).sources
                shutil.copytree(self.folder / night["changes"], self.folder / "extracts" / source, dirs_exist_ok=True)
            self.bring()
            date, out = night["date"], self.folder / "target" / str(night["date"])
            assert self.verb("check", "--date", date) == 0
            assert self.verb("export", "--date", date, "--out", out) == 0
            assert _exported(out) == _exported(GOLDEN / self.name / str(date))
        assert self.verb("send", "--date", date) == 0
        assert self.verb("run", "--date", date) == 10


def _exported(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("export_*.csv"))}


def profile(name: str, folder: Path, receiver: Handle, ca_file: Path, **keys: object) -> None:
    """Copies a demo's profile to the folder, with these keys of profile.yml in place of its own."""
    shutil.copytree(PROJECT / "profiles" / name, folder, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    # A pause holds a first delivery, and its change of the export is none.
    (folder / "seeds" / "pauses.csv").unlink(missing_ok=True)
    read = yaml.safe_load((folder / "profile.yml").read_text(encoding="utf-8"))
    auth = {"type": "bearer", "token_env": TOKEN_ENV}
    read |= {"receiver": {"url": receiver.tenant(name), "ca_file": str(ca_file), "auth": auth}, **keys}
    (folder / "profile.yml").write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
