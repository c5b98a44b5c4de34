"""`nattsynk demo`: two nights of an invented municipality against the reference receiver, over real TLS, on this machine."""

import dataclasses
import datetime
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme
import yaml

from nattsynk import terminal
from nattsynk.context import Context
from nattsynk.deliver import deliver
from nattsynk.engines.statements import render
from nattsynk.errors import DELIVERED, NOTHING
from nattsynk.profile.settings import PROJECT
from nattsynk.reference_receiver import Handle, start
from nattsynk.show import summary

SOURCE = PROJECT / "profiles" / "demo"
WORK = PROJECT / "target" / "demo"
TOKEN_ENV = "NATTSYNK_DEMO_TOKEN"


@dataclasses.dataclass(frozen=True)
class Night:
    """One night of nights.yml. changes: the folder, relative to the profile, whose tables replace the extracts."""

    date: datetime.date
    title: str
    story: tuple[str, ...]
    changes: str | None


def demo(run: Context, work: Path = WORK) -> int:
    """Runs the nights and prints what was sent, what was left out and why. Returns the highest exit code of the nights.

    work: the folder it works in; what an earlier demo left there is replaced.
    """
    profile = _fresh_profile(work)
    nights = [Night(**{**night, "story": tuple(night["story"])}) for night in _yaml(profile / "nights.yml")]
    with _receiver(work) as receiver:
        _point_at(profile, receiver, work / "ca.pem")
        municipality = dataclasses.replace(run, profile=str(profile))
        codes = [_night(municipality, number, night) for number, night in enumerate(nights, 1)]
    _where_to_look(municipality, work, nights[-1].date)
    return max(0 if code == NOTHING else code for code in codes)


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _fresh_profile(work: Path) -> Path:
    """A copy of profiles/demo without yesterday's state; dbt's parse cache of an earlier demo may stay, for speed."""
    profile = work / "profile"
    profile.mkdir(parents=True, exist_ok=True)
    for path in work.glob("*"):
        if path.is_file():
            path.unlink()
    for path in profile.iterdir():
        if path.is_dir() and path.name != "target":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    _copy(SOURCE, profile)
    return profile


def _copy(source: Path, folder: Path) -> None:
    """The files of a demo, with the time of now: extracts as old as the checkout would be warned of."""
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("target", "nattsynk.*"))


@contextmanager
def _receiver(work: Path) -> Iterator[Handle]:
    """The reference receiver on a free port of this machine, with a certificate of a CA made for this demo alone."""
    authority = trustme.CA(organization_name="nattsynk demo")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(work / "ca.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(work / "certificate.pem"))
    certificate.private_key_pem.write_to_path(str(work / "key.pem"))
    os.environ[TOKEN_ENV] = secrets.token_urlsafe(24)
    handle = start(work / "receiver.db", work / "certificate.pem", work / "key.pem", os.environ[TOKEN_ENV])
    try:
        yield handle
    finally:
        handle.stop()
        (work / "key.pem").unlink()


def _point_at(profile: Path, receiver: Handle, ca_file: Path) -> None:
    settings = _yaml(profile / "profile.yml")
    settings["receiver"] = {
        "url": receiver.tenant("sjostad"), "ca_file": str(ca_file), "auth": {"type": "bearer", "token_env": TOKEN_ENV},
    }
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
    (profile / "profile.yml").write_text(text, encoding="utf-8")


def _night(run: Context, number: int, night: Night) -> int:
    terminal.say((f"\nNight {number}, {night.date}: {night.title}", terminal.TITLE))
    for line in night.story:
        print(f"  - {line}")
    if night.changes:
        _copy(run.settings.folder / night.changes, run.settings.extracts / "procapita")
    run.builder.build(night.date)
    with run.receiver() as receiver, run.database() as database:
        found = summary.read(database)
        outcome = deliver.send(database, run.settings, receiver, run.clock, run.progress)
    print(f"\n  {outcome.message}")
    if found:
        summary.show(found, outcome.lines)
    run.counts[f"night {number}"] = outcome.lines
    return outcome.exit_code if outcome.exit_code != DELIVERED else 0


def _where_to_look(run: Context, work: Path, date: datetime.date) -> None:
    with run.database() as database:
        row = database.one(render("first_exclusion", report=database.schema("report"), exact=database.exact))
    here = dataclasses.replace(run, profile=os.path.relpath(run.settings.folder))
    out = Path(os.path.relpath(work))
    print(f"""
Where to look
  {here.profile}
      the profile: settings, schools, extracts, and its database nattsynk.duckdb
  {Path("profiles", "demo", "CASES.md")}
      which border case stands where in the extracts
  {summary.command(here, "export", date)} --out {out / "export"}
      the complete tables
  {summary.command(here, "report", date)} --out {out / "report"}
      every reason and finding
  {summary.command(here, "explain", date)} {row[0] if row else "KEY"}
      why one person is, or is not, delivered
  {summary.program()} init DIR
      begins a profile of your own""")
