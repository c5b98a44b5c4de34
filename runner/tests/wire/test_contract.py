"""docs/receive/openapi.yaml says what is: the reference receiver answers as it describes, and a receiver written from it alone works.

Requests are drawn from its schemas, such as it allows and such as it does not, the same ones in every run.
"""

import base64
import dataclasses
import functools
import gzip
import hashlib

import pytest
import requests
import schemathesis
from delivering import TOKEN, hang_up
from hypothesis import HealthCheck, Phase, settings
from independent_receiver import IndependentReceiver
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from test_receiver import manifest, ndjson, person

from nattsynk.receivers.nattsynk import NattsynkReceiver
from nattsynk.reference_receiver import contract, start

SCHEMA = schemathesis.openapi.from_path(contract.OPENAPI)
OF_A_DELTA = SCHEMA.include(path_regex=r"\{delta\}")
BOUNDED = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson")
def _(context, value):
    """Whatever stands for a part, packed as parts are."""
    return gzip.compress(value if isinstance(value, bytes) else str(value).encode(), mtime=0)


@pytest.fixture(scope="module")
def asked(tmp_path_factory, certificates):
    """How to ask it: a session, a tenant's address, whom to trust, a token."""
    handle = start(tmp_path_factory.mktemp("contract") / "receiver.sqlite", certificates.server, certificates.key, TOKEN)
    session = requests.Session()
    session.trust_env = False
    yield {
        "session": session, "base_url": handle.tenant("contract"), "verify": str(certificates.ca), "headers": {"Authorization": f"Bearer {TOKEN}"},
    }
    hang_up(session)
    handle.stop()


@pytest.fixture(scope="module")
def delta(asked):
    """The id of a delta that is applied, with one line that was rejected."""
    content = ndjson(person(), {**person("p-2"), "data": {"shoe_size": "41"}})
    ask = functools.partial(asked["session"].request, verify=asked["verify"], headers={**asked["headers"], "Idempotency-Key": "1"})
    found = ask("POST", f"{asked['base_url']}/deltas", json=manifest([content])).json()["id"]
    data = gzip.compress(content)
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
    standard = {**asked["headers"], "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip", "Content-Digest": digest}
    assert ask("PUT", f"{asked['base_url']}/deltas/{found}/parts/1", data=data, headers=standard).status_code == 201
    assert ask("POST", f"{asked['base_url']}/deltas/{found}/commit").json()["state"] == "applied"
    return found


@pytest.mark.long
@SCHEMA.parametrize()
@BOUNDED
def test_every_answer_is_in_the_document(case, asked):
    # No schema says that a manifest's numbers agree with each other, or which columns are an entity's: so valid data may be refused.
    case.call_and_validate(**asked, excluded_checks=[positive_data_acceptance])


@OF_A_DELTA.parametrize()
@BOUNDED
def test_so_is_every_answer_about_a_delta_that_is_there(case, asked, delta):
    # The drawn id may have been what was wrong with the request.
    case.path_parameters = {**case.path_parameters, "delta": delta}
    case.call_and_validate(**asked, excluded_checks=[positive_data_acceptance, negative_data_rejection])


@pytest.fixture
def independent(school, certificates):
    """The school delivers to a receiver that somebody else wrote."""
    made = IndependentReceiver(certificates.server, certificates.key, TOKEN)
    address = dataclasses.replace(school.settings.receiver, url=made.url)
    school.settings = dataclasses.replace(school.settings, receiver=address)
    yield made
    made.stop()


def held(independent, entity):
    """Active records: the key's values -> data."""
    return {tuple(record["key"].values()): record["data"] for record in independent.platform._all(entity) if record["active"]}


def test_a_receiver_written_from_the_documents_alone_is_delivered_to(school, independent):
    """First everything, then a night of an update, a new person, a delete and a new class for another."""
    assert school.send().exit_code == 0
    assert held(independent, "person").keys() == {("p-1",), ("p-2",), ("p-3",)}
    assert held(independent, "membership").keys() == {("g-1", "p-1")}

    export = school.db.schema("export")
    school.drop("p-1")
    school.db.execute(f"update {export}.export_persons set phone = '000' where person_id = 'p-2'")
    school.export("person", person_id="p-4", given_name="Prov4", family_name="Ström")
    school.export("membership", group_id="g-1", person_id="p-2")
    school.build()
    outcome = school.send()
    assert (outcome.exit_code, outcome.lines["person"]) == (0, {"create": 1, "update": 1, "delete": 1})
    assert held(independent, "person").keys() == {("p-2",), ("p-3",), ("p-4",)}
    assert held(independent, "person")[("p-2",)]["phone"] == "000"
    assert held(independent, "membership").keys() == {("g-1", "p-2")}
    assert held(independent, "enrolment").keys() == {("p-2", "sjo", "GR")}
    school.build()
    assert school.send().exit_code == 10


def test_its_rejections_are_owed_and_made_good(school, independent):
    school.export("membership", group_id="g-1", person_id="p-unknown")
    outcome = school.send()
    assert (outcome.exit_code, outcome.rejected) == (30, 1)
    school.export("person", person_id="p-unknown", given_name="Prov4", family_name="Ström")
    school.build()
    assert school.send().exit_code == 0
    assert ("g-1", "p-unknown") in held(independent, "membership")


def test_a_delivery_to_it_goes_on_where_it_stopped(school, independent, monkeypatch):
    put = NattsynkReceiver.put

    def dies_at_the_second(receiver, outgoing, part):
        if part.number == 2:
            raise KeyboardInterrupt
        put(receiver, outgoing, part)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(NattsynkReceiver, "put", dies_at_the_second)
        school.send()
    assert independent.parts_taken == [1]
    assert school.send().exit_code == 0
    assert independent.parts_taken == [1, 2, 3]
    assert len(held(independent, "person")) == 3


def test_where_it_has_gone_back_to_a_backup_everything_goes_anew(school, independent):
    school.send()
    independent.platform.state = {"sequence": 0, "version": ""}
    independent.platform.records = {("person", '{"person_id": "gone"}'): {
        "key": {"person_id": "gone"}, "data": {}, "active": True, "ours": True, "offered": {},
    }}
    assert school.send().exit_code == 0
    assert held(independent, "person").keys() == {("p-1",), ("p-2",), ("p-3",)}


@pytest.mark.long
def test_the_nightly_job_delivers_to_it(town, certificates, nattsynk):
    made = IndependentReceiver(certificates.server, certificates.key, TOKEN)
    try:
        address = {"url": made.url, "ca_file": str(certificates.ca), "auth": {"type": "bearer", "token_env": "TRIAL_TOKEN"}}
        town.profile.write(receiver=address, rule_set="ucs")
        town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})
        town.write("kj1v0per", {"personguid": "ada", "personnr": "201501012387", "namn": "Prov, Elev"})
        town.write("ki0v0fol", {"personnr": "201501012387"})
        town.write("kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", "fromdat": "20250818", "tomdat": "20280612"})
        town.write("kj1v0plk", {
            "placlnr": "1", "personnr": "201501012387", "enhkod": "101", "klasslnr": "1", "placdatum": "20250818", "datumtom": "20280612",
        })
        job = ("run", "--profile", town.profile.folder, "--date", "2026-06-12")
        assert nattsynk(*job).code == 0
        assert held(made, "membership").keys() == {("procapita-class-1-2025", "procapita-ada")}
        assert nattsynk(*job).code == 10
    finally:
        made.stop()
