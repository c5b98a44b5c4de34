"""Problems as RFC 9457 has them: a type of ours, a title, a status; a pointer where a value is at fault. Ids only."""

from typing import Any

PREFIX = "urn:nattsynk:problem:"

# name -> (HTTP status, title). Those of status 0 are answers to a line, in the receipt.
PROBLEMS = {
    "malformed": (400, "The request cannot be read"),
    "idempotency-key-missing": (400, "An Idempotency-Key header is needed"),
    "unauthorized": (401, "A valid bearer token is needed"),
    "not-found": (404, "There is nothing here"),
    "unknown-delta": (404, "This tenant has no such delta"),
    "method-not-allowed": (405, "The method is not allowed here"),
    "base-mismatch": (409, "The tenant stands at another base"),
    "parts-missing": (409, "Parts are missing"),
    "not-committed": (409, "The delta is not committed, so it has no receipt"),
    "already-committed": (409, "The delta is committed and takes no more parts"),
    "too-large": (413, "The content is larger than announced or allowed"),
    "unsupported-media-type": (415, "Parts are application/x-ndjson with gzip; all else is application/json"),
    "manifest-invalid": (422, "The manifest does not follow its schema, or its numbers disagree"),
    "idempotency-key-reused": (422, "The Idempotency-Key was used for something else"),
    "digest-mismatch": (422, "The content is not what its digest says"),
    "part-differs": (422, "The part is not the one in the manifest"),
    "lines-invalid": (422, "The lines are not numbered JSON objects as the manifest counts them"),
    "fault": (500, "The receiver is at fault"),
    "unknown-record": (0, "There is no such record"),
    "unknown-reference": (0, "It refers to a record that is not here"),
    "value-taken": (0, "Another record has this unique value"),
    "value-invalid": (0, "The line does not follow its schema"),
}


class Problem(Exception):
    """Ends a request with a problem. name: one of PROBLEMS; more: further members, without personal data."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name)
        self.status, self.title = PROBLEMS[name]
        self.body = {"type": PREFIX + name, "title": self.title, "status": self.status, **more}


def of_line(name: str, pointer: str | None) -> dict[str, Any]:
    """A problem as a receipt carries it."""
    body = {"type": PREFIX + name, "title": PROBLEMS[name][1]}
    return body if pointer is None else {**body, "pointer": pointer}
