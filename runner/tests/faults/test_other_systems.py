"""What other systems of this kind got wrong, on the way to the receiver: each a test of ours, over real sockets."""

import dataclasses
import json
import statistics
import time

import pytest
import trustme
from delivering import hang_up
from faulty_receiver import FaultyReceiver

from nattsynk.context import Context
from nattsynk.errors import NOTHING, REJECTED, UNREACHABLE, Stop
from nattsynk.show.preview import SUMMARY, preview

EVER = 200  # more than any budget lasts for


@pytest.fixture
def faulty(receiver, certificates, no_waits):
    with FaultyReceiver(receiver, certificates) as made:
        yield made


def steps(faulty):
    """The last word of each request's path, in the order they came."""
    return [path.split("/", 3)[-1].partition("?")[0] for _, path in faulty.asked]


def names(receiver, entity, column):
    return {record["data"][column] for record in receiver.store.records("trial", entity) if record["is_active"]}


def rename(trial, group, name):
    trial.db.execute(f"update {trial.db.schema('export')}.export_groups set group_name = ? where group_id = ?", [name, group])


def test_one_429_costs_a_wait_and_nothing_else(school, receiver, faulty):
    """One 429 ended the run with exit code 0, and the record it met was skipped for ever."""
    faulty.serves(school)
    faulty.faults.extend([None, None, "429"])
    assert school.send().exit_code == 0
    assert faulty.taken == ["429"]
    assert steps(faulty) == ["state", "deltas", "parts/1", "parts/1", "parts/2", "parts/3", "commit", "receipt"]
    assert names(receiver, "person", "given_name") == {"Prov1", "Prov2", "Prov3"}


def test_a_first_load_that_was_cut_off_goes_on_at_the_very_part(school, receiver, faulty):
    """A kill after 7,092 of 22,916 records: the next run began from zero."""
    faulty.serves(school)
    faulty.faults.extend([None] * 3 + ["reset-before"] * EVER)
    with pytest.raises(Stop) as stopped:
        school.send()
    assert stopped.value.exit_code == UNREACHABLE
    faulty.asked.clear()
    faulty.faults.clear()
    assert school.send().exit_code == 0
    assert [step for step in steps(faulty) if step.startswith("parts")] == ["parts/2", "parts/3"]
    assert len(names(receiver, "person", "given_name")) == 3


def test_a_part_whose_answer_was_lost_is_not_sent_again_by_the_next_run(school, faulty):
    """The same, where the last part had arrived."""
    faulty.serves(school)
    faulty.faults.extend([None] * 3 + ["reset-after"] * EVER)
    with pytest.raises(Stop):
        school.send()
    faulty.asked.clear()
    faulty.faults.clear()
    assert school.send().exit_code == 0
    assert [step for step in steps(faulty) if step.startswith("parts")] == ["parts/3"]


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_profile_alone_says_whom_to_trust(school, certificates, monkeypatch, tmp_path, variable):
    """A CA named in the environment overrode the one that had been configured: strangers were trusted, or nobody."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    monkeypatch.setenv(variable, str(other))
    assert school.send().exit_code == 0

    monkeypatch.setenv(variable, str(certificates.ca))
    stranger = dataclasses.replace(school.settings.receiver, ca_file=other)
    school.settings = dataclasses.replace(school.settings, receiver=stranger)
    with pytest.raises(Stop, match="is not trusted") as stopped:
        school.send()
    assert stopped.value.exit_code == UNREACHABLE


@pytest.mark.parametrize("fault", ["reset-before", "reset-after", "truncate", "503"])
@pytest.mark.parametrize("step", ["deltas", "commit"])
def test_a_post_is_said_again_with_its_key(school, receiver, faulty, fault, step):
    """A library that retries does not retry a POST, unless it is told that it may."""
    faulty.serves(school)
    faulty.faults.extend([None] * (1 if step == "deltas" else 5) + [fault])
    assert school.send().exit_code == 0
    assert steps(faulty).count(step) == 2
    with receiver.store.reading() as db:
        assert [tuple(row) for row in db.execute("select state from deltas")] == [("applied",)]


def test_a_small_answer_is_not_held_back(trial, faulty):
    """With Nagle's algorithm on, each answer of a server of small writes took 40 ms: a night of 59 seconds in place of 2."""
    with trial.session() as session:
        for url in (trial.settings.receiver.url, faulty.tenant("trial")):
            times = []
            for _ in range(15):
                begun = time.perf_counter()
                assert session.get(f"{url}/state").status_code == 200
                times.append(time.perf_counter() - begun)
            assert statistics.median(times) < 0.03
        hang_up(session)


def test_only_a_receipt_makes_something_delivered(school, receiver, faulty):
    """A fingerprint was stored before the delivery: what failed was never sent again."""
    faulty.serves(school)
    faulty.faults.extend([None] * 6 + ["500"] * EVER)
    with pytest.raises(Stop):
        school.send()
    assert [table for table in ("schools", "persons", "groups") if school.rows(f"delivered_{table}")] == []
    faulty.faults.clear()
    assert school.send().exit_code == 0
    assert len(school.rows("delivered_persons")) == 3


def test_what_the_receiver_rejects_is_sent_again(school, receiver):
    """The same, where the receiver had refused the record: night after night it counted as sent."""
    school.export("membership", group_id="g-1", person_id="p-unknown")
    assert school.send().exit_code == REJECTED
    assert ("p-unknown",) not in school.rows("delivered_group_memberships", "person_id")
    for _ in range(2):
        school.build()
        assert school.send().exit_code == REJECTED
    school.export("person", person_id="p-unknown", given_name="Prov4", family_name="Ström")
    school.build()
    assert school.send().exit_code == 0
    assert len(receiver.store.records("trial", "membership")) == 2


def test_a_state_that_comes_back_is_sent_as_any_other(school, receiver):
    """A log of hashes that had been seen: a pupil moved from 1A to 1B and back, and the third state was never sent."""
    for name in ("1A", "1B", "1A"):
        rename(school, "g-1", name)
        school.build()
        assert school.send().exit_code == 0
        assert names(receiver, "group", "group_name") == {name}


def test_a_pupil_who_moves_there_and_back_ends_where_they_began(school, receiver):
    """The same of a membership, which goes and comes."""
    school.export("group", group_id="g-2", school_id="sjo", group_type="Klass", group_name="1B", school_form="GR")
    table = f"{school.db.schema('export')}.export_group_memberships"
    for group in ("g-1", "g-2", "g-1"):
        school.db.execute(f"update {table} set group_id = ? where person_id = 'p-1'", [group])
        school.build()
        assert school.send().exit_code == 0
        (record,) = receiver.store.records("trial", "membership")
        assert record["key"] == {"group_id": group, "person_id": "p-1"}
    school.build()
    assert school.send().exit_code == NOTHING


class Built:
    """Stands for the builder where everything is built."""

    def ensure(self, sync_date):
        pass


def test_a_preview_changes_nothing_anywhere(school, faulty, capsys):
    """Dry runs left traces in the state, several times: what they had shown was never sent."""
    faulty.serves(school)
    school.send()
    rename(school, "g-1", "5C")
    school.build()
    add_empty_views(school)
    before, asked = everything(school), len(faulty.asked)

    run = Context("preview", str(school.settings.folder), "embedded", school.now.date(), school.clock, school.progress())
    run.builder = Built()
    said = []
    for _ in range(2):
        assert preview(run) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert "update group g-1" in said[0]
    assert everything(school) == before
    assert len(faulty.asked) == asked
    assert school.send().lines == {"group": {"update": 1}}


def add_empty_views(trial):
    """The views that preview reads beside the delta."""
    report, delivery = trial.db.schema("report"), trial.db.schema("delivery")
    trial.db.execute(f"create schema {report}")
    columns = ", ".join(f"'' as {column}" for column in SUMMARY)
    trial.db.execute(f"create view {report}.rpt_run_summary as select {columns} where 1 = 0")
    trial.db.execute(f"create view {delivery}.delta_groups_visible as select '' as group_id, current_date as visible_from where 1 = 0")


def everything(trial):
    """All rows of all tables of ours."""
    tables = trial.db.rows("select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'")
    return json.dumps({
        f"{schema}.{name}": sorted(map(repr, trial.db.rows(f"select * from {schema}.{name}"))) for schema, name in sorted(tables)
    })
