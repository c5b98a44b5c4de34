"""DQ-4: a column that is mostly unreadable holds everything. A small town's real builds, sent to a real receiver."""

import csv

import pytest

PUPILS = 40
EXPONENT = "2,01501E+11"
OPEN = {"placdatum": "2025-08-18 00:00:00.000", "datumtom": "20280612"}


@pytest.fixture
def small_town(town):
    town.configure(rule_set="ucs")
    town.profile.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name\nprocapita,101,GR,ang,Ängsskolan\n")
    fill(town)
    return town


def number(pupil):
    return f"20150101TF{pupil:02}"


def fill(town, protected=(), **odd):
    """The registers of the town. odd: column of kj1v0plk -> (of how many pupils, what it holds)."""
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "2000-01-01", "skolform": "GR"})
    town.write("kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", "fromdat": "20250818", "tomdat": "2028-06-12T00:00:00"})
    town.write("kj1v0per", *({"personguid": f"pupil{pupil}", "personnr": number(pupil), "namn": "Prov, Elev"} for pupil in range(PUPILS)))
    town.write("ki0v0fol", *({"personnr": number(pupil), "adrskydd": "J" if pupil in protected else "N"} for pupil in range(PUPILS)))
    town.write("kj1v0plk", *(
        {"placlnr": str(pupil), "personnr": number(pupil), "enhkod": "101", "klasslnr": "1", **OPEN}
        | {column: value for column, (pupils, value) in odd.items() if pupil < pupils}
        for pupil in range(PUPILS)
    ))


def test_a_first_delivery_of_unreadable_columns_is_held_until_it_is_approved(small_town, nattsynk, tmp_path):
    fill(small_town, placdatum=(PUPILS, "18/8 2025"), placlnr=(3, ""))
    night = small_town.night("2026-09-01")
    assert (night.code, night.deltas) == (20, [])
    assert "procapita kj1v0plk.placdatum is no date in 40 of 40 filled cells (100 %), mostly written as d/m yyyy" in night.message
    assert "procapita kj1v0plk.placlnr is blank in 3 of 40 rows (8 %)" in night.message
    assert "max_unreadable_percent: 5" in night.message
    assert "The likely cause is the extract, not the register" in night.message
    assert "18/8 2025" not in night.message
    given = ("--profile", small_town.profile.folder, "--date", "2026-09-01")

    assert nattsynk("export", *given, "--out", tmp_path / "export").code == 0
    assert nattsynk("report", *given, "--out", tmp_path / "report").code == 0
    preview = nattsynk("preview", *given)
    assert (preview.code, "Everything is held until it is approved: procapita kj1v0plk.placdatum" in preview.out) == (0, True)
    with (tmp_path / "report" / "rpt_findings.csv").open(newline="", encoding="utf-8") as handle:
        columns = {row["source_key"]: row["evidence"] for row in csv.DictReader(handle) if row["finding_code"] == "column_unreadable"}
    assert columns == {"kj1v0plk.placdatum": "cells=40; unreadable=40; form=d/m yyyy", "kj1v0plk.placlnr": "cells=40; unreadable=3; form=blank"}

    assert nattsynk("approve", "--profile", small_town.profile.folder, "--by", "administrator 7").code == 0
    night = small_town.send()
    assert (night.code, night.said) == (0, {"create school ang", "create group procapita-class-1-2026"})


def test_numbers_that_name_nobody_hold_and_who_becomes_protected_is_erased_all_the_same(small_town):
    assert small_town.night("2026-09-01").code == 0
    assert len(small_town.held("person")) == PUPILS
    fill(small_town, personnr=(PUPILS, EXPONENT), protected=[0])
    night = small_town.night("2026-09-02")
    assert night.code == 20
    assert "procapita kj1v0plk.personnr is no personal number in 40 of 40 filled cells (100 %), mostly written as n,nnnnnE+nn" in night.message
    assert {line for line in night.said if " person " in line} == {"delete person procapita-pupil0"}
    assert len(small_town.held("person")) == PUPILS - 1

    # One in twenty is not mostly: those two are left out, with a finding.
    fill(small_town, personnr=(2, EXPONENT), placdatum=(2, "46252"), protected=[0])
    assert small_town.night("2026-09-03").code == 0
