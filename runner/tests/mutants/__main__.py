"""`make mutants`: makes one small change at a time where something is protected, limited or dated, and sees whether a test tells of it.

A change that no test tells of must stand in survivors.txt with the reason why; one that stands there and is told of must go.
"""

import sys
from collections.abc import Iterator

import of_models
import of_runner
import scope
import survivors
from survivors import Survivor

WORK = of_runner.PROJECT / "target" / "mutants"


def files(patterns: tuple[str, ...]) -> list[str]:
    found = [sorted(of_runner.PROJECT.glob(pattern)) for pattern in patterns]
    assert all(found), "a pattern of scope.py finds nothing"
    return list(dict.fromkeys(path.relative_to(of_runner.PROJECT).as_posix() for paths in found for path in paths))


def of_all(parts: list[str]) -> Iterator[tuple[Survivor, str]]:
    if "runner" in parts:
        yield from of_runner.surviving(files(scope.RUNNER), WORK)
    if "models" in parts:
        yield from of_models.surviving(WORK / "profile", files(scope.MODELS))


def main(parts: list[str]) -> int:
    explained, found = survivors.explained(), []
    of_these = set(files((*(scope.RUNNER if "runner" in parts else ()), *(scope.MODELS if "models" in parts else ()))))
    for survivor, why in of_all(parts):
        found.append(survivor)
        if not explained.get(survivor):
            print(f"{why}:\n{survivors.written([survivor])}", flush=True)
    new = [survivor for survivor in found if not explained.get(survivor)]
    gone = [survivor for survivor in explained if survivor[0] in of_these and survivor not in found]
    if gone:
        print(f"In the list, and told of by a test, or in the source no longer:\n{survivors.written(gone)}")
    (WORK / "new.txt").write_text(survivors.written(new) + "\n", encoding="utf-8")
    print(f"{len(found)} changes survive; {len(new)} without a reason (target/mutants/new.txt), {len(gone)} to be taken out of the list.")
    return int(bool(new or gone))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["models", "runner"]))
