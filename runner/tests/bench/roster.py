"""A benchmark, not a test: a made-up roster of any size, one night of it, and how long each step takes.

    make benchmark PERSONS=120000

Nobody in it exists: the numbers are counters in the form of a personnummer, with no valid check digit asked of them.
"""

import csv
import datetime
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from nattsynk.build import sources
from nattsynk.build.builder import Builder
from nattsynk.cli import now
from nattsynk.engines.database import open_database
from nattsynk.log import Progress
from nattsynk.profile.settings import PROJECT, load

NIGHT = datetime.date(2026, 8, 18)
PUPILS_A_SCHOOL, GROUPS_A_SCHOOL, CLASSES_A_SCHOOL, STAFF_A_SCHOOL, GROUPS_A_PUPIL = 500, 100, 20, 40, 5
TERM = {"fromdat": "20260817", "tomdat": "20270614"}


def units(schools: int) -> Iterator[dict]:
    yield from ({"enhkod": school, "enhnamn": f"Skola {school}", "startdat": "20000101", "skolform": "GR"} for school in range(schools))


def pupils(schools: int) -> Iterator[tuple[int, int, str]]:
    """(pupil, school, number)"""
    yield from ((pupil, pupil % schools, str(201000000000 + pupil)) for pupil in range(schools * PUPILS_A_SCHOOL))


def staff(schools: int) -> Iterator[tuple[int, int, str]]:
    """(staff member, school, number)"""
    yield from ((one, one // STAFF_A_SCHOOL, str(197000000000 + one)) for one in range(schools * STAFF_A_SCHOOL))


def tables(schools: int) -> dict[str, Iterator[dict]]:
    people = {"p": pupils, "s": staff}
    return {
        "kj1v0enh": units(schools),
        "kj1v0per": (
            {"personguid": f"{kind}{one}", "personnr": number, "namn": f"Efternamn{one}, Förnamn{one}", "hemligtfn": "0", "epostarb": f"{kind}{one}@x.example"}
            for kind, make in people.items() for one, _, number in make(schools)
        ),
        "ki0v0fol": (
            {"personnr": number, "fornamn": f"Förnamn{one}", "efternamn": f"Efternamn{one}", "adress": f"Gatan {one}", "adrskydd": "J" if one % 500 == 7 else "N"}
            for make in people.values() for one, _, number in make(schools)
        ),
        "kj1v0kla": (
            {"klasslnr": school * 100 + number, "enhkod": school, "klassnamn": f"6{number}", "arskurs": "6", **TERM}
            for school in range(schools) for number in range(CLASSES_A_SCHOOL)
        ),
        "kj1v0plk": (
            {"placlnr": pupil, "personnr": number, "enhkod": school, "klasslnr": school * 100 + pupil // schools % CLASSES_A_SCHOOL, "placdatum": "20260817", "datumtom": "20270614"}
            for pupil, school, number in pupils(schools)
        ),
        "kj1v0grp": (
            {"grupplnr": school * GROUPS_A_SCHOOL + number, "enhkod": school, "gruppnamn": f"6 MA {number}", "ovrigt": "PORTAL", **TERM}
            for school in range(schools) for number in range(GROUPS_A_SCHOOL)
        ),
        "kj1v0grm": (
            {"grupplnr": school * GROUPS_A_SCHOOL + (pupil // schools + 20 * turn) % GROUPS_A_SCHOOL, "personnr": number, **TERM}
            for pupil, school, number in pupils(schools) for turn in range(GROUPS_A_PUPIL)
        ),
        "kj1v0ans": (
            {"anslnr": one, "personnr": number, "enhkod": school, "signatur": f"S{one}", "befattning": "Lärare", "fromdat": "20200801"}
            for one, school, number in staff(schools)
        ),
        "kj1v0akt": (
            {"aktlnr": one * 4 + turn, "personnr": number, "enhkod": school, "ovrigt": "PORTAL", "amneskod": "MA", "fromdat": "20260817", "tomdat": "20270620",
             **({"grupplnr": school * GROUPS_A_SCHOOL + (one * 3 + turn) % GROUPS_A_SCHOOL} if turn else {"klasslnr": school * 100 + one % CLASSES_A_SCHOOL})}
            for one, school, number in staff(schools) for turn in range(4)
        ),
    }


def write(folder: Path, schools: int) -> None:
    """The profile and its extracts."""
    (folder / "seeds").mkdir(parents=True)
    (folder / "profile.yml").write_text("customer: Benchmark\nrule_set: eventful\nsources: [procapita]\n", encoding="utf-8")
    rows = "".join(f"procapita,{school},GR,skola{school},Skola {school}\n" for school in range(schools))
    (folder / "seeds" / "schools.csv").write_text(f"source_system,source_school_id,school_form,school_id,school_name\n{rows}", encoding="utf-8")
    made = tables(schools)
    for table in (table for table in sources.needed(load(folder)) if table.name in made):
        path = folder / "extracts" / table.system / f"{table.name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, table.columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(made[table.name])


def main(persons: int) -> None:
    folder = PROJECT / "target" / "benchmark" / f"p{persons}"
    shutil.rmtree(folder, ignore_errors=True)
    write(folder, max(1, persons // (PUPILS_A_SCHOOL + STAFF_A_SCHOOL)))
    settings = load(folder)
    started = time.perf_counter()
    Builder(settings, "embedded", now, Progress(now)).build(NIGHT)
    built = time.perf_counter()
    with open_database(settings) as database:
        lines, = database.one(f"select sum(created) from {database.schema('report')}.rpt_run_summary")
    print(f"{persons} persons: build {built - started:.0f} s, summary of {lines} lines to send {time.perf_counter() - built:.1f} s, "
          f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]))
