"""Which of our models, macros and seeds keep protected persons out (PER-1). No profile can replace one of these."""

import functools
import re

from nattsynk.profile.our_files import macros_called, ours, project_text
from nattsynk.profile.settings import PROJECT

SAFETY_TESTS = PROJECT / "tests" / "safety"
# Models that may see more than what has landed, by their name or because they read a source that is not our own state.
SEES_ALL = re.compile(r"^land_|protected|withheld|signature_holders|cells_unread|exposed|erased")
READS_SOURCE = re.compile(r"\bread_source\(|\bsource\(\s*(?!'delivery')")
REFERS = re.compile(r"\bref\(\s*'(\w+)'")
# A model is one select: what runs a statement of its own could write where nobody looks afterwards.
RUNS_SQL = re.compile(r"\badapter\s*\.\s*(?!dispatch\b)|\brun_query\b|\bstatement\s*\(|\b(?:pre|post)[-_]hook\b")


@functools.cache
def guarded() -> frozenset[str]:
    """The models, macros and seeds that keep protected persons out, and all that these and the safety tests rest on."""
    texts = {name: path.read_text(encoding="utf-8") for part in ("macros", "models") for name, path in ours(part).items()}
    seeing = {name for name in ours("models") if SEES_ALL.search(name) or READS_SOURCE.search(texts[name])}
    # What maps addresses reads a file of the profile's; the persons it maps them to are the safety test's to look at.
    todo = [name for name in seeing if name.startswith(("land_", "stg_"))]
    todo += [name for path in SAFETY_TESTS.glob("*.sql") for name in macros_called(path.read_text(encoding="utf-8"))]
    # What the project runs by itself, as hooks, is a statement and no select; so is what makes the tables.
    todo += macros_called(project_text())
    todo += [name for name in ours("macros") if RUNS_SQL.search(texts[name])]
    found = set(seeing)
    while todo:
        name = todo.pop()
        text = texts.get(name, "")
        new = {*macros_called(text), *REFERS.findall(text)} - found
        found |= {name, *new}
        todo += new
    return frozenset(found)
