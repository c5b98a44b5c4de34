"""dbt's own command line in the assembled project: passed on as it is, and its green builds may be sent."""

import subprocess

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from programs import program

from nattsynk.build.builder import Builder
from nattsynk.cli import now
from nattsynk.errors import Stop
from nattsynk.log import Progress

DATE = "2026-06-12"


def by_hand(town, *arguments: str) -> None:
    DuckDBConnectionManager.close_all_connections()  # it would keep this process's hold of the file
    ended = subprocess.run([program("dbt"), *arguments], cwd=town.profile.settings().project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:]


@pytest.mark.long
def test_a_green_build_of_dbt_alone_may_be_sent_and_a_part_of_one_may_not(town):
    """Elsewhere a build with --empty marked all 98,980 rows as deleted, and ended with exit code 0."""
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})
    town.write("ki0v0fol", {"personnr": "201501012387"})
    town.write("kj1v0per", {"personguid": "ada", "personnr": "201501012387", "namn": "Prov, Elev"})
    assert town.night(DATE).code in (0, 10)
    whole = ["build", "--vars", f"{{sync_date: {DATE}}}"]

    by_hand(town, *whole, "--select", "export_persons")
    night = town.send()
    assert (night.code, night.deltas) == (20, [])
    assert "dbt build of a part of the project" in night.message
    by_hand(town, *whole)
    assert town.send().code in (0, 10)
    town.profile.seed("pauses.csv", f"school_form,school_id,start_date,end_date,comment\nGR,,{DATE},{DATE},Lov\n")
    night = town.send()
    assert night.code == 20 and "assembled before" in night.message


def test_what_dbt_built_past_the_protection_cut_is_not_sent(profile):
    own = profile.folder / "models" / "local_everybody.sql"
    own.write_text("select personnr from {{ source('procapita_register', 'ki0v0fol') }}", encoding="utf-8")
    with pytest.raises(Stop, match="which only the models that cut protected persons may read"):
        Builder(profile.settings(), "embedded", now, Progress(now)).accept()
