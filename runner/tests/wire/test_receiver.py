"""The reference receiver over real TLS: what it takes, what it refuses, and that it speaks as docs/receive/openapi.yaml says."""

import base64
import datetime
import gzip
import hashlib
import json
import threading

import jsonschema
import pytest
import requests
import yaml
from delivering import TOKEN, hang_up

from nattsynk.deliver.entities import entities
from nattsynk.profile.settings import project_vars
from nattsynk.reference_receiver import contract
from nattsynk.reference_receiver.problems import PROBLEMS

EMPTY = {"sequence": 0, "version": ""}


class Client:
    """Speaks to one tenant; every answer is checked against the document's schema for that path and status."""

    def __init__(self, handle, ca):
        self.url, self.session = handle.tenant("trial"), requests.Session()
        self.session.trust_env = False
        self.session.verify = str(ca)
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def ask(self, method, path, template=None, **rest):
        answer = self.session.request(method, self.url + path, allow_redirects=False, timeout=10, **rest)
        check(method, template or path.partition("?")[0], answer)
        return answer

    def announce(self, parts, key="open", **values):
        return self.ask("POST", "/deltas", json=manifest(parts, **values), headers={"Idempotency-Key": key})

    def put(self, delta, number, content, **headers):
        packed = gzip.compress(content, mtime=0)
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:"
        standard = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip", "Content-Digest": digest}
        return self.ask("PUT", f"/deltas/{delta}/parts/{number}", "/deltas/{delta}/parts/{part}", data=packed, headers={**standard, **headers})

    def commit(self, delta, key="commit"):
        return self.ask("POST", f"/deltas/{delta}/commit", "/deltas/{delta}/commit", headers={"Idempotency-Key": key})

    def receipt(self, delta, after=0):
        return self.ask("GET", f"/deltas/{delta}/receipt?after={after}", "/deltas/{delta}/receipt")

    def deliver(self, *lines, mode="delta", **values):
        """A whole delta in one part. Returns the receipt."""
        told = self.ask("GET", "/state").json()
        state = {name: told[name] for name in ("sequence", "version")}
        content = ndjson(*lines)
        made = self.announce([content], f"open-{state['sequence']}", base=state, sequence=state["sequence"] + 1, mode=mode, **values)
        delta = made.json()["id"]
        assert self.put(delta, 1, content).status_code == 201
        assert self.commit(delta).status_code == 202
        return self.receipt(delta).json()


@pytest.fixture
def client(receiver, certificates):
    found = Client(receiver, certificates.ca)
    yield found
    hang_up(found.session)


def document():
    return yaml.safe_load(contract.OPENAPI.read_text(encoding="utf-8"))


DOCUMENT = document()


def check(method, template, answer):
    template = "/records/{entity}" if template.startswith("/records") else template
    responses = DOCUMENT["paths"].get(template, {}).get(method.lower(), {}).get("responses", {})
    described = responses.get(str(answer.status_code), responses.get("default", {"$ref": "#/components/responses/Problem"}))
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    media_type = answer.headers["Content-Type"]
    schema = {**described["content"][media_type]["schema"], "components": DOCUMENT["components"]}
    faults = list(contract.validator("State").evolve(schema=schema).iter_errors(answer.json()))
    assert not faults, (method, template, answer.status_code, faults)


def ndjson(*lines):
    return b"".join(json.dumps({"n": number, **line}).encode() + b"\n" for number, line in enumerate(lines, start=1))


def manifest(parts, **values):
    lines = [json.loads(line) for part in parts for line in part.splitlines()]
    counts = {}
    for line in lines:
        operations = counts.setdefault(line["entity"], {})
        operations[line["op"]] = operations.get(line["op"], 0) + 1
    sequence = values.get("sequence", 1)
    return {
        "schema_version": "1", "sequence": sequence, "base": EMPTY, "target": {"sequence": sequence, "version": f"v{sequence}"},
        "mode": "delta", "sync_date": "2026-11-21", "counts": counts, "lines": len(lines),
        "parts": [
            {"n": n, "lines": len(part.splitlines()), "length": len(part), "sha256": hashlib.sha256(part).hexdigest()}
            for n, part in enumerate(parts, start=1)
        ],
        "plan_digest": hashlib.sha256(b"".join(parts)).hexdigest(), "removal": {"person": "deactivate", "group": "archive"},
        "approved_by": None, **values,
    }


def create(entity, key, **data):
    shape = contract.shapes()[entity]
    columns = [column for column in sorted(shape.data) if not column.startswith("previous_")]
    return {"op": "create", "entity": entity, "key": key, "data": {**dict.fromkeys(columns), **data}}


def school(school_id="sjo", **data):
    return create("school", {"school_id": school_id}, **data)


def person(person_id="p-1", **data):
    return create("person", {"person_id": person_id}, **data)


def group(group_id="g-1"):
    return create("group", {"group_id": group_id}, school_id="sjo")


def membership(person_id="p-1", group_id="g-1"):
    return create("membership", {"group_id": group_id, "person_id": person_id})


def enrolment(person_id="p-1"):
    return create("enrolment", {"person_id": person_id, "school_id": "sjo", "school_form": "GR"})


def delete(line, mode=None):
    plain = {"op": "delete", "entity": line["entity"], "key": line["key"]}
    return {**plain, "mode": mode} if mode else plain


def update(line, **data):
    return {**line, "op": "update", "data": {**line["data"], **data}, "changed": sorted(data)}


def of(receipt):
    """Status and problem of the lines that were not applied, by number."""
    return {
        line["n"]: (line["status"], line["problem"]["type"].rpartition(":")[2] if "problem" in line else None) for line in receipt["lines"]
    }


def test_the_document_holds_what_the_export_tables_hold():
    for entity in entities():
        shape = contract.shapes()[entity.name]
        assert (tuple(shape.key), tuple(shape.data)) == (entity.key, entity.data)


def test_the_documents_lengths_are_the_columns():
    types = project_vars()["columns"]
    for shape in contract.shapes().values():
        for column, length in {**shape.key, **shape.data}.items():
            assert types[column] == ("date" if length is None else f"nvarchar({length})"), column


def test_the_documents_schemas_are_valid_and_its_references_lead_somewhere():
    for name, schema in contract.schemas().items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert DOCUMENT["components"]["schemas"][name] == schema
    for reference in _references(DOCUMENT):
        found = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def _references(node):
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def test_the_documents_examples_follow_its_schemas():
    for example in contract.schemas()["Line"]["examples"]:
        assert contract.validator("Line").is_valid(example), example
        assert contract.fault_of(example) is None
    (night,) = DOCUMENT["paths"]["/deltas"]["post"]["requestBody"]["content"]["application/json"]["examples"].values()
    assert contract.validator("Manifest").is_valid(night["value"])
    receipt = DOCUMENT["paths"]["/deltas/{delta}/receipt"]["get"]["responses"]["200"]["content"]["application/json"]
    assert all(contract.validator("Receipt").is_valid(example["value"]) for example in receipt["examples"].values())


def test_every_problem_is_documented():
    described = contract.schemas()["Problem"]["properties"]["type"]["description"]
    of_lines = contract.schemas()["ReceiptLine"]["properties"]["problem"]["properties"]["type"]["description"]
    guide = (contract.OPENAPI.parent / "exchange.md").read_text(encoding="utf-8")
    for name, (status, _) in PROBLEMS.items():
        assert f"`{name}`" in (described if status else of_lines), name
        assert status or f"`{name}`" in guide, name


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": "upsert"}, {"entity": "course"}, {"key": {}}, {"key": {"person_id": ""}}, {"data": {"shoe_size": "41"}},
        {"data": {"given_name": 7}}, {"data": None}, {"op": "delete", "mode": "shred"}, {"fill": "mobile"}, {"fill": [7]},
    ],
)
def test_the_quick_check_of_a_line_agrees_with_the_schema(wrong):
    line = {"n": 1, **person(), **wrong}
    assert not contract.validator("Line").is_valid(line)
    assert contract.fault_of(line)


def test_of_persons_alone_a_column_may_be_absent():
    for line in (school(), person(), group(), membership(), enrolment()):
        bare = {"n": 1, **line, "data": {}}
        assert contract.validator("Line").is_valid(bare) == (contract.fault_of(bare) is None) == (line["entity"] == "person")


@pytest.mark.parametrize("mode", [None, "deactivate", "archive", "release"])
def test_each_entity_has_its_modes_of_removal(mode):
    allowed = {"person": {"deactivate"}, "group": {"archive", "release"}, "membership": {None, "release"}, "enrolment": {None}, "school": {None}}
    for line in (school(), person(), group(), membership(), enrolment()):
        gone = {"n": 1, **delete(line, mode)}
        assert contract.validator("Line").is_valid(gone) == (contract.fault_of(gone) is None) == (mode in allowed[line["entity"]])


def test_what_is_filled_must_be_said(client):
    line = person()
    del line["data"]["mobile"]
    receipt = client.deliver({**line, "fill": ["mobile"]})
    assert of(receipt) == {1: ("rejected", "value-invalid")}
    assert receipt["lines"][0]["problem"]["pointer"] == "/fill"


def test_a_delta_from_manifest_to_receipt(client, receiver):
    receipt = client.deliver(school(school_name="Sjöskolan"), person(given_name="Prov"), enrolment(), group(), membership())
    assert receipt["counts"] == {"applied": 5, "unchanged": 0, "rejected": 0}
    assert receipt["state"] == {"sequence": 1, "version": "v1"}
    assert client.ask("GET", "/state").json() == {**receipt["state"], "modes": ["delta", "full"], "features": ["hide"]}
    (record,) = client.ask("GET", "/records/school").json()
    assert record["data"]["school_name"] == "Sjöskolan"


def test_every_request_may_come_twice(client, receiver):
    content = ndjson(school())
    first, again = client.announce([content]), client.announce([content])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    delta = first.json()["id"]
    assert [client.put(delta, 1, content).status_code for _ in "ab"] == [201, 200]
    assert [client.commit(delta).json()["state"] for _ in "ab"] == ["applied", "applied"]
    assert client.put(delta, 1, content).status_code == 200
    assert client.announce([content]).json()["state"] == "applied"
    assert len(receiver.store.records("trial", "school")) == 1


def test_another_manifest_under_the_same_key_is_refused(client):
    client.announce([ndjson(school())])
    problem = client.announce([ndjson(school("other"))])
    assert (problem.status_code, problem.json()["type"]) == (422, "urn:nattsynk:problem:idempotency-key-reused")


def test_a_delta_from_another_base_is_told_the_base(client):
    client.deliver(school())
    problem = client.announce([ndjson(school())], "other", sequence=2)
    assert problem.status_code == 409
    assert problem.json()["base"] == {"sequence": 1, "version": "v1"}


def test_of_two_open_deltas_one_can_be_committed(client):
    content = ndjson(school())
    one, two = (client.announce([content], key).json()["id"] for key in ("one", "two"))
    for delta in (one, two):
        client.put(delta, 1, content)
    assert client.commit(one).status_code == 202
    assert client.commit(two).json()["type"] == "urn:nattsynk:problem:base-mismatch"


@pytest.mark.parametrize(
    ("headers", "status", "problem"),
    [
        ({"Content-Digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"}, 422, "digest-mismatch"),
        ({"Content-Digest": ""}, 422, "digest-mismatch"),
        ({"Content-Encoding": "br"}, 415, "unsupported-media-type"),
        ({"Content-Type": "application/json"}, 415, "unsupported-media-type"),
    ],
)
def test_a_part_with_wrong_headers_is_refused(client, headers, status, problem):
    content = ndjson(school())
    delta = client.announce([content]).json()["id"]
    answer = client.put(delta, 1, content, **headers)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, problem)


def test_a_part_that_is_not_the_announced_one_is_refused(client):
    content = ndjson(school())
    delta = client.announce([content]).json()["id"]
    assert client.put(delta, 1, ndjson(school("sj0"))).json()["type"].endswith("part-differs")
    assert client.put(delta, 2, content).json()["type"].endswith("part-differs")
    assert client.put(delta, 1, content + b" " * 1_000_000).status_code == 413
    assert client.put("d-0", 1, content).status_code == 404


@pytest.mark.parametrize("content", [b"not json\n", b'{"n":2}\n', b'{"n":1}', b"[]\n"])
def test_lines_that_are_not_numbered_objects_are_refused(client, content):
    announced = manifest([ndjson(school())])
    announced["parts"] = [{"n": 1, "lines": 1, "length": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
    delta = client.ask("POST", "/deltas", json=announced, headers={"Idempotency-Key": "open"}).json()["id"]
    assert client.put(delta, 1, content).json()["type"].endswith("lines-invalid")


def test_a_commit_without_all_parts_is_refused(client):
    delta = client.announce([ndjson(school())]).json()["id"]
    assert client.commit(delta).json()["type"].endswith("parts-missing")
    assert client.receipt(delta).json()["type"].endswith("not-committed")


@pytest.mark.parametrize(
    "values", [{"lines": 2}, {"mode": "some"}, {"sequence": 0}, {"plan_digest": "x"}, {"surprise": 1}, {"counts": {"course": {"create": 1}}}]
)
def test_a_wrong_manifest_is_refused(client, values):
    assert client.announce([ndjson(school())], **values).json()["type"].endswith("manifest-invalid")


def test_refusals_are_problems(client):
    assert client.ask("POST", "/deltas", data=b"{", headers={"Idempotency-Key": "a", "Content-Type": "application/json"}).status_code == 400
    assert client.ask("POST", "/deltas", json={}).json()["type"].endswith("idempotency-key-missing")
    assert client.ask("POST", "/deltas", data=b"{}", headers={"Idempotency-Key": "a"}).status_code == 415
    assert client.ask("GET", "/nowhere").status_code == 404
    assert client.ask("DELETE", "/state").status_code == 405
    client.session.headers["Authorization"] = "Bearer wrong"
    answer = client.ask("GET", "/state")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_what_refers_to_nothing_is_rejected_and_the_rest_applied(client):
    receipt = client.deliver(school(), person(), membership(), enrolment())
    assert receipt["counts"] == {"applied": 3, "unchanged": 0, "rejected": 1}
    assert of(receipt) == {3: ("rejected", "unknown-reference")}
    assert receipt["lines"][0]["problem"]["pointer"] == "/key/group_id"


def test_an_update_of_the_unknown_has_a_type_of_its_own(client):
    assert of(client.deliver(update(person(), phone="000"))) == {1: ("rejected", "unknown-record")}


def test_what_is_so_already_is_unchanged(client):
    client.deliver(person(given_name="Prov"))
    receipt = client.deliver(person(given_name="Prov"), update(person(given_name="Prov"), phone="000"), delete(person("p-2"), "deactivate"))
    assert of(receipt) == {1: ("unchanged", None), 3: ("unchanged", None)}


def test_a_deactivated_person_loses_links_and_is_revived(client, receiver):
    client.deliver(school(), person(given_name="Prov"), enrolment(), group(), membership())
    client.deliver(delete(person(), "deactivate"))
    assert [record["is_active"] for record in receiver.store.records("trial", "person")] == [False]
    assert receiver.store.records("trial", "membership") == receiver.store.records("trial", "enrolment") == []
    client.deliver(person(given_name="Prov"))
    assert [record["is_active"] for record in receiver.store.records("trial", "person")] == [True]


def test_an_erased_person_is_gone(client, receiver):
    client.deliver(person(), delete(person("p-1"), "erase"))
    assert receiver.store.records("trial", "person") == []


def hidden(receiver, tenant="trial"):
    """The ids of whom the receiver hides."""
    with receiver.store.reading() as db:
        return sorted(json.loads(row["key"])["person_id"] for row in db.execute("select key from hidden_persons where tenant = ?", (tenant,)))


@pytest.fixture
def one_hidden(client, receiver):
    """A person with links, put into a group by hand as well, whom the receiver hides."""
    client.deliver(school(), {**person(given_name="Prov", civic_no="20100101-TF01", mobile="000"), "fill": ["mobile"]}, enrolment(), group(), membership())
    assert client.deliver(delete(person(), "hide"))["counts"]["applied"] == 1
    assert hidden(receiver) == ["p-1"]


@pytest.mark.usefixtures("one_hidden")
def test_a_hidden_person_is_shown_to_nobody(client, receiver):
    """PER-15: no reading shows it, no line but an erase or a create reaches it, and nobody can change it."""
    everything = "".join(client.ask("GET", f"/records/{entity}", "/records/{entity}").text for entity in contract.shapes())
    assert not [word for word in ("p-1", "Prov", "TF01") if word in everything]
    change = {"key": {"person_id": "p-1"}, "data": {"mobile": "111"}}
    assert client.ask("PATCH", "/records/person", "/records/{entity}", json=change).status_code == 404
    rekey = {"op": "rekey", "entity": "person", "key": {"person_id": "p-1"}, "data": {"civic_no": None, "previous_civic_no": "20100101-TF01"}}
    receipt = client.deliver(
        update(person(), phone="000"), rekey, membership(), enrolment(), delete(person(), "deactivate"), delete(person(), "hide"),
    )
    assert of(receipt) == {
        1: ("rejected", "unknown-record"), 2: ("rejected", "unknown-record"), 3: ("rejected", "unknown-reference"),
        4: ("rejected", "unknown-reference"), 5: ("unchanged", None), 6: ("unchanged", None),
    }
    client.deliver(school(), mode="full", removal={"person": "erase", "group": "delete"})
    assert hidden(receiver) == ["p-1"], "what a delivery of everything removes is what was there"
    assert client.deliver(delete(person(), "erase"))["counts"]["applied"] == 1
    assert hidden(receiver) == []
    assert of(client.deliver(delete(person(), "erase"))) == {1: ("unchanged", None)}


@pytest.mark.usefixtures("one_hidden")
@pytest.mark.parametrize(("key", "number"), [("p-1", None), ("p-2", "20100101-TF01")])
def test_a_create_shows_a_hidden_person_again_with_history(client, receiver, key, number):
    """By the key, or as another record under the same number (LIFE-2). What it offered before is no more than what it says now."""
    line = person(key, civic_no=number)
    line["data"] = {"civic_no": number}
    client.deliver(line)
    (record,) = receiver.store.records("trial", "person")
    assert (record["key"], record["is_active"], record["is_ours"]) == ({"person_id": key}, True, True)
    assert (record["data"]["given_name"], hidden(receiver)) == ("Prov", [])


@pytest.mark.usefixtures("one_hidden")
def test_a_rejected_create_shows_nobody(client, receiver):
    client.deliver(person("p-2", civic_no="20100101-TF02"))
    assert of(client.deliver(person("p-1", civic_no="20100101-TF02"))) == {1: ("rejected", "value-taken")}
    assert ([record["key"]["person_id"] for record in receiver.store.records("trial", "person")], hidden(receiver)) == (["p-2"], ["p-1"])


def test_who_left_is_hidden_and_who_was_put_in_by_hand_is_not(client, receiver):
    by_hand(receiver, "person", {"person_id": "hand"}, {"given_name": "Egen"})
    client.deliver(person(), delete(person(), "deactivate"))
    assert of(client.deliver(delete(person(), "hide"), delete(person("hand"), "hide"), delete(person("p-9"), "hide"))) == {2: ("unchanged", None), 3: ("unchanged", None)}
    assert (hidden(receiver), [record["key"]["person_id"] for record in receiver.store.records("trial", "person")]) == (["p-1"], ["hand"])


@pytest.mark.parametrize(("mode", "left"), [("archive", [False]), ("delete", [])])
def test_a_removed_group(client, receiver, mode, left):
    """GRP-10."""
    client.deliver(school(), group(), person(), membership(), delete(group(), mode))
    assert [record["is_active"] for record in receiver.store.records("trial", "group")] == left
    assert receiver.store.records("trial", "membership") == []


def by_hand(receiver, entity, key, data):
    with receiver.store.transaction() as db:
        db.execute(
            "insert into records values ('trial', ?, ?, ?, 1, 0, ?, null, '{}')",
            (entity, json.dumps(key, separators=(",", ":"), sort_keys=True), json.dumps(data), data.get("civic_no") or data.get("school_unit_code")),
        )


def test_a_create_adopts_who_was_put_in_by_hand(client, receiver):
    by_hand(receiver, "person", {"person_id": "hand"}, {"civic_no": "20100101-TF01", "given_name": "Egen"})
    client.deliver(person(civic_no="20100101-TF01", given_name="Prov"))
    (record,) = receiver.store.records("trial", "person")
    assert (record["key"], record["is_ours"], record["data"]["given_name"]) == ({"person_id": "p-1"}, True, "Prov")


def test_a_number_that_another_delivered_person_has_is_refused(client):
    client.deliver(person("p-1", civic_no="20100101-TF01"))
    assert of(client.deliver(person("p-2", civic_no="20100101-TF01"))) == {1: ("rejected", "value-taken")}


def test_an_ended_enrolment_ends_handmade_memberships_at_that_school(client, receiver):
    client.deliver(school(), person(), enrolment(), group())
    key = {"group_id": "g-1", "person_id": "p-1"}
    by_hand(receiver, "membership", key, {})
    with receiver.store.transaction() as db:
        for entity, target in (("person", {"person_id": "p-1"}), ("group", {"group_id": "g-1"})):
            db.execute("insert into links values ('trial', ?, ?, 'membership', ?)", (entity, json.dumps(target, separators=(",", ":")), json.dumps(key, separators=(",", ":"))))
    client.deliver(delete(enrolment()))
    assert receiver.store.records("trial", "membership") == []


def without(line, *columns):
    return {**line, "data": {column: value for column, value in line["data"].items() if column not in columns}}


def by_the_user(client, **values):
    """The user changes values at the platform. Returns what it then has."""
    answer = client.ask("PATCH", "/records/person", json={"key": {"person_id": "p-1"}, "data": values})
    return answer.json()["data"]


def test_an_absent_column_is_left_alone(client, receiver):
    by_hand(receiver, "person", {"person_id": "hand"}, {"civic_no": "20100101-TF01", "phone": "hand", "city": "hand"})
    receipt = client.deliver(without(person(civic_no="20100101-TF01", given_name="Prov"), "phone"))
    assert receipt["counts"]["applied"] == 1
    (record,) = receiver.store.records("trial", "person")
    assert (record["data"]["phone"], record["data"]["city"], record["data"]["given_name"]) == ("hand", None, "Prov")
    # The number that is not sent any more still is the person's own.
    client.deliver(without(update(person(), given_name="Ny"), "phone", "civic_no"))
    assert of(client.deliver(person("p-2", civic_no="20100101-TF01"))) == {1: ("rejected", "value-taken")}


def test_fill_leaves_what_the_user_has(client, receiver):
    client.deliver({**person(mobile="1", phone="1"), "fill": ["mobile"]})
    client.deliver({**update(person(), mobile="2", phone="2"), "fill": ["mobile"]})
    (record,) = receiver.store.records("trial", "person")
    assert (record["data"]["mobile"], record["data"]["phone"]) == ("1", "2")


def test_what_was_offered_is_remembered_and_fills_what_becomes_empty(client):
    client.deliver({**person(mobile="1", phone="1"), "fill": ["mobile"]})
    assert by_the_user(client, mobile="own")["mobile"] == "own"
    receipt = client.deliver({**update(person(phone="1"), mobile="2"), "fill": ["mobile"]})
    assert receipt["counts"]["applied"] == 1, "another offer is a change, though the user's own value stays"
    emptied = by_the_user(client, mobile=None, phone=None)
    assert (emptied["mobile"], emptied["phone"]) == ("2", None), "what overwrites comes back with the next line alone"


def test_the_same_offer_again_is_unchanged(client):
    line = {**person(mobile="1"), "fill": ["mobile"]}
    client.deliver(line)
    by_the_user(client, mobile="own")
    assert of(client.deliver(line)) == {1: ("unchanged", None)}


def test_a_blank_clears_nothing_that_is_filled_and_takes_the_offer_back(client):
    client.deliver({**person(mobile="1"), "fill": ["mobile"]})
    client.deliver({**update(person(), mobile=None), "fill": ["mobile"]})
    assert by_the_user(client, city="Ny")["mobile"] == "1"
    assert by_the_user(client, mobile=None)["mobile"] is None


def test_a_blank_offer_that_is_filled_later(client):
    client.deliver({**person(), "fill": ["mobile"]})
    client.deliver({**update(person(), mobile="1"), "fill": ["mobile"]})
    assert by_the_user(client, city="Ny")["mobile"] == "1"


@pytest.mark.parametrize(("how", "now", "emptied"), [("overwritten", "2", None), ("omitted", "own", None)])
def test_an_offer_lasts_as_long_as_it_is_filled(client, how, now, emptied):
    client.deliver({**person(mobile="1"), "fill": ["mobile"]})
    by_the_user(client, mobile="own")
    line = update(person(), given_name="Prov", mobile="2")
    client.deliver(line if how == "overwritten" else without(line, "mobile"))
    assert by_the_user(client, city="Ny")["mobile"] == now
    assert by_the_user(client, mobile=None)["mobile"] == emptied


def test_a_rekey_leaves_the_offers(client):
    client.deliver({**person(civic_no="20100101-TF01", mobile="1"), "fill": ["mobile"]})
    by_the_user(client, mobile="own")
    number = {"civic_no": "20100101-2383", "previous_civic_no": "20100101-TF01"}
    client.deliver({"op": "rekey", "entity": "person", "key": {"person_id": "p-1"}, "data": number})
    emptied = by_the_user(client, mobile=None)
    assert (emptied["mobile"], emptied["civic_no"]) == ("1", "20100101-2383")


def test_fill_leaves_what_an_adopted_or_revived_person_has(client, receiver):
    by_hand(receiver, "person", {"person_id": "hand"}, {"civic_no": "20100101-TF01", "mobile": "hand"})
    line = {**person(civic_no="20100101-TF01", mobile="1", email_student="s@example.se"), "fill": ["mobile", "email_student"]}
    client.deliver(line)
    assert [record["data"]["mobile"] for record in receiver.store.records("trial", "person")] == ["hand"]
    client.deliver(delete(person(), "deactivate"))
    client.deliver(line)
    (record,) = receiver.store.records("trial", "person")
    assert (record["data"]["mobile"], record["data"]["email_student"], record["is_active"]) == ("hand", "s@example.se", True)


def test_a_users_change_is_checked(client):
    client.deliver(person())
    right = {"key": {"person_id": "p-1"}, "data": {"mobile": "1"}}
    assert client.ask("PATCH", "/records/person", json=right).status_code == 200
    assert client.ask("PATCH", "/records/person", json={**right, "key": {"person_id": "p-2"}}).status_code == 404
    assert client.ask("PATCH", "/records/course", json=right).status_code == 404
    assert client.ask("PATCH", "/records/person", json={**right, "data": {"shoe_size": "41"}}).status_code == 400
    assert client.ask("PATCH", "/records/person", json={"key": {"person_id": "p-1"}}).status_code == 400
    assert client.ask("PATCH", "/records/person", data=b"{}").status_code == 415


def mentor(person_id="p-2", group_id="g-1"):
    return create("staff", {"group_id": group_id, "person_id": person_id, "staff_role": "mentor"})


def kept(receiver, entity):
    """(is_active, is_ours) of each record."""
    return [(record["is_active"], record["is_ours"]) for record in receiver.store.records("trial", entity)]


def released_group(client):
    """A group with a pupil and a mentor, delivered and then released."""
    client.deliver(school(), person(), person("p-2"), enrolment(), group(), membership(), mentor())
    return client.deliver(*(delete(line, "release") for line in (mentor(), membership(), group())))


def test_what_is_released_stays_and_is_no_longer_delivered(client, receiver):
    assert released_group(client)["counts"] == {"applied": 3, "unchanged": 0, "rejected": 0}
    assert [kept(receiver, entity) for entity in ("group", "membership", "staff")] == [[(True, False)]] * 3
    # Released again, removed or changed: it is not the sender's any more.
    receipt = client.deliver(update(group(), group_name="Ny"), delete(mentor(), "release"), delete(membership()), delete(group(), "delete"))
    assert of(receipt) == {1: ("rejected", "unknown-record"), 2: ("unchanged", None), 3: ("unchanged", None), 4: ("unchanged", None)}
    assert kept(receiver, "group") == kept(receiver, "membership") == [(True, False)]


def test_a_full_delivery_leaves_what_was_released(client, receiver):
    released_group(client)
    receipt = client.deliver(school(), person(), person("p-2"), enrolment(), mode="full")
    assert receipt["removed"] == {}
    assert [kept(receiver, entity) for entity in ("group", "membership", "staff")] == [[(True, False)]] * 3


def test_a_full_delivery_may_release(client, receiver):
    client.deliver(school(), person(), person("p-2"), enrolment(), group(), membership(), mentor())
    everything = [school(), person(), person("p-2"), enrolment()]
    receipt = client.deliver(*everything, *(delete(line, "release") for line in (mentor(), membership(), group())), mode="full")
    assert receipt["removed"] == {}
    assert [kept(receiver, entity) for entity in ("group", "membership", "staff")] == [[(True, False)]] * 3


def test_a_create_takes_back_what_was_released(client, receiver):
    released_group(client)
    receipt = client.deliver(group(), membership(), mentor())
    assert receipt["counts"]["applied"] == 3
    assert [kept(receiver, entity) for entity in ("group", "membership", "staff")] == [[(True, True)]] * 3
    client.deliver(delete(mentor()), delete(membership()), delete(group(), "delete"))
    assert [kept(receiver, entity) for entity in ("group", "membership", "staff")] == [[]] * 3


def test_what_was_released_ends_with_its_person(client, receiver):
    released_group(client)
    client.deliver(delete(enrolment()))
    assert kept(receiver, "membership") == [], "as one made by hand: the enrolment at that school has ended"
    client.deliver(delete(person("p-2"), "erase"))
    assert (kept(receiver, "staff"), kept(receiver, "group")) == ([], [(True, False)])


def test_a_long_receipt_comes_in_pages(client, monkeypatch):
    monkeypatch.setattr("nattsynk.reference_receiver.app.LINES_A_PAGE", 2)
    content = ndjson(*(membership(f"p-{number}") for number in range(5)))
    delta = client.announce([content]).json()["id"]
    client.put(delta, 1, content)
    client.commit(delta)
    pages, after = [], 0
    while after is not None:
        page = client.receipt(delta, after).json()
        pages.append([line["n"] for line in page["lines"]])
        after = page["next_after"]
    assert pages == [[1, 2], [3, 4], [5]]


def test_while_it_is_applied_the_receipt_says_wait(client, receiver):
    content = ndjson(school())
    delta = client.announce([content]).json()["id"]
    client.put(delta, 1, content)
    with receiver.store.transaction() as db:
        db.execute("update deltas set state = 'applying', commit_key = 'commit'")
    answer = client.receipt(delta)
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
    assert client.commit(delta).json()["state"] == "applied", "a receiver that died applies at the next commit"


def test_a_commit_does_not_wait_for_ever(client, receiver, monkeypatch):
    monkeypatch.setattr("nattsynk.reference_receiver.app.PATIENCE", 0.01)
    busy = threading.Event()
    receiver.store.applier.submit(busy.wait)
    content = ndjson(school())
    delta = client.announce([content]).json()["id"]
    client.put(delta, 1, content)
    assert client.commit(delta).json()["state"] == "applying"
    assert client.receipt(delta).status_code == 202
    busy.set()
    receiver.store.applier.submit(int).result()
    assert client.receipt(delta).json()["counts"]["applied"] == 1


def test_5300_lines_in_11_parts_take_no_time(client):
    lines = [person(f"p-{number}", given_name="Prov", family_name="Ström") for number in range(5300)]
    content = ndjson(*lines).splitlines(keepends=True)
    parts = [b"".join(content[first:first + 500]) for first in range(0, 5300, 500)]
    before = datetime.datetime.now()
    delta = client.announce(parts).json()["id"]
    for number, part in enumerate(parts, start=1):
        client.put(delta, number, part)
    client.commit(delta)
    assert client.receipt(delta).json()["counts"]["applied"] == 5300
    assert datetime.datetime.now() - before < datetime.timedelta(seconds=10), "generous, for a busy machine"
