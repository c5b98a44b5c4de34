"""A second receiver, written from docs/receive/openapi.yaml and docs/receive/exchange.md alone, with nothing but Python's own library.

It shows that the documents say enough to build one, and that nattsynk does not lean on what only its own receiver does. It keeps
one tenant in memory, and nobody puts anything in by hand, so it has nothing to adopt but what went away before.
"""

import base64
import copy
import gzip
import hashlib
import http.server
import json
import ssl
import threading
from typing import Any

URN = "urn:nattsynk:problem:"
REFERS = {"person_id": "person", "child_id": "person", "responsible_id": "person", "school_id": "school", "group_id": "group"}
OWN_KEYS = {"school": "school_id", "person": "person_id", "group": "group_id"}
UNIQUE = {"person": "civic_no", "school": "school_unit_code"}


class Problem(Exception):
    def __init__(self, status: int, name: str, **more: Any) -> None:
        super().__init__(name)
        self.status, self.body = status, {"type": URN + name, "title": name, "status": status, **more}


class Rejected(Exception):
    def __init__(self, name: str, pointer: str) -> None:
        super().__init__(name)
        self.problem = {"type": URN + name, "pointer": pointer}


class Platform:
    """What a tenant has: (entity, key as JSON) -> key, data, active, ours, offered. hidden: persons whom nothing shows."""

    def __init__(self) -> None:
        self.state, self.records, self.hidden = {"sequence": 0, "version": ""}, {}, {}

    def carry_out(self, line: dict[str, Any]) -> str:
        """The status of one line; raises Rejected."""
        found = self.records.get(_id(line))
        if line["op"] == "delete":
            return self._delete(line, found)
        data = line["data"]
        for where, column, value in [("key", *item) for item in line["key"].items()] + [("data", *item) for item in data.items()]:
            if column in REFERS and column != OWN_KEYS.get(line["entity"]) and not self._has(REFERS[column], value):
                raise Rejected("unknown-reference", f"/{where}/{column}")
        if line["op"] != "create" and not (found and found["active"] and found["ours"]):
            raise Rejected("unknown-record", "/key")
        number = data.get("civic_no")
        if line["entity"] == "person" and number and any(
            other["active"] and other["ours"] and other is not found and other["data"].get("civic_no") == number for other in self._all("person")
        ):
            raise Rejected("value-taken", "/data/civic_no")
        return self._put(line, found or self._unhide(line) or self._adopt(line))

    def _put(self, line: dict[str, Any], found: dict[str, Any] | None) -> str:
        said = {column: value for column, value in line["data"].items() if not column.startswith("previous_")}
        before = found or {"data": {}, "offered": {}}
        offered = before["offered"] if line["op"] == "rekey" else {column: said[column] for column in line.get("fill", [])}
        data = {**before["data"], **{column: value for column, value in said.items() if column not in offered}}
        data |= {column: value for column, value in offered.items() if data.get(column) is None}
        new = {"key": line["key"], "data": data, "active": True, "ours": True, "offered": offered}
        self.records[_id(line)] = new
        return "unchanged" if new == found else "applied"

    def _unhide(self, line: dict[str, Any]) -> dict[str, Any] | None:
        number = line["data"].get("civic_no")
        for name, record in list(self.hidden.items()) if line["op"] == "create" else []:
            if name == _id(line) or (line["entity"] == "person" and number and record["data"].get("civic_no") == number):
                return self.hidden.pop(name)
        return None

    def _adopt(self, line: dict[str, Any]) -> dict[str, Any] | None:
        column = UNIQUE.get(line["entity"])
        value = line["data"].get(column) if line["op"] == "create" and column else None
        for other in self._all(line["entity"]) if value else []:
            if other["data"].get(column) == value and not (other["active"] and other["ours"]):
                return self.records.pop(_id({"entity": line["entity"], "key": other["key"]}))
        return None

    def _delete(self, line: dict[str, Any], found: dict[str, Any] | None) -> str:
        entity, mode = line["entity"], line.get("mode")
        gone_for_good = entity not in OWN_KEYS or mode in ("erase", "hide", "delete")
        if mode == "erase" and self.hidden.pop(_id(line), None):
            return "applied"
        if not found or not found["ours"] or not (found["active"] or gone_for_good):
            return "unchanged"
        if mode == "release":
            found["ours"] = False
            return "applied"
        if entity in ("person", "group"):
            for name in [name for name in self.records if name[0] not in OWN_KEYS and self._hangs_on(name, line)]:
                del self.records[name]
        if mode == "hide":
            self.hidden[_id(line)] = self.records.pop(_id(line))
        elif gone_for_good:
            del self.records[_id(line)]
        else:
            found["active"] = False
        return "applied"

    def remove_absent(self, said: set[tuple[str, str]], removal: dict[str, str]) -> dict[str, int]:
        removed: dict[str, int] = {}
        for name, record in list(self.records.items()):
            line = {"entity": name[0], "key": record["key"], "mode": removal.get(name[0])}
            if name not in said and record["active"] and record["ours"] and self._delete(line, self.records.get(name)) == "applied":
                removed[name[0]] = removed.get(name[0], 0) + 1
        return removed

    def _all(self, entity: str) -> list[dict[str, Any]]:
        return [record for (name, _), record in self.records.items() if name == entity]

    def _has(self, entity: str, value: str) -> bool:
        found = self.records.get(_id({"entity": entity, "key": {OWN_KEYS[entity]: value}}))
        return bool(found and found["active"])

    def _hangs_on(self, name: tuple[str, str], line: dict[str, Any]) -> bool:
        (value,) = line["key"].values()
        return any(REFERS.get(column) == line["entity"] and held == value for column, held in self.records[name]["key"].items())


class IndependentReceiver(http.server.ThreadingHTTPServer):
    """Listens on a free port of localhost from the moment it is made. platform: what it holds. parts_taken: numbers, as they came.

    features: what it says that it can.
    """

    daemon_threads = True

    def __init__(self, certificate: str, key: str, token: str) -> None:
        super().__init__(("localhost", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.token, self.platform, self.lock = token, Platform(), threading.Lock()
        self.features = ["hide"]
        self.deltas: dict[str, dict[str, Any]] = {}
        self.parts_taken: list[int] = []
        self.url = f"https://localhost:{self.server_address[1]}/sync"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def get_state(self) -> tuple[int, Any]:
        return 200, {**self.platform.state, "features": self.features}

    def announce(self, key: str, manifest: dict[str, Any]) -> tuple[int, Any]:
        for delta in self.deltas.values():
            if delta["key"] == key:
                if delta["manifest"] != manifest:
                    raise Problem(422, "idempotency-key-reused")
                return 200, _shown(delta)
        self._check_base(manifest)
        delta = {"id": f"d{len(self.deltas) + 1}", "key": key, "commit_key": None, "manifest": manifest, "state": "open", "parts": {}}
        self.deltas[delta["id"]] = delta
        return 201, _shown(delta)

    def take(self, delta: dict[str, Any], number: int, packed: bytes, headers: Any) -> tuple[int, Any]:
        if headers["Content-Digest"] != f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:":
            raise Problem(422, "digest-mismatch")
        content = gzip.decompress(packed)
        told = {part["n"]: part for part in delta["manifest"]["parts"]}.get(number)
        if told is None or (told["length"], told["sha256"]) != (len(content), hashlib.sha256(content).hexdigest()):
            raise Problem(422, "part-differs")
        self.parts_taken.append(number)
        known = number in delta["parts"]
        delta["parts"][number] = content
        return 200 if known else 201, told

    def commit(self, delta: dict[str, Any], key: str) -> tuple[int, Any]:
        if delta["commit_key"] not in (None, key):
            raise Problem(422, "idempotency-key-reused")
        if delta["state"] == "open":
            self._check_base(delta["manifest"])
            if len(delta["parts"]) < len(delta["manifest"]["parts"]):
                raise Problem(409, "parts-missing")
            delta |= {"commit_key": key, "receipt": self._apply(delta), "state": "applied"}
        return 202, _shown(delta)

    def receipt(self, delta: dict[str, Any], after: int) -> tuple[int, Any]:
        if delta["state"] == "open":
            raise Problem(409, "not-committed")
        return 200, {**delta["receipt"], "lines": [line for line in delta["receipt"]["lines"] if line["n"] > after], "next_after": None}

    def _apply(self, delta: dict[str, Any]) -> dict[str, Any]:
        """All of it on a copy, which then takes the platform's place at once."""
        manifest, after = delta["manifest"], copy.deepcopy(self.platform)
        counts, answers, said = {"applied": 0, "unchanged": 0, "rejected": 0}, [], set()
        for line in map(json.loads, b"".join(delta["parts"][n] for n in sorted(delta["parts"])).splitlines()):
            answer = {"n": line["n"]}
            try:
                answer["status"] = after.carry_out(line)
            except Rejected as rejected:
                answer |= {"status": "rejected", "problem": rejected.problem}
            counts[answer["status"]] += 1
            answers += [answer] if answer["status"] != "applied" else []
            said.add(_id(line))
        removed = after.remove_absent(said, manifest["removal"]) if manifest["mode"] == "full" else {}
        after.state, self.platform = manifest["target"], after
        return {"delta": delta["id"], "state": manifest["target"], "counts": counts, "removed": removed, "lines": answers}

    def _check_base(self, manifest: dict[str, Any]) -> None:
        if manifest["base"] != self.platform.state:
            raise Problem(409, "base-mismatch", base=self.platform.state)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: IndependentReceiver

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            if self.headers["Authorization"] != f"Bearer {self.server.token}":
                raise Problem(401, "unauthorized")
            with self.server.lock:
                status, answer = self._route(body)
        except Problem as problem:
            status, answer = problem.status, problem.body
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _handle

    def _route(self, body: bytes) -> tuple[int, Any]:
        path, _, query = self.path.removeprefix("/sync/").partition("?")
        server, key = self.server, self.headers["Idempotency-Key"]
        match (self.command, *path.split("/")):
            case ("GET", "state"):
                return server.get_state()
            case ("POST", "deltas"):
                return server.announce(key, json.loads(body))
            case (_, "deltas", delta, *_) if delta not in server.deltas:
                raise Problem(404, "unknown-delta")
            case ("GET", "deltas", delta):
                return 200, _shown(server.deltas[delta])
            case ("PUT", "deltas", delta, "parts", number):
                return server.take(server.deltas[delta], int(number), body, self.headers)
            case ("POST", "deltas", delta, "commit"):
                return server.commit(server.deltas[delta], key)
            case ("GET", "deltas", delta, "receipt"):
                return server.receipt(server.deltas[delta], int(query.removeprefix("after=") or 0))
        raise Problem(404, "not-found")

    def log_message(self, *_: object) -> None:
        pass


def _id(line: dict[str, Any]) -> tuple[str, str]:
    return line["entity"], json.dumps(line["key"], sort_keys=True)


def _shown(delta: dict[str, Any]) -> dict[str, Any]:
    parts = [part for part in delta["manifest"]["parts"] if part["n"] in delta["parts"]]
    return {"id": delta["id"], "sequence": delta["manifest"]["sequence"], "state": delta["state"], "parts": parts}
