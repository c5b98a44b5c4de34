"""The reference receiver's HTTP face (docs/receive/openapi.yaml), on Starlette: a request in, a transaction of the store, a JSON answer out."""

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nattsynk.reference_receiver import contract
from nattsynk.reference_receiver.apply import apply_lines, change, remove_absent
from nattsynk.reference_receiver.problems import Problem, of_line
from nattsynk.reference_receiver.store import Store, base, text

LARGEST_MANIFEST = 4 * 1024 * 1024
LARGEST_PART = 64 * 1024 * 1024  # bytes, packed as well as unpacked
LARGEST_CHANGE = 64 * 1024
LINES_A_PAGE = 1000
ABILITIES = {"modes": ["delta", "full"], "features": ["hide"]}
PATIENCE = 10  # seconds that a commit waits for its delta to be applied
TENANT = "/v1/tenants/{tenant}"


def create_app(store: Store, token: str) -> Starlette:
    """The application. Every tenant takes the same token; a tenant comes into being with its first delta."""

    def route(path: str, method: str, handle: Callable[[Store, Request, bytes], Response], largest: int = 0) -> Route:
        async def endpoint(request: Request) -> Response:
            _authorize(request, token)
            body = await _body(request, largest)
            # SQLite blocks, so it is kept off the event loop.
            return await run_in_threadpool(handle, store, request, body)

        return Route(TENANT + path, endpoint, methods=[method])

    return Starlette(
        routes=[
            route("/state", "GET", get_state),
            route("/deltas", "POST", create_delta, LARGEST_MANIFEST),
            route("/deltas/{delta}", "GET", get_delta),
            route("/deltas/{delta}/parts/{part:int}", "PUT", put_part, LARGEST_PART),
            route("/deltas/{delta}/commit", "POST", commit_delta),
            route("/deltas/{delta}/receipt", "GET", get_receipt),
            route("/records/{entity}", "GET", get_records),
            route("/records/{entity}", "PATCH", change_record, LARGEST_CHANGE),
        ],
        exception_handlers={Problem: _answer_problem, HTTPException: _answer_http, Exception: _answer_fault},  # type: ignore[dict-item]
    )


def get_state(store: Store, request: Request, body: bytes) -> Response:
    """The tenant's base, and what this receiver can."""
    with store.reading() as db:
        return JSONResponse({**base(db, _tenant(request)), **ABILITIES})


def create_delta(store: Store, request: Request, body: bytes) -> Response:
    """Takes a manifest: 201, or 200 with what the same key made before."""
    if _media_type(request) != "application/json":
        raise Problem("unsupported-media-type")
    key, manifest, tenant = _idempotency_key(request), _json(body), _tenant(request)
    with store.transaction() as db:
        known = db.execute("select * from deltas where tenant = ? and open_key = ?", (tenant, key)).fetchone()
        if known:
            if known["manifest"] != text(manifest):
                raise Problem("idempotency-key-reused")
            return JSONResponse(_delta(db, known))
        _check_manifest(manifest)
        if manifest["base"] != base(db, tenant):
            raise Problem("base-mismatch", base=base(db, tenant))
        delta = f"d-{secrets.token_hex(16)}"
        db.execute(
            "insert into deltas (id, tenant, open_key, manifest, state) values (?, ?, ?, ?, 'open')",
            (delta, tenant, key, text(manifest)),
        )
        answer = _delta(db, _find(db, tenant, delta))
    return JSONResponse(answer, 201, {"Location": f"{request.url.path}/{delta}"})


def get_delta(store: Store, request: Request, body: bytes) -> Response:
    """How far a delta has come."""
    with store.reading() as db:
        return JSONResponse(_delta(db, _find(db, _tenant(request), request.path_params["delta"])))


def put_part(store: Store, request: Request, body: bytes) -> Response:
    """Stores a part: 201, or 200 if it was there."""
    if _media_type(request) != "application/x-ndjson" or request.headers.get("content-encoding") != "gzip":
        raise Problem("unsupported-media-type")
    expected = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    if not hmac.compare_digest(request.headers.get("content-digest", "").encode(), expected.encode()):
        raise Problem("digest-mismatch")
    number = request.path_params["part"]
    with store.transaction() as db:
        delta = _find(db, _tenant(request), request.path_params["delta"])
        parts = json.loads(delta["manifest"])["parts"]
        if not 1 <= number <= len(parts):
            raise Problem("part-differs")
        part = parts[number - 1]
        content = _unpack(body, part["length"])
        if hashlib.sha256(content).hexdigest() != part["sha256"]:
            raise Problem("part-differs")
        if db.execute("select 1 from parts where delta = ? and n = ?", (delta["id"], number)).fetchone():
            return JSONResponse(part)
        if delta["state"] != "open":
            raise Problem("already-committed")
        _check_lines(content, sum(each["lines"] for each in parts[: number - 1]) + 1, part["lines"])
        db.execute("insert into parts values (?, ?, ?, ?)", (delta["id"], number, part["sha256"], content))
    return JSONResponse(part, 201)


def commit_delta(store: Store, request: Request, body: bytes) -> Response:
    """Has a delta whose parts are all here applied, once; answers when it is, or after a while."""
    key, tenant, delta_id = _idempotency_key(request), _tenant(request), request.path_params["delta"]
    with store.transaction() as db:
        delta = _find(db, tenant, delta_id)
        _check_commit(db, delta, key)
        if delta["state"] == "open":
            db.execute("update deltas set state = 'applying', commit_key = ? where id = ?", (key, delta_id))
    # A state of its own, so that whoever asks meanwhile is told to wait; a receiver that dies here applies at the next commit.
    with contextlib.suppress(TimeoutError):
        store.applier.submit(_apply_once, store, tenant, delta_id).result(PATIENCE)
    with store.reading() as db:
        return JSONResponse(_delta(db, _find(db, tenant, delta_id)), 202)


def get_receipt(store: Store, request: Request, body: bytes) -> Response:
    """A page of the receipt, or 202 while the delta is being applied."""
    after = request.query_params.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 12):
        raise Problem("malformed")
    with store.reading() as db:
        delta = _find(db, _tenant(request), request.path_params["delta"])
        if delta["state"] == "open":
            raise Problem("not-committed")
        if delta["state"] == "applying":
            return JSONResponse(_delta(db, delta), 202, {"Retry-After": "1"})
        rows = db.execute(
            "select n, status, problem, pointer from receipt_lines where delta = ? and n > ? order by n limit ?",
            (delta["id"], int(after), LINES_A_PAGE + 1),
        ).fetchall()
    page = rows[:LINES_A_PAGE]
    return JSONResponse({
        "delta": delta["id"],
        "state": json.loads(delta["manifest"])["target"],
        "counts": json.loads(delta["counts"]),
        "removed": json.loads(delta["removed"]),
        "lines": [_receipt_line(row) for row in page],
        "next_after": page[-1]["n"] if len(rows) > LINES_A_PAGE else None,
    })


def get_records(store: Store, request: Request, body: bytes) -> Response:
    """What the tenant holds of an entity."""
    return JSONResponse(store.records(_tenant(request), _entity(request)))


def change_record(store: Store, request: Request, body: bytes) -> Response:
    """Changes a record as a user of the platform does."""
    if _media_type(request) != "application/json":
        raise Problem("unsupported-media-type")
    tenant, entity, wanted = _tenant(request), _entity(request), _json(body)
    if not contract.validator("Change").is_valid(wanted) or not wanted["data"].keys() <= contract.shapes()[entity].data.keys():
        raise Problem("malformed")
    with store.transaction() as db:
        if not change(db, tenant, entity, wanted["key"], wanted["data"]):
            raise Problem("not-found")
    return JSONResponse(next(record for record in store.records(tenant, entity) if record["key"] == wanted["key"]))


def _apply_once(store: Store, tenant: str, delta_id: str) -> None:
    with store.transaction() as db:
        delta = _find(db, tenant, delta_id)
        if delta["state"] == "applying":
            _apply(db, delta)


def _apply(db: sqlite3.Connection, delta: sqlite3.Row) -> None:
    """All lines, the receipt and the base, in the caller's transaction."""
    manifest = json.loads(delta["manifest"])
    counts = apply_lines(db, delta["tenant"], delta["id"], _lines(db, delta["id"]))
    full = manifest["mode"] == "full"
    removed = remove_absent(db, delta["tenant"], delta["id"], manifest["removal"]) if full else {}
    target = manifest["target"]
    db.execute("insert or replace into tenants values (?, ?, ?)", (delta["tenant"], target["sequence"], target["version"]))
    db.execute(
        "update deltas set state = 'applied', counts = ?, removed = ? where id = ?",
        (text(counts), text(removed), delta["id"]),
    )


def _lines(db: sqlite3.Connection, delta: str) -> Iterator[dict[str, Any]]:
    numbers = [row["n"] for row in db.execute("select n from parts where delta = ? order by n", (delta,)).fetchall()]
    for number in numbers:
        (content,) = db.execute("select content from parts where delta = ? and n = ?", (delta, number)).fetchone()
        yield from map(json.loads, content.split(b"\n")[:-1])


def _check_manifest(manifest: Any) -> None:
    """Its schema, and that its numbers agree with each other."""
    if not contract.validator("Manifest").is_valid(manifest):
        raise Problem("manifest-invalid")
    counted = sum(sum(operations.values()) for operations in manifest["counts"].values())
    in_parts = sum(part["lines"] for part in manifest["parts"])
    numbered = [part["n"] for part in manifest["parts"]] == list(range(1, len(manifest["parts"]) + 1))
    follows = manifest["sequence"] == manifest["target"]["sequence"] > manifest["base"]["sequence"]
    if not (counted == in_parts == manifest["lines"] and numbered and follows):
        raise Problem("manifest-invalid")


def _check_lines(content: bytes, first: int, count: int) -> None:
    """NDJSON objects numbered from first, as many as announced. What they say is judged when they are applied."""
    try:
        lines = [json.loads(line) for line in content.split(b"\n")[:-1]]
    except ValueError:
        raise Problem("lines-invalid") from None
    numbers = [line.get("n") if isinstance(line, dict) else None for line in lines]
    if not content.endswith(b"\n") or numbers != list(range(first, first + count)):
        raise Problem("lines-invalid")


def _check_commit(db: sqlite3.Connection, delta: sqlite3.Row, key: str) -> None:
    if delta["commit_key"] is not None:
        if delta["commit_key"] != key:
            raise Problem("idempotency-key-reused")
        return
    manifest = json.loads(delta["manifest"])
    if manifest["base"] != base(db, delta["tenant"]):
        raise Problem("base-mismatch", base=base(db, delta["tenant"]))
    (stored,) = db.execute("select count(*) from parts where delta = ?", (delta["id"],)).fetchone()
    if stored != len(manifest["parts"]):
        raise Problem("parts-missing")
    whole = hashlib.sha256()
    counts: Counter[tuple[str, str]] = Counter()
    for number in range(1, stored + 1):
        (content,) = db.execute("select content from parts where delta = ? and n = ?", (delta["id"], number)).fetchone()
        whole.update(content)
        counts.update((str(line.get("entity")), str(line.get("op"))) for line in map(json.loads, content.split(b"\n")[:-1]))
    announced = {(entity, op): count for entity, ops in manifest["counts"].items() for op, count in ops.items()}
    if whole.hexdigest() != manifest["plan_digest"] or counts != announced:
        raise Problem("manifest-invalid")


def _delta(db: sqlite3.Connection, delta: sqlite3.Row) -> dict[str, Any]:
    manifest = json.loads(delta["manifest"])
    stored = {row["n"] for row in db.execute("select n from parts where delta = ?", (delta["id"],))}
    return {
        "id": delta["id"], "sequence": manifest["sequence"], "state": delta["state"],
        "parts": [part for part in manifest["parts"] if part["n"] in stored],
    }


def _receipt_line(row: sqlite3.Row) -> dict[str, Any]:
    line = {"n": row["n"], "status": row["status"]}
    return {**line, "problem": of_line(row["problem"], row["pointer"])} if row["problem"] else line


def _find(db: sqlite3.Connection, tenant: str, delta: str) -> sqlite3.Row:
    row = db.execute("select * from deltas where tenant = ? and id = ?", (tenant, delta)).fetchone()
    if row is None:
        raise Problem("unknown-delta")
    return row


def _tenant(request: Request) -> str:
    return request.path_params["tenant"]


def _entity(request: Request) -> str:
    if request.path_params["entity"] not in contract.shapes():
        raise Problem("not-found")
    return request.path_params["entity"]


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 200:
        raise Problem("idempotency-key-missing")
    return key


def _authorize(request: Request, token: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise Problem("unauthorized")


async def _body(request: Request, largest: int) -> bytes:
    """The body, refused as soon as it is larger than allowed."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise Problem("too-large")
        chunks.append(chunk)
    return b"".join(chunks)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Problem("malformed") from None


def _unpack(body: bytes, length: int) -> bytes:
    """Unpacks gzip, and no more of it than was announced: a small packet may hold a very large text."""
    if length > LARGEST_PART:
        raise Problem("too-large")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(body, length + 1)
    except zlib.error:
        raise Problem("malformed") from None
    if len(content) > length:
        raise Problem("too-large")
    if not unpacker.eof or unpacker.unused_data or len(content) != length:
        raise Problem("part-differs")
    return content


async def _answer_problem(request: Request, problem: Problem) -> Response:
    headers = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": _methods(request)}}.get(problem.status)
    return JSONResponse(problem.body, problem.status, headers, "application/problem+json")


def _methods(request: Request) -> str:
    """What may be asked of a path."""
    routes = [route for route in request.app.routes if route.path_regex.match(request.url.path)]
    return ", ".join(sorted({method for route in routes for method in route.methods}))


async def _answer_http(request: Request, fault: HTTPException) -> Response:
    name = {404: "not-found", 405: "method-not-allowed"}.get(fault.status_code, "malformed")
    return await _answer_problem(request, Problem(name))


async def _answer_fault(request: Request, fault: Exception) -> Response:
    return await _answer_problem(request, Problem("fault"))
