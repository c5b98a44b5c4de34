"""Connections by dbt's own settings, so that credentials stand in one place: profiles.yml."""

import argparse
import os
from typing import Any

from nattsynk.errors import Stop
from nattsynk.profile.configuration import connections
from nattsynk.profile.settings import Settings


def credentials(settings: Settings, target: str, adapter: str) -> Any:
    """dbt's credentials for the target. dbt itself renders them, from profiles.yml and the environment."""
    from dbt import flags
    from dbt.adapters.factory import load_plugin
    from dbt.config.profile import Profile
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    # dbt sets both when it runs a command. Here its profile is read outside of any command.
    set_invocation_context(dict(os.environ))
    if not hasattr(flags.get_flags(), "LOG_CACHE_EVENTS"):
        flags.set_flags(argparse.Namespace(USE_COLORS=False, LOG_CACHE_EVENTS=False))
    load_plugin(adapter)
    raw = connections(settings, target)
    try:
        return Profile.from_raw_profiles(raw, "nattsynk", ProfileRenderer({}), target_override=target).credentials
    except DbtBaseException as fault:
        raise Stop(
            f"The connection settings of target {target} could not be read: {_last_line(fault)}",
            "See docs/operate/sql-server.md for the environment variables that it takes.",
        ) from fault


def connect(adapter: str, given: Any) -> Any:
    """A new connection, opened by dbt's adapter. given: dbt's credentials."""
    from dbt.adapters.contracts.connection import (
        Connection,
        ConnectionState,
        Identifier,
    )
    from dbt.adapters.factory import get_adapter_class_by_name

    wanted = Connection(
        type=Identifier(adapter), name="nattsynk", state=ConnectionState.INIT, transaction_open=False, handle=None, credentials=given,
    )
    return get_adapter_class_by_name(adapter).ConnectionManager.open(wanted).handle


def _last_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[-1] if lines else type(fault).__name__
