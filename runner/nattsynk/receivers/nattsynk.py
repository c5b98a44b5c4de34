"""Our own exchange (docs/receive/openapi.yaml): state, deltas, parts, commit, receipt, over one HTTPS session.

Every request may be sent again: reads change nothing, posts carry an idempotency key, a part its number and digest.
"""

import base64
import datetime
import gzip
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import requests

from nattsynk.deliver.delivery import Delivery, Part
from nattsynk.errors import REJECTED, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Settings
from nattsynk.receivers import nattsynk_answers as answers
from nattsynk.receivers.https_client import HttpsClient, Request, client
from nattsynk.receivers.receiver import (
    BaseMismatch,
    Outgoing,
    ReceiptPage,
    Received,
    Receiver,
    State,
)
from nattsynk.receivers.refusals import (
    COMMIT,
    DELTA,
    MANIFEST,
    PART,
    STATE,
    WEB_PAGE,
    HttpRefused,
    remedy,
)
from nattsynk.receivers.tls_session import is_web_page

SCHEMA_VERSION = "1"
BASE_MISMATCH = "urn:nattsynk:problem:base-mismatch"


def of(
    settings: Settings, clock: Clock, progress: Progress, patience: datetime.timedelta | None = None, session: requests.Session | None = None
) -> "NattsynkReceiver":
    """The profile's receiver, for receivers.of. session: in place of the one that the profile describes."""
    return NattsynkReceiver(client(settings, clock, progress, patience, session), settings.number("part_size"))


class NattsynkReceiver(Receiver):
    """A receiver that speaks our exchange. part_size: the setting, for a message that tells to change it."""

    def __init__(self, client: HttpsClient, part_size: int | None = None) -> None:
        self.client, self.part_size = client, part_size

    def state(self) -> State:
        request = Request(STATE, "GET", "/state", "to tell its state")
        return answers.read(self._ask(request), request, answers.state)

    def proof(self) -> str:
        return f"its certificate is trusted, and it takes our credentials ({self.client.receiver.auth['type']})"

    def open(self, outgoing: Outgoing) -> Received:
        headers = {"Idempotency-Key": outgoing.delivery.open_key}
        request = Request(MANIFEST, "POST", "/deltas", "the delta's manifest", headers, json=_manifest(outgoing.delivery, outgoing.parts))
        return answers.read(self._ask(request), request, answers.delta)

    def find(self, outgoing: Outgoing) -> Received | None:
        request = Request(DELTA, "GET", _path(outgoing), "to tell what it has of the delta")
        try:
            answer = self._ask_of(request)
        except HttpRefused as refused:
            if refused.status in (404, 410):
                return None
            raise
        return answers.read(answer, request, answers.delta)

    def put(self, outgoing: Outgoing, part: Part) -> None:
        # Without a time in the header, gzip packs the same lines into the same bytes.
        packed = gzip.compress(outgoing.content(part), compresslevel=6, mtime=0)
        headers = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:",
        }
        self._ask(Request(PART, "PUT", f"{_path(outgoing)}/parts/{part.number}", f"part {part.number}", headers, data=packed))

    def commit(self, outgoing: Outgoing) -> None:
        headers = {"Idempotency-Key": outgoing.delivery.commit_key}
        self._ask(Request(COMMIT, "POST", f"{_path(outgoing)}/commit", "the commit", headers))

    def receipt(self, outgoing: Outgoing) -> Iterator[ReceiptPage]:
        after: int | None = 0
        looks = 0
        while after is not None:
            request = Request(DELTA, "GET", f"{_path(outgoing)}/receipt?after={after}", "to give the receipt")
            answer = self._ask_of(request)
            if answer.status_code == 202:
                looks += 1
                self.client.wait_for_work(answer, looks, "the receiver is applying the delta")
                continue
            page, next_after = answers.read(answer, request, answers.receipt_page)
            if next_after is not None and next_after <= after:
                raise answers.undocumented(request, answer.status_code, "/next_after must be higher than the number asked after")
            yield page
            after = next_after

    def close(self) -> None:
        self.client.session.close()

    def _ask_of(self, request: Request) -> requests.Response:
        """A question about one delta, to which another base is no answer."""
        try:
            return self._ask(request)
        except BaseMismatch:
            pass
        raise answers.undocumented(request, 409, "it tells of another base where a delta was asked for")

    def _ask(self, request: Request) -> requests.Response:
        """An answer of 2xx. Any other is raised: as BaseMismatch, or as a refusal with what to do about it."""
        answer = self.client.ask(request)
        page = is_web_page(answer)
        if 200 <= answer.status_code < 300:
            if page:
                raise Stop(f"The answer to {request.name} is a web page (HTTP {answer.status_code}, text/html).", WEB_PAGE, REJECTED)
            return answer
        kind = answers.problem(answer).get("type")
        if answer.status_code == 409 and kind == BASE_MISMATCH:
            raise BaseMismatch(answers.read(answer, request, answers.mismatch))
        next_step = remedy(answer.status_code, request.kind, self.part_size, page)
        raise HttpRefused(answer.status_code, answers.code(kind), request.doing, next_step, " with a web page (text/html)" if page else "")


def _path(outgoing: Outgoing) -> str:
    return f"/deltas/{outgoing.delivery.delta_id}"


def _manifest(delivery: Delivery, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "sequence": delivery.sequence,
        "base": {"sequence": delivery.base_sequence, "version": delivery.base_version},
        "target": {"sequence": delivery.sequence, "version": delivery.target_version},
        "mode": delivery.mode,
        "sync_date": delivery.sync_date.isoformat(),
        "counts": delivery.counts,
        "lines": delivery.line_count,
        "parts": [
            {"n": part.number, "lines": part.last - part.first + 1, "length": part.length, "sha256": part.sha256}
            for part in parts
        ],
        "plan_digest": delivery.plan_digest,
        "removal": {"person": delivery.person_removal, "group": delivery.group_removal},
        "approved_by": delivery.approved_by,
    }
