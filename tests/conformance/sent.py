"""Compares the requests that a client has sent with those that a vector expects."""

from typing import Any

from tests.conformance.short_forms import Json

FREE = {"limit", "v", "from", "time"}
"""Fields of a body that a client chooses."""
GROUP = 2
MOST_SEQS = 100
"""docs/protocol.md, section 9: in one `ack` or `pull`."""
DEFAULTS: tuple[Any, ...] = (0, "", [], False, None)


def compare(sent: list[Json], expected: list[Json], before: list[Json]) -> None:
    """Raise AssertionError unless exactly these requests were sent, in any order. `before`: what was sent earlier."""
    for request in sent:
        assert _named_seqs(request) <= MOST_SEQS, f"{request['cmd']} names {_named_seqs(request)} seqs"
    settled = [request for request in sent if request["cmd"] in {"ack", "clear"}]
    others = [request for request in sent if request["cmd"] not in {"ack", "clear"}]
    for wanted in expected:
        if "settles" not in wanted:
            found = next((request for request in others if _same(request, wanted)), None)
            assert found is not None, f"{_short(wanted)} was not sent, but {list(map(_short, others))}"
            others.remove(found)
            _compare_dates(found, wanted, before)
    assert not others, f"{list(map(_short, others))} should not be sent"
    _compare_settled(settled, next((wanted["settles"] for wanted in expected if "settles" in wanted), {}))


def _named_seqs(request: Json) -> int:
    body = request.get("body") or {}
    if request["cmd"] == "ack":
        return sum(len(told["seqs"]) for told in body["sessions"].values())
    return len(body.get("ack", ()))


def _same(request: Json, wanted: Json) -> bool:
    if request["cmd"] != wanted["cmd"]:
        return False
    given, asked = _normal(request.get("body") or {}), _normal(wanted.get("body", {}))
    if request["cmd"] == "settings":
        given = {**given, "sessions": {session_id: _undated(one) for session_id, one in given["sessions"].items()}}
    if request["cmd"] == "receipts":
        given = _undated(given)
    if request["cmd"] == "pull":
        acks, must, may = (
            set(body.pop(name, ())) for body, name in ((given, "ack"), (asked, "ack"), (asked, "mayAck"))
        )
        if not must <= acks <= must | may:
            return False
    return given == asked


def _compare_dates(request: Json, wanted: Json, before: list[Json]) -> None:
    dates = [choice["changedAt"] for choice in _choices(request)]
    assert all(date > wanted.get("changedAbove", 0) for date in dates), f"{dates} are too low"
    assert all(date < wanted.get("changedBelow", date + 1) for date in dates), f"{dates} are too high"
    same = [one for one in before if (one["cmd"], one.get("body")) == (request["cmd"], request.get("body"))]
    assert same or "again" not in wanted, f"{_short(request)} was not sent before, or with other times"


def _choices(request: Json) -> list[Json]:
    if request["cmd"] == "settings":
        return list(request["body"]["sessions"].values())
    return [request["body"]] if request["cmd"] == "receipts" else []


def _undated(choice: Json) -> Json:
    return {key: value for key, value in choice.items() if key != "changedAt"}


def _normal(body: Json) -> Json:
    free = FREE | {"ackFlg"} if body.get("chatType") == GROUP else FREE
    kept = {name: value for name, value in body.items() if name not in free and value not in DEFAULTS}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in kept.items()}


def _short(request: Json) -> tuple[str, Json]:
    return request["cmd"], _normal(request.get("body") or {})


def _compare_settled(requests: list[Json], expected: Json) -> None:
    acks: dict[str, set[int]] = {}
    clears: dict[str, int] = {}
    for request in requests:
        for session_id, told in request["body"]["sessions"].items():
            seqs, number = ([], told) if request["cmd"] == "clear" else (told["seqs"], told.get("received"))
            acks.setdefault(session_id, set()).update(seqs)
            if number is not None:
                clears[session_id] = max(number, clears.get(session_id, 0))
    for session_id in {*acks, *expected}:
        wanted = expected.get(session_id, {})
        must, named = set(wanted.get("acks", ())), acks.get(session_id, set())
        assert must <= named <= must | set(wanted.get("mayAck", ())), f"{session_id}: acks {named}, not {wanted}"
        cleared = clears.get(session_id)
        allowed = {wanted.get("clears")} | ({wanted["mayClear"]} if "mayClear" in wanted else set())
        assert cleared in allowed, f"{session_id}: clears {cleared}, not {wanted}"
