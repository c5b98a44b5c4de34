"""The documents: every link and every named page is there with its heading, every page is in an index, every table is up to date."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from doc_tables import DOCS, PLACE, TABLES, WRITTEN

from nattsynk.profile.seeds import PLACEHOLDERS
from nattsynk.profile.settings import PROJECT

# Where text of ours stands. Not: what tools make.
FOLDERS = (".github", "deploy", "docs", "macros", "models", "profiles", "runner", "seeds", "tests", "unit_tests")
KINDS = {".cmd", ".csv", ".jinja", ".md", ".py", ".service", ".sh", ".sql", ".timer", ".toml", ".txt", ".xml", ".yaml", ".yml", ""}
MADE = {"__pycache__", "extracts", "golden", "target"}
INDEXES = (DOCS / "README.md", DOCS / "decisions" / "README.md")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# A page as code and messages name it, with the heading that may follow: (docs/receive/exchange.md, Answers to a request).
NAMED = re.compile(r"\bdocs/[\w/-]+\.(?:md|yaml)(?:, \"?(?P<heading>[A-Z][\w ]+))?")
MOST_WORDS = 1500


def texts() -> Iterator[tuple[Path, str]]:
    files = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*")] + list(PROJECT.iterdir())
    for path in sorted(files):
        if path.is_file() and path.suffix in KINDS and not MADE & set(path.relative_to(PROJECT).parts) and path.name != ".git":
            yield path, path.read_text(encoding="utf-8")


TEXTS = dict(texts())
PAGES = {path: text for path, text in TEXTS.items() if path.suffix == ".md"}


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of the headings."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", PAGES[page]), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for target in LINK.findall(FENCED.sub("", PAGES[page])):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield ((page.parent / file).resolve() if file else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert [target for target, _ in links(page) if not target.exists()] == []
    assert [(target.name, anchor) for target, anchor in links(page) if anchor and anchor not in anchors(target)] == []


def test_every_page_that_code_or_a_message_names_is_there_with_its_heading() -> None:
    named = [(path, match[0].partition(",")[0], match["heading"]) for path, text in TEXTS.items() for match in NAMED.finditer(text)]
    assert len(named) > 50
    assert [(path.name, page) for path, page, _ in named if not (PROJECT / page).is_file()] == []
    wanted = [(path.name, page, heading) for path, page, heading in named if heading and page.endswith(".md")]
    assert [each for each in wanted if each[2].lower().replace(" ", "-") not in anchors(PROJECT / each[1])] == []


def test_every_page_is_in_an_index() -> None:
    listed = {target for index in INDEXES for target, _ in links(index)}
    assert [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if page not in {*listed, *INDEXES}] == []
    assert INDEXES[1] in listed


@pytest.mark.parametrize("page", sorted((DOCS / "operate").glob("*.md")), ids=lambda page: page.stem)
def test_a_page_for_administrators_is_short(page: Path) -> None:
    """Its own text: the tables that are written from the seeds do not count."""
    assert len(PLACE.sub("", PAGES[page]).split()) <= MOST_WORDS


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_the_tables_from_the_seeds_are_up_to_date(page: Path) -> None:
    """`make generated` writes them."""
    assert PAGES[page] == WRITTEN[page]()


def test_every_table_has_its_place() -> None:
    assert sorted(place[1] for text in PAGES.values() for place in PLACE.findall(text)) == sorted(TABLES)


def test_every_placeholder_of_a_name_is_in_the_guide() -> None:
    guide = PAGES[DOCS / "operate" / "seeds.md"]
    assert [placeholder for placeholder in PLACEHOLDERS if f"| `{placeholder}` | " not in guide] == []
