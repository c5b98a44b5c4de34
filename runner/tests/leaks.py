"""A guard over every test: what nattsynk writes holds no personal value, whoever's it is and whatever the test is about.

Wired in runner/tests/conftest.py. In all of a test, its fixtures included, it listens to what nattsynk says, and searches it when the
test is over:

- standard output and standard error, also what a test has read by `capsys`;
- the records of `logging`, whether or not a handler shows them;
- every results file (`--results FILE`);
- message and next step of every Stop that is made, and the texts of the exceptions that led to it, as a traceback would show them.

A hit fails the test in its teardown, and names the place and the kind of value, never the value. Files that are meant to hold
persons (exports, reports, databases, what a receiver keeps) are not searched. What a process of its own writes to a pipe isn't either.

What is looked for:

- by its form, so that it is found whoever's it is: a personnummer, samordningsnummer or TF-nummer with or without century and sign,
  and an e-mail address;
- by its value: names, street addresses and phone numbers of those who stand in the demos' extracts, in the tests' small registers, and
  anywhere in the tests as a literal under a person's column.

What makes no false alarm, and why:

- an id is a GUID, which is cut out before the search: twelve of its digits may look like a number;
- digits are a number only where they begin with a day of the calendar and stand alone, so no digest or timestamp is one;
- a word is a name only in the spelling of a name (`Max`, `MAX`, not `max`), and only where no school, class, group, place or
  sentence of nattsynk has it: a pupil named Ek says nothing where a group has that name too. Given name and family name side by side
  are always a name, and so is a street with its number; a town or a postal code alone tells nobody;
- a phone number has seven digits or more.
"""

import ast
import csv
import functools
import itertools
import logging
import re
import sys
import traceback
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_registers import FAMILY_NAMES

from nattsynk import cli
from nattsynk.errors import Stop
from nattsynk.profile.settings import PROJECT

# Tests that let a personal value be written on purpose: node id without parameters -> why.
DELIBERATE: dict[str, str] = {}

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
CIVIC_NO = re.compile(
    r"(?<![0-9A-Za-z])(?:1[89]|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?[A-Z\d]{2}\d\d(?![0-9A-Za-z])",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
PHONE = re.compile(r"\+?\d[\d -]{5,}\d")
WORD = re.compile(r"[^\W_]+")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)

# The columns of persons, in every register and in the export. `namn` is a person's where it says "Family, Given", else a group's.
GIVEN, FAMILY, WHOLE = ("fornamn", "mellannamn", "given_name"), ("efternamn", "family_name"), "namn"
# A row may hold the names of its columns, which are no person's.
COLUMNS = {*GIVEN, *FAMILY}
STREETS = ("adress", "street_address")
PHONES = ("arbtel", "hemtel", "mobiltel", "telefon", "mobil", "phone", "mobile")
# The columns that may be printed, of schools, classes and groups; and the places that they are named after.
PRINTED = (
    "enhnamn", "enhetsnamn", "rektorsenhet_namn", "school_name", "school_id", "klassnamn", "klass", "gruppnamn", "gruppbeteckning", "grupp",
    "group_name", "previous_group_name", "namn", "ort", "postort", "city", "customer",
)
# What nattsynk's own sentences are made of, and what the demos tell of their nights and schools.
OWN_WORDS = (
    "runner/nattsynk/**/*.py", "runner/nattsynk/profile/templates/**/*", "seeds/rules/*.csv",
    "profiles/demo*/nights.yml", "profiles/demo*/profile.yml", "profiles/demo*/seeds/schools.csv",
)
FEWEST_DIGITS, SHORTEST_NAME, MOST_WORDS = 7, 2, 4


# --- what is looked for -----------------------------------------------------------------------------------------------------------


class Known:
    """What is looked for by its value: names, phrases of several words (lengths: of how many), and phone numbers as digits."""

    def __init__(self, persons: list[dict[str, str]], printed: set[str]) -> None:
        self.names: set[str] = set()
        self.phrases: dict[tuple[str, ...], str] = {}
        self.phones: set[str] = set()
        for person in persons:
            for given, family in _names(person):
                self.names |= {form for word in WORD.findall(f"{given} {family}") if _is_name(word) for form in (word, word.upper())}
                self._learn_phrase(f"{given} {family}", "a name")
                self._learn_phrase(f"{family} {given}", "a name")
            for column in STREETS:
                self._learn_phrase(person.get(column) or "", "a street address")
            self.phones |= {digits for column in PHONES if len(digits := _digits(person.get(column) or "")) >= FEWEST_DIGITS}
        self.names -= printed
        self.lengths = {len(phrase) for phrase in self.phrases}

    def _learn_phrase(self, text: str, kind: str) -> None:
        words = tuple(WORD.findall(text.casefold()))
        if 1 < len(words) <= MOST_WORDS and not COLUMNS.issuperset(words):
            self.phrases[words] = kind


def _names(person: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(given, family), as a row has them."""
    family, comma, given = (person.get(WHOLE) or "").partition(",")
    if comma:
        yield given, family
    yield " ".join(person.get(column) or "" for column in GIVEN), " ".join(person.get(column) or "" for column in FAMILY)


def _is_name(word: str) -> bool:
    return len(word) >= SHORTEST_NAME and word[0].isupper() and not word.isupper()


def _digits(text: str) -> str:
    """A phone number's digits as they are dialled at home."""
    return re.sub(r"^(\+|00)46\(?0?\)?", "0", re.sub(r"[^\d+]", "", text))


@functools.cache
def known() -> Known:
    """Everybody who is invented for the tests; read once a process."""
    literals = list(_literals())
    rows = [*_extracts(), *literals, *({"given_name": "Kim", "family_name": name} for name in FAMILY_NAMES.values())]
    printed = {word for row in rows for column in PRINTED for word in _words_printed(column, row.get(column) or "")}
    return Known(rows, printed | _own_words())


def _words_printed(column: str, text: str) -> list[str]:
    return [] if column == WHOLE and "," in text else [form for word in WORD.findall(text) for form in (word, word.upper())]


def _extracts() -> Iterator[dict[str, str]]:
    """Every row of every table of the demos, on each of their nights."""
    for path in sorted(path for place in ("extracts", "nights") for path in (PROJECT / "profiles").glob(f"demo*/{place}/**/*.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            yield from csv.DictReader(handle)


def _literals() -> Iterator[dict[str, str]]:
    """What stands in a dict, or is given by keyword, in any of the tests."""
    for path in sorted((PROJECT / "runner" / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                yield _texts((key.value if isinstance(key, ast.Constant) else None, value) for key, value in zip(node.keys, node.values))
            elif isinstance(node, ast.Call):
                yield _texts((keyword.arg, keyword.value) for keyword in node.keywords)


def _texts(pairs: Iterator[tuple[Any, ast.expr]]) -> dict[str, str]:
    return {name: node.value for name, node in pairs if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _own_words() -> set[str]:
    paths = {path for place in OWN_WORDS for path in PROJECT.glob(place) if path.is_file()}
    return {word for path in paths for word in WORD.findall(path.read_text(encoding="utf-8"))}


# --- the search -------------------------------------------------------------------------------------------------------------------


def found(text: str) -> Iterator[tuple[int, str]]:
    """(line, kind of value) of every hit in a text."""
    for number, line in enumerate(_plain(text).splitlines(), start=1):
        yield from ((number, kind) for kind in sorted(set(_kinds(line))))


def _plain(text: str) -> str:
    """The text as it is read: JSON's escapes resolved, without ids."""
    return GUID.sub(" ", ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text))


def _kinds(line: str) -> Iterator[str]:
    values = known()
    if CIVIC_NO.search(line):
        yield "a personnummer"
    if EMAIL.search(line):
        yield "an e-mail address"
    if any(_digits(phone) in values.phones for phone in PHONE.findall(line)):
        yield "a phone number"
    words = WORD.findall(line)
    if not values.names.isdisjoint(words):
        yield "a name"
    words = [word.casefold() for word in words]
    for length in values.lengths:
        for phrase in values.phrases.keys() & set(zip(*(words[first:] for first in range(length)))):
            yield values.phrases[phrase]


# --- what is listened to ----------------------------------------------------------------------------------------------------------


class Heard:
    """What nattsynk has said since the last test was over: (place, text) once each, as long as the same is said again and again."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], None] = {}
        # Not held: a Stop has the frames of its traceback, and they the connections that a test waits to see closed.
        self.stops: weakref.WeakSet[Stop] = weakref.WeakSet()

    def add(self, place: str, text: str | bytes) -> None:
        self.texts[place, text.decode(errors="replace") if isinstance(text, bytes) else text] = None

    def add_stop(self, stop: Stop) -> None:
        """What a Stop says and, as it has been raised by now, what led to it."""
        if stop.is_heard:
            return
        stop.is_heard = True
        self.add(f"message of a Stop made in {stop.made_in}", stop.message)
        self.add(f"next step of a Stop made in {stop.made_in}", stop.next_step)
        for fault in itertools.islice(_causes(stop), 1, None):
            self.add(f"{type(fault).__name__} behind a Stop made in {stop.made_in}", "".join(traceback.format_exception_only(fault)))

    def end(self) -> list[str]:
        """A line for each personal value in what was heard, and listening anew."""
        for stop in list(self.stops):
            self.add_stop(stop)
        texts, self.texts = self.texts, {}
        return [f"{place}, line {number}: {kind}" for place, text in texts for number, kind in found(text)]


HEARD = Heard()


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """A fault and those that a traceback would show before it."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def _listen_to_stops() -> None:
    """A Stop is heard when it goes, for only then is it known what it was raised from; at the latest when its test is over."""
    made = Stop.__init__

    @functools.wraps(made)
    def make(self: Stop, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        self.made_in, self.is_heard = _place(sys._getframe(1)), False
        HEARD.stops.add(self)

    def go(self: Stop) -> None:
        if hasattr(self, "is_heard"):
            HEARD.add_stop(self)

    Stop.__init__, Stop.__del__ = make, go


def _place(frame: Any) -> str:
    """Where a Stop is made, past the constructors of its own kinds."""
    while frame.f_code.co_name == "__init__":
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}"


def _listen_to_results() -> None:
    write = cli.write_results

    @functools.wraps(write)
    def write_and_tell(path: Path, *given: Any) -> None:
        write(path, *given)
        HEARD.add("results file", path.read_bytes())

    cli.write_results = write_and_tell


def _listen_to_logs() -> None:
    make = logging.getLogRecordFactory()

    @functools.wraps(make)
    def make_and_tell(*given: Any, **named: Any) -> logging.LogRecord:
        record = make(*given, **named)
        HEARD.add(f"log of {record.name}", record.getMessage())
        for fault in _causes(record.exc_info[1]) if record.exc_info else ():
            HEARD.add(f"{type(fault).__name__} in the log of {record.name}", "".join(traceback.format_exception_only(fault)))
        return record

    logging.setLogRecordFactory(make_and_tell)


def _listen_to_readers() -> None:
    """What a test reads of the captured output is gone from its report."""
    read = pytest.CaptureFixture.readouterr

    @functools.wraps(read)
    def read_and_tell(self: pytest.CaptureFixture) -> Any:
        captured = read(self)
        HEARD.add("standard output", captured.out)
        HEARD.add("standard error", captured.err)
        return captured

    pytest.CaptureFixture.readouterr = read_and_tell


def pytest_configure() -> None:
    """Listens from now on."""
    _listen_to_stops()
    _listen_to_results()
    _listen_to_logs()
    _listen_to_readers()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fails the teardown of a test in which something personal was said."""
    report = yield
    if report.when == "teardown":
        for title, text in report.sections:
            HEARD.add(title.lower(), text)
        leaks = HEARD.end()
        if leaks and item.nodeid.partition("[")[0] not in DELIBERATE:
            _fail(report, leaks)
    return report


def _fail(report: pytest.TestReport, leaks: list[str]) -> None:
    said = "\n".join(f"  {leak}" for leak in leaks)
    before = f"{report.longrepr}\n" if report.failed else ""
    report.outcome, report.longrepr = "failed", f"{before}Personal values where none may be (runner/tests/leaks.py):\n{said}"
    # pytest would show what was captured, and the values with it.
    report.sections = []
