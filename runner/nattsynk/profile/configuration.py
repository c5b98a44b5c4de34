"""What makes the assembled project of a profile a dbt project by itself: its own `dbt_project.yml` and `profiles.yml`.

Both are nattsynk's, which are the demo municipality's, with the profile's values in place of the demo's.
"""

from typing import Any

import yaml

from nattsynk import engines
from nattsynk.profile import schema
from nattsynk.profile.settings import PROJECT, Settings, load

PROJECT_FILE = PROJECT / "dbt_project.yml"
CONNECTIONS_FILE = PROJECT / "profiles.yml"
# Below this line of dbt_project.yml stand the vars that are a profile's.
OF_THE_PROFILE = "    # Of the profile, as nattsynk writes them: see profile.yml and `make demo-vars`.\n"


def dbt_project(settings: Settings, target: str, fingerprint: str) -> str:
    """The text of `dbt_project.yml`: the profile's vars, and its seeds among ours. fingerprint: what a build by dbt alone was built from."""
    ours, _ = PROJECT_FILE.read_text(encoding="utf-8").split(OF_THE_PROFILE)
    return ours.replace("seed-paths: [seeds, profiles/demo/seeds]", "seed-paths: [seeds]") + OF_THE_PROFILE + as_vars({**settings.dbt_vars(target), "fingerprint": fingerprint})


def demo_vars() -> dict[str, Any]:
    """The vars of dbt's project as it stands here: the demo municipality on its second night.

    Extens is listed too, without any table, so that every model and unit test of either family is there.
    """
    settings, nights = load("demo"), yaml.safe_load((PROJECT / "profiles" / "demo" / "nights.yml").read_text(encoding="utf-8"))
    variables = settings.dbt_vars()
    paths = {**variables["paths"], "extracts": "profiles/demo/extracts", "person_mapping": ["profiles/demo/seeds/person_mapping.csv"]}
    return {
        "sync_date": nights[-1]["date"].isoformat(), **variables, "paths": paths,
        "sources": [*variables["sources"], "extens"], "modules": {**variables["modules"], "extens": []},
    }


def as_vars(variables: dict[str, Any]) -> str:
    """Vars as they stand in `dbt_project.yml`, one a line."""
    text = yaml.safe_dump(variables, allow_unicode=True, sort_keys=False, default_flow_style=None, width=10_000)
    return "".join(f"    {line}\n" for line in text.splitlines())


def connections(settings: Settings, target: str) -> dict[str, Any]:
    """The content of `profiles.yml`: the database as seen from the assembled project, in which dbt works."""
    content = yaml.safe_load(CONNECTIONS_FILE.read_text(encoding="utf-8"))
    content["nattsynk"]["target"] = target
    for each, output in content["nattsynk"]["outputs"].items():
        output.update(engines.of(each).output(settings))
    return content


def dbt_profiles(settings: Settings, target: str) -> str:
    """The text of `profiles.yml`."""
    return yaml.safe_dump(connections(settings, target), allow_unicode=True, sort_keys=False)


if __name__ == "__main__":
    schema.FILE.write_text(schema.as_text(), encoding="utf-8", newline="\n")
    PROJECT_FILE.write_text(PROJECT_FILE.read_text(encoding="utf-8").split(OF_THE_PROFILE)[0] + OF_THE_PROFILE + as_vars(demo_vars()), encoding="utf-8", newline="\n")
