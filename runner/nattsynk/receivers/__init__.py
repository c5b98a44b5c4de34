"""The receivers: one module a protocol behind one interface (receiver.py), and what the protocols over HTTPS share.

    with receivers.of(settings, clock, progress) as receiver:
        receiver.state().base
"""

import datetime
import importlib

from nattsynk.errors import Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Settings
from nattsynk.receivers.receiver import Receiver

# Each protocol by its type, and its module. The module has a function `of`, which takes what `of` below takes.
PROTOCOLS = {"nattsynk": "nattsynk.receivers.nattsynk"}


def of(settings: Settings, clock: Clock, progress: Progress, patience: datetime.timedelta | None = None) -> Receiver:
    """The profile's receiver. Asks nobody anything yet.

    patience: somebody looks on and waits so long at most. Without it, the receiver is waited for as long as the setting
    send_budget_minutes says. Stops (exit code 2) where profile.yml names no receiver, or a secret or a file is missing.
    """
    if settings.receiver is None:
        raise Stop("profile.yml names no receiver.", "Add receiver: with url and auth, then run again.")
    # Only the profile's own protocol loads its libraries.
    protocol = importlib.import_module(PROTOCOLS[settings.receiver.type])
    return protocol.of(settings, clock, progress, patience)
