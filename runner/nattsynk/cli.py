"""The command line: verbs, options, and the one place where a fault becomes a message and an exit code."""

import contextlib
import datetime
import functools
import getpass
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from nattsynk import engines, receivers, terminal
from nattsynk.context import Context, today, write_results
from nattsynk.errors import EXIT_CODES, FAULT, USAGE, Stop
from nattsynk.log import Clock, Progress
from nattsynk.operating_system import refusal
from nattsynk.profile.files import FORMATS
from nattsynk.profile.settings import SYSTEMS
from nattsynk.receivers.receiver import Receiver

CODES = "; ".join(f"{code} {text}" for code, text in sorted(EXIT_CODES.items()))
PROFILE_FREE = "  Takes the common options like every verb, but reads no profile."


class DayOrder(click.Group):
    """Lists the verbs in the order of a working day, which is the order they are written in."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class SyncDate(click.ParamType):
    """A calendar day written yyyy-mm-dd."""

    name = "yyyy-mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day of the calendar; write it yyyy-mm-dd, for example 2026-11-21.", param, ctx)


Lock = Callable[[Context], contextlib.AbstractContextManager[None]]


def _unlocked(_: Context) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def _common(function: Callable[..., int], lock: Lock = _unlocked) -> Callable[..., int]:
    """The options every verb takes; the verb's function is given a Context in their place. lock: what is held meanwhile."""

    @click.option("--profile", metavar="NAME|DIR", show_default="the only one here", help="The profile: its folder, or a name under profiles/.")
    @click.option("--target", type=click.Choice(engines.TARGETS), default=engines.DEFAULT, show_default=True, help="The engine.")
    @click.option("--date", "date", type=SyncDate(), help="The sync date; default is today in Europe/Stockholm.")
    @click.option("--results", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the run as JSON to FILE.")
    @click.pass_context
    @functools.wraps(function)
    def verb(context: click.Context, profile: str | None, target: str, date: datetime.date | None, results: Path | None, **given: Any) -> int:
        clock, receiver_of = context.obj
        run = Context(context.info_name or "", profile, target, date or today(clock), clock, Progress(clock), receiver_of, date is not None)
        return _finish(run, results, lambda: _within(lock(run), lambda: function(run, **given)))

    return verb


def _asked(context: click.Context, parameter: click.Parameter, key: str) -> str:
    """The key as a verb is given it. A personnummer is refused before anything is done, or waited for."""
    from nattsynk.typed_keys import wanted

    return wanted(key, context.command.name or "")


def _exclusive(function: Callable[..., int]) -> Callable[..., int]:
    """The same, for a verb of which a profile has one run at a time: all that read or write its database."""
    from nattsynk.profile.lock import exclusive

    return _common(function, exclusive)


def _within(lock: contextlib.AbstractContextManager[None], act: Callable[[], int]) -> int:
    with lock:
        return act()


def _finish(run: Context, results: Path | None, act: Callable[[], int]) -> int:
    started, exit_code = run.clock(), FAULT
    try:
        exit_code = _refusals_told(act)
    except Stop as stop:
        exit_code = stop.exit_code
        raise
    finally:
        run.progress.close()
        if results is not None:
            write_results(results, run, exit_code, started)
    return exit_code


def _refusals_told(act: Callable[[], int]) -> int:
    """What the operating system refuses ends a run as a Stop, wherever it was met."""
    try:
        return act()
    except (Stop, click.ClickException, BrokenPipeError):
        raise
    except Exception as fault:
        stop = refusal(fault)
        if stop is None:
            raise
        raise stop from fault


@click.group(cls=DayOrder, epilog=f"Exit codes: {CODES}.", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="nattsynk")
def verbs() -> None:
    """Nightly sync from Swedish school registers to learning platforms."""


@verbs.command(epilog=PROFILE_FREE)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@_common
def init(run: Context, folder: Path) -> int:
    """Makes a new profile folder, commented, ready to fill in."""
    from nattsynk.profile.init import init as act

    return act(run, folder)


@verbs.command(epilog="  Uses a copy of profiles/demo and the dates of its two nights.")
@_common
def demo(run: Context) -> int:
    """Two nights of the demo municipality against a local HTTPS receiver, ending in a summary."""
    from nattsynk.demo import demo as act

    return act(run)


@verbs.command("extract-sql", epilog="  Needs no profile. With --profile the queries take its source_location and extract_columns.csv.")
@click.option("--system", required=True, type=click.Choice(SYSTEMS), help="The register.")
@click.option("--table", metavar="NAME", help="Only this table.")
@click.option("--for", "tool", type=click.Choice(["ssms", "bcp", "powershell"]), default="ssms", show_default=True, help="The tool that runs them.")
@_common
def extract_sql(run: Context, system: str, table: str | None, tool: str) -> int:
    """Prints ready queries that write the extracts of a register right."""
    from nattsynk.show.extract_sql import extract_sql as act

    given = click.get_current_context().get_parameter_source("profile") is not click.core.ParameterSource.DEFAULT
    return act(run, system, table, tool, given)


@verbs.command()
@_common
def check(run: Context) -> int:
    """Looks at settings, seeds, database, source, own SQL and receiver; changes nothing."""
    from nattsynk.check.check import check as act

    return act(run)


@verbs.command()
@_exclusive
def build(run: Context) -> int:
    """Builds and tests the export tables and the delta; sends nothing."""
    from nattsynk.show.summary import after_build

    run.builder.build(run.sync_date)
    after_build(run)
    return 0


@verbs.command()
@_exclusive
def preview(run: Context) -> int:
    """Shows what would be sent: per school and entity, then line by line."""
    from nattsynk.show.preview import preview as act

    return act(run)


@verbs.command()
@click.option("--full", is_flag=True, help="Deliver everything anew, whatever the receiver has.")
@_exclusive
def send(run: Context, full: bool) -> int:
    """Delivers the delta of the last green build and records what the receiver confirmed."""
    from nattsynk.deliver.command import send as act

    return act(run, full)


@verbs.command()
@click.argument("digest", required=False)
@click.option("--erase", is_flag=True, help="Release the erase of who is hidden after a mass protection, and nothing else.")
@click.option("--by", default=getpass.getuser, show_default="the account's name", metavar="NAME", help="Who approves it; the receiver is told.")
@click.option("--hours", type=click.IntRange(1, 168), default=24, show_default=True, help="How long the approval lasts.")
@_exclusive
def approve(run: Context, digest: str | None, erase: bool, by: str, hours: int) -> int:
    """Releases the delivery that is held; DIGEST makes sure that it is the one looked at."""
    from nattsynk.deliver.approve import approve as act

    return act(run, digest, by, hours, erase)


@verbs.command()
@click.argument("key", callback=_asked)
@click.option("--links", is_flag=True, help="Also every record that names it.")
@_exclusive
def resend(run: Context, key: str, links: bool) -> int:
    """Owes one record once more: the next delivery creates it anew. KEY - asks for a personnummer."""
    from nattsynk.deliver.resend_purge import resend as act

    return act(run, key, links)


@verbs.command()
@click.argument("key", callback=_asked)
@_exclusive
def purge(run: Context, key: str) -> int:
    """Removes one person who has left from history and ledger. KEY - asks for a personnummer."""
    from nattsynk.deliver.resend_purge import purge as act

    return act(run, key)


@verbs.command("run")
@_exclusive
def run_(run: Context) -> int:
    """The nightly job: check, build, send."""
    from nattsynk.deliver.command import nightly as act

    return act(run)


@verbs.command()
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), default="csv", show_default=True, help="The kind of file.")
@_exclusive
def export(run: Context, out: Path, kind: str) -> int:
    """Writes all export tables as files, the complete set for a test import; state is not touched."""
    from nattsynk.show.export import export as act

    return act(run, out, kind)


@verbs.command()
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@click.option("--with-names", is_flag=True, help="Add names to the files, for one school's own administrator; needs --school.")
@click.option("--school", metavar="ID", help="Only the rows of this receiver school.")
@_exclusive
def report(run: Context, out: Path, with_names: bool, school: str | None) -> int:
    """Writes exclusions, findings and the summary as CSV."""
    from nattsynk.show.report import report as act

    return act(run, out, with_names, school)


@verbs.command()
@click.argument("key", callback=_asked)
@click.option("--strict", is_flag=True, help="End with exit code 1 if nothing is known by KEY.")
@_exclusive
def explain(run: Context, key: str, strict: bool) -> int:
    """Tells why one person or group is, or is not, delivered. KEY - asks for a personnummer."""
    from nattsynk.show.explain import explain as act

    return act(run, key, strict)


@verbs.command("dbt", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="-- ARGS")
@_exclusive
def dbt_(run: Context, arguments: tuple[str, ...]) -> int:
    """Assembles the profile's project and passes ARGS on to dbt there; output and exit code are dbt's."""
    from nattsynk.build.dbt_command import dbt as act

    return act(run, arguments)


@verbs.command()
@_exclusive
def docs(run: Context) -> int:
    """Writes dbt's documentation of the profile's models as one HTML file, which needs no network."""
    from nattsynk.build.dbt_command import docs as act

    return act(run)


@verbs.command(epilog=PROFILE_FREE)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="The port to listen on.")
@click.option("--store", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Keeps what is received.")
@click.option("--certificate", required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE", help="Certificate, PEM.")
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE", help="Its private key, PEM.")
@click.option("--token-env", default="NATTSYNK_TOKEN", show_default=True, metavar="NAME", help="The variable that holds the token to ask for.")
@_common
def receive(run: Context, **given: Any) -> int:
    """The reference receiver: an HTTPS server that keeps what it is sent, until it is stopped."""
    from nattsynk.reference_receiver.command import receive as act

    return act(**given)


def now() -> datetime.datetime:
    """The one clock of a run."""
    return datetime.datetime.now(datetime.UTC)


def main(
    argv: Sequence[str] | None = None,
    clock: Clock = now,
    receiver_of: Callable[..., Receiver] = receivers.of,
) -> int:
    """Runs one command line and returns its exit code. Every fault ends in one readable message on stderr."""
    # Databases, extracts' copies, exports and reports hold personal data: what a run makes is its owner's alone.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)
    try:
        return verbs.main(args=argv, prog_name="nattsynk", standalone_mode=False, obj=(clock, receiver_of)) or 0
    except Stop as stop:
        return _say(f"{stop.message}\n{stop.next_step}".strip(), stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as fault:
        print(fault.format_message(), file=sys.stderr)
        return USAGE
    except click.ClickException as fault:
        where = f" See `{fault.ctx.command_path} --help`." if isinstance(fault, click.UsageError) and fault.ctx else ""
        return _say(_without_numbers(fault.format_message()) + where, USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _say("Interrupted; what was committed stands, and the next run goes on from there.", FAULT)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`preview | head`); Python must not complain about it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except Exception as fault:  # noqa: BLE001
        return _say(f"A fault of nattsynk: {type(fault).__name__} in {_place(fault)}. Report it with this message.", FAULT)


def _place(fault: Exception) -> str:
    """Where in the runner it happened; a fault's text is never shown, for it could hold personal data."""
    ours = [frame for frame in traceback.extract_tb(fault.__traceback__) if Path(frame.filename).is_relative_to(Path(__file__).parent)]
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"


def _without_numbers(text: str) -> str:
    return re.sub(r"(\d\d)?\d{6}[-+]?(\d{4}|TF\d\d)", "…", text)


def _say(text: str, exit_code: int) -> int:
    # Standard error may be a file on the disk that is full; the exit code says it all the same.
    with contextlib.suppress(OSError):
        terminal.say(("nattsynk:", terminal.FAULT), f" {text}", stream=sys.stderr)
    return exit_code
