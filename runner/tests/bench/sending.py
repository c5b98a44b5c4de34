"""A benchmark, not a test: how long `nattsynk send` takes for a delivery of so many lines, and how much memory.

    make benchmark-send LINES="10000 1000000"

The tables of a small made-up roster (roster.py) are built as on any night; then the export is filled with so many lines, and they
are delivered over TLS to the reference receiver, sender and receiver each in a process of its own. Seconds and resident memory are
those of one run of `nattsynk send`, and Python's peak that of another, for tracing what Python holds takes time and memory itself.
Python's peak is what the delivery adds to a process that has its modules loaded; the resident memory is all of it, DuckDB's included.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import roster
import yaml

from nattsynk import cli
from nattsynk.build.builder import Builder
from nattsynk.engines.database import open_database
from nattsynk.log import Progress
from nattsynk.profile.settings import PROJECT, load

sys.path.append(str(PROJECT / "runner" / "tests"))

from apart import receiver_apart  # noqa: E402
from delivering import TOKEN, issue  # noqa: E402

WORK = PROJECT / "target" / "benchmark" / "send"
HEADINGS = ("lines", "seconds", "lines/second", "Python's peak, MB", "resident peak, MB")
FORMAT = "{:>10}  {:>8}  {:>12}  {:>17}  {:>17}"
# Of ten lines: one pupil, one enrolment, and a place in eight groups.
GROUPS_A_PUPIL = 8
GROUPS = 200
FILLINGS = {
    "export_schools": "school_id, school_name select 'skola', 'Skola'",
    "export_groups": "group_id, school_id, group_type, group_name, school_form"
    f" select concat('grupp-', range), 'skola', 'Undervisningsgrupp', concat('Grupp ', range), 'GR' from range({GROUPS})",
    "export_persons": "person_id, given_name, family_name, street_address, postal_code, city, email_student"
    " select concat('elev-', range), concat('Prov', range), 'Prov', concat('Gatan ', range), '99901', 'Provstad',"
    " concat('p', range, '@x.example') from range({pupils})",
    "export_enrolments": "person_id, school_id, school_form, grade, start_date"
    " select concat('elev-', range), 'skola', 'GR', '6', date '2026-08-17' from range({pupils})",
    "export_group_memberships": "group_id, person_id, start_date"
    f" select concat('grupp-', (one.range + turn.range * 20) % {GROUPS}), concat('elev-', one.range), date '2026-08-17'"
    f" from range({{pupils}}) as one, range({GROUPS_A_PUPIL}) as turn",
}
EMPTIED = ("export_duties", "export_responsibles", "export_group_staff")


def build(folder: Path, ca_file: Path) -> None:
    """A profile that has been built."""
    roster.write(folder, 1)
    address = {"url": "https://localhost", "ca_file": str(ca_file), "auth": {"type": "bearer", "token_env": "BENCHMARK_TOKEN"}}
    text = yaml.safe_dump({"customer": "Benchmark", "rule_set": "eventful", "sources": ["procapita"], "receiver": address})
    (folder / "profile.yml").write_text(text, encoding="utf-8")
    Builder(load(folder), "embedded", cli.now, Progress(cli.now)).build(roster.NIGHT)


def fill(folder: Path, lines: int, receiver: str) -> None:
    """Puts about so many lines in place of what was built, to go to a tenant of its own."""
    text = (folder / "profile.yml").read_text(encoding="utf-8")
    (folder / "profile.yml").write_text(text.replace("https://localhost", f"{receiver}/v1/tenants/{folder.parent.name}"), encoding="utf-8")
    with open_database(load(folder)) as database:
        export = database.schema("export")
        for table in (*FILLINGS, *EMPTIED):
            database.execute(f"delete from {export}.{table}")
        for table, filling in FILLINGS.items():
            columns, _, select = filling.partition(" select ")
            database.execute(f"insert into {export}.{table} ({columns}) select {select.format(pupils=lines // (GROUPS_A_PUPIL + 2))}")
        database.execute("checkpoint")


def send(folder: Path, is_traced: bool) -> None:
    """Delivers, and prints what it took as JSON."""
    # Once beforehand, so that neither the time nor the memory of loading dbt is counted as Python's.
    open_database(load(folder)).close()
    if is_traced:
        tracemalloc.start()
    started = time.perf_counter()
    exit_code = cli.main(["send", "--profile", str(folder), "--results", str(folder / "results.json")])
    seconds = time.perf_counter() - started
    if exit_code:
        sys.exit(exit_code)
    sent = json.loads((folder / "results.json").read_text(encoding="utf-8"))["counts"]["lines"]
    print(json.dumps({
        "lines": sum(sum(operations.values()) for operations in sent.values()), "seconds": seconds,
        "python": tracemalloc.get_traced_memory()[1] / 1e6, "resident": resident_peak(),
    }))


def resident_peak() -> float:
    """MB of this process alone: getrusage counts what the process that started it held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024 / 1e6


def apart(step: str, *arguments: object) -> str:
    """Runs one of the steps in a process of its own, which alone has the database. Returns the last line it printed."""
    command = [sys.executable, __file__, step, *map(str, arguments)]
    ended = subprocess.run(command, env={**os.environ, "BENCHMARK_TOKEN": TOKEN}, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(ended.stderr)
    return (ended.stdout.splitlines() or [""])[-1]


def measure(built: Path, lines: int, receiver: str, is_traced: bool) -> dict[str, float]:
    """One delivery of a copy of the profile."""
    folder = WORK / f"{'traced' if is_traced else 'timed'}-{lines}" / built.name
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("target"))
    apart("fill", folder, lines, receiver)
    took = json.loads(apart("send", folder, is_traced))
    shutil.rmtree(folder.parent)
    return took


def main(counts: list[int]) -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    certificates = issue(WORK)
    apart("build", WORK / "built", certificates.ca)
    print(FORMAT.format(*HEADINGS), flush=True)
    for lines in counts:
        with receiver_apart(WORK, certificates) as receiver:
            timed, traced = (measure(WORK / "built", lines, receiver, is_traced) for is_traced in (False, True))
        for file in WORK.glob("receiver.sqlite*"):
            file.unlink()
        sent, seconds = timed["lines"], timed["seconds"]
        figures = (f"{seconds:.1f}", f"{sent / seconds:.0f}", f"{traced['python']:.1f}", f"{timed['resident']:.0f}")
        print(FORMAT.format(sent, *figures), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", folder, ca_file]:
            build(Path(folder), Path(ca_file))
        case ["fill", folder, lines, receiver]:
            fill(Path(folder), int(lines), receiver)
        case ["send", folder, is_traced]:
            send(Path(folder), is_traced == "True")
        case counts:
            main([int(lines) for lines in counts])
