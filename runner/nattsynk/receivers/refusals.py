"""What an administrator can do about a request that was refused: it depends on the status and on the request."""

from nattsynk.receivers.receiver import Refused

# The kinds of requests (docs/receive/openapi.yaml).
STATE, MANIFEST, PART, COMMIT, DELTA = "state", "manifest", "part", "commit", "delta"
WRITES = (MANIFEST, PART, COMMIT)
ALL = (STATE, *WRITES, DELTA)
# Server errors that no waiting mends.
NEVER_PASS = (501, 505, 511)

UNKNOWN = "Give the receiver's support this message and the time; the next `nattsynk send` plans anew."
# statuses, requests, what to do. The first row that fits counts.
REMEDIES = (
    ((401,), ALL, "Check the secret that receiver.auth names: it is wrong, has expired, or is of another environment."),
    ((403,), WRITES,
     "We may read there, but not write: a firewall or gateway in between stops the request, or we have no right to write. Ask the receiver, and who keeps the firewall."),
    ((403,), ALL, "We are known but have no right to this tenant: check receiver.url, and ask the receiver."),
    ((404,), ALL, "Check receiver.url: the address is wrong, or the receiver does not know this tenant."),
    ((405, 501), ALL,
     "Check receiver.url. If it is right, a gateway in between stops the method of this request: have it let GET, POST and PUT through."),
    ((406, 415), (PART,), "The receiver, and every gateway in between, must take application/x-ndjson packed with gzip. Give the receiver's support this message."),
    ((406, 415), ALL, "The receiver, and every gateway in between, must take and give application/json. Give the receiver's support this message."),
    ((407, 511), ALL, "A proxy in between asks for a login. nattsynk uses no proxy: have the firewall let this machine out to the receiver."),
    ((411,), ALL, "A gateway in between takes the header Content-Length away: give who keeps it this message."),
    ((413,), (PART,),
     "The part is too large for the receiver: lower `part_size` (now {part_size}) under settings in profile.yml, then send again. The limit may be that of a gateway in between."),
    ((413,), (MANIFEST,),
     "The manifest lists every part, so there are too many parts: raise `part_size` (now {part_size}) under settings in profile.yml, then send again."),
    ((414,), ALL, "The address is too long for the receiver or a gateway in between: ask for a shorter receiver.url."),
    ((431,), ALL, "The headers are too long for the receiver or a gateway in between. The longest is the token of receiver.auth: ask for a larger limit or a shorter token."),
    ((505,), ALL, "A gateway in between does not speak HTTP/1.1: give who keeps it this message."),
)
WEB_PAGE = "A web page comes from a gateway, a login or a wrong address, not from the receiver: check receiver.url, and who keeps the firewall."


class HttpRefused(Refused):
    """The receiver, or a gateway in between, said no. status: the HTTP status; problem: the problem's type where it gave one."""

    def __init__(self, status: int, problem: str, doing: str, next_step: str = UNKNOWN, form: str = "") -> None:
        message = f"The receiver refused {doing}: HTTP {status}{form}" + (f", {problem}." if problem else ".")
        # With another secret, or once the firewall lets it through, the very same delivery can go on.
        super().__init__(message, next_step, f"HTTP {status} {problem}".strip(), may_go_on=status in (401, 403))
        self.status = status
        self.problem = problem


def is_busy(status: int) -> bool:
    """Whether the same request may be answered later."""
    return status in (408, 429) or (status >= 500 and status not in NEVER_PASS)


def remedy(status: int, kind: str, part_size: int | None, is_page: bool) -> str:
    """What to do about a refusal. kind: of the request. is_page: the answer is a web page."""
    found = next((text for statuses, kinds, text in REMEDIES if status in statuses and kind in kinds), "" if is_page else UNKNOWN)
    return f"{found.format(part_size=part_size or 'as in seeds/rules/settings.csv')} {WEB_PAGE if is_page else ''}".strip()
