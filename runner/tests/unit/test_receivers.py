"""One interface for receivers: no other part of the runner knows a protocol, and each protocol answers the whole interface."""

import ast
import dataclasses
import importlib
import inspect
import types
from pathlib import Path

import pytest
from delivering import change
from folder_receiver import FolderReceiver

from nattsynk import receivers
from nattsynk.check import check
from nattsynk.deliver import deliver, ledger
from nattsynk.errors import DELIVERED, NOTHING
from nattsynk.profile.settings import PROJECT
from nattsynk.profile.settings import Receiver as Address
from nattsynk.receivers.receiver import Receiver

RUNNER = PROJECT / "runner" / "nattsynk"
# The demo starts the reference receiver, which is the other side.
OTHER_SIDE = ("receivers", "reference_receiver", "demo.py")
LIBRARIES = {"authlib", "certifi", "cryptography", "http", "requests", "ssl", "urllib3"}
INTERFACE = {"nattsynk.receivers", "nattsynk.receivers.receiver"}
MODULES = [path for path in sorted(RUNNER.rglob("*.py")) if path.relative_to(RUNNER).parts[0] not in OTHER_SIDE]
STEPS = ("state", "open", "put", "commit", "receipt")


def imported(path: Path) -> set[str]:
    """The modules that a file imports, also within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names if node.module in ("nattsynk", "nattsynk.receivers")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(RUNNER)))
def test_no_other_module_knows_a_protocol(path):
    found = imported(path)
    assert {name for name in found if name.partition(".")[0] in LIBRARIES} == set()
    assert {name for name in found if name.startswith("nattsynk.receivers")} <= INTERFACE


def test_what_this_test_looks_for_is_there():
    """Else it would be green for looking in the wrong place."""
    known = imported(RUNNER / "receivers" / "https_client.py")
    assert {"requests", "urllib3"} <= known
    assert "nattsynk.receivers.receiver" in imported(RUNNER / "deliver" / "transfer.py")


@pytest.mark.parametrize("protocol", receivers.PROTOCOLS)
def test_a_protocol_answers_the_whole_interface(protocol):
    module = importlib.import_module(receivers.PROTOCOLS[protocol])
    (made,) = [each for each in vars(module).values() if inspect.isclass(each) and issubclass(each, Receiver) and each is not Receiver]
    assert not inspect.isabstract(made)
    for name in Receiver.__abstractmethods__:
        assert list(inspect.signature(getattr(made, name)).parameters) == list(inspect.signature(getattr(Receiver, name)).parameters), name
    asked = list(inspect.signature(receivers.of).parameters)
    assert list(inspect.signature(module.of).parameters)[:len(asked)] == asked


def test_a_profile_without_a_type_speaks_our_exchange():
    assert Address("https://x.example", None, {}).type in receivers.PROTOCOLS


@pytest.fixture
def folder(school, tmp_path):
    """A receiver that is a folder, and what delivers a night to it."""
    made = FolderReceiver(tmp_path / "published")

    def send(receiver=made):
        return deliver.send(school.db, school.settings, receiver, school.clock, school.progress())

    return school, made, send


def test_two_nights_go_to_a_receiver_of_another_kind(folder):
    """The first night is everything, the second the difference, though the receiver keeps no base."""
    school, receiver, send = folder
    assert send().exit_code == DELIVERED
    change(school, "given_name", "Nytt")
    school.build()
    assert send().exit_code == DELIVERED
    assert send().exit_code == NOTHING
    first, second = receiver.published()
    assert (len(first), [(line["op"], line["key"], line["changed"]) for line in second]) == (9, [("update", {"person_id": "p-1"}, ["given_name"])])
    assert school.rows("deliveries", "sequence, mode, state") == [(1, "full", "confirmed"), (2, "delta", "confirmed")]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_dies_goes_on_at_a_receiver_of_another_kind(folder, step):
    school, receiver, send = folder
    times = iter(range(2))

    def dies_once(name):
        # At the second part, where there are several.
        if name == step and next(times, 2) == (1 if step == "put" else 0):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(dataclasses.replace(receiver, before=dies_once))
    assert ledger.confirmed(school.db) == (0, "")
    assert send().exit_code == DELIVERED
    (lines,) = receiver.published()
    assert [line["n"] for line in lines] == list(range(1, 10))
    assert school.rows("deliveries", "state") == [("confirmed",)]


def test_a_newly_protected_person_goes_first_at_a_receiver_of_another_kind(folder):
    school, receiver, send = folder
    send()
    school.protect("p-1")
    school.drop("p-1")
    change(school, "given_name", "Nytt", "p-2")
    school.build()
    assert send().exit_code == DELIVERED
    _, removal, delta = receiver.published()
    assert {line["op"] for line in removal} == {"delete"}
    assert [line["mode"] for line in removal if line["entity"] == "person"] == ["erase"]
    assert [line["key"] for line in delta] == [{"person_id": "p-2"}]


def test_check_tells_what_a_receiver_of_another_kind_proved(tmp_path):
    receiver = FolderReceiver(tmp_path / "published")
    said = check._receiver(types.SimpleNamespace(receiver=lambda patience: receiver))
    assert said.text.startswith("answers, its folder can be written to. It does not know hide (PER-15)")
    assert said.warns
