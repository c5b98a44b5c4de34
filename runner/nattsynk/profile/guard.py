"""Stops a build whose own SQL would read the register past the cut of PER-1."""

import re
from collections.abc import Iterator
from typing import Any

from nattsynk.errors import Stop
from nattsynk.profile.guarded_files import guarded
from nattsynk.profile.our_files import project_text
from nattsynk.profile.overrides import shown_paths
from nattsynk.profile.settings import Settings

NEVER_READ = re.compile(r"protected|signature_holders|cells_unread|person_numbers|exposed|erased")


def check(settings: Settings, manifest: Any) -> None:
    """Stops (exit code 2) where the parsed project lets the profile's SQL read the register past the cut of PER-1.

    The register's tables and the lists of the protected may be read by the models that make the cut alone; own SQL
    reads what has landed. Asked of dbt's own graph, so that no way of writing it hides it.
    """
    for stop in ways_past_the_cut(settings, manifest):
        raise stop


def ways_past_the_cut(settings: Settings, manifest: Any) -> Iterator[Stop]:
    """Each model that reads what it may not, or runs more than its select."""
    own = shown_paths(settings)
    for node in manifest.nodes.values():
        path = str(node.original_file_path).replace("\\", "/")
        if node.resource_type != "model" or (path not in own and node.name in guarded()):
            continue
        for needed in node.depends_on.nodes:
            kind, *_, source, name = needed.split(".")
            if (kind == "source" and source != "delivery") or (path in own and kind == "model" and NEVER_READ.search(name)):
                yield Stop(
                    f"{node.name} ({path}) reads {name}, which only the models that cut protected persons may read.",
                    "Read the landing table (land_…) or a model after it instead.",
                )
        if path in own and any(hook.sql not in project_text() for hook in (*node.config.pre_hook, *node.config.post_hook)):
            yield Stop(f"{node.name} ({path}) has a hook.", "Own SQL is one select; take the hook away.")
