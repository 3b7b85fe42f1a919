"""The invariants of moderation and block lists, at rest: refused messages left no trace, held ones are stored nowhere
else, released ones are delivered, and nobody reads a masked word."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Place
from catchup.domain.screening import Action
from catchup.wire.messages import decode_payload
from tests.people.moderator import MASKED, TEXTS, action_for
from tests.people.person import Person
from tests.people.reviewer import Held, Reviewer
from tests.support.world import World


def check_guard(world: World, people: Sequence[Person]) -> list[str]:
    """Returns a sentence for each violation."""
    if not world.settings.moderator:
        return []
    stored = {name: _texts(world, name) for name in ("Message", "Inbox", "Held")}
    found = [*_blocks(world, people), *_seen(people)]
    for person in people:
        for msg_id, body in person.log.written.items():
            if "msg" in body:
                key, text = (person.uid, msg_id), body["msg"]["message"]
                is_edit = "seq" in body
                wrongs = _edit(person, key, body, stored) if is_edit else _one(world, people, person, key, text, stored)
                found += [f"{msg_id} ({text}): {wrong}" for wrong in wrongs]
    return found


def not_told_of_release(world: World, people: Sequence[Person]) -> Iterator[str]:
    """The sender's connected devices that did not get a released message."""
    for row in world.rows("Message"):
        key, session = (row["sender"]["S"], row["msgId"]["S"]), row["sessionId"]["S"]
        if "release" in _decisions(people, key):
            for person in people:
                is_his = person.uid == key[0] and person.connected
                if is_his and int(row["seq"]["N"]) not in person.store.talk(session).messages:
                    yield f"{person.name} is connected and was not told that {key[1]} was released"


def _one(
    world: World, people: Sequence[Person], person: Person, key: Held, text: str, stored: dict[str, dict[Held, str]]
) -> Iterator[str]:
    msg_id = key[1]
    is_placed, is_held = key in stored["Message"], key in stored["Held"]
    judged = person.log.judged.get(msg_id, set())
    action = Action.PASS if msg_id in person.log.passed_before else action_for(text)
    if msg_id in person.log.refused or msg_id in person.log.unwanted:
        if is_placed or key in stored["Inbox"]:
            yield "is stored, though its receiver takes none of its sender"
    elif action is Action.REJECT:
        # A retry of a message that was reserved before its words were listed still has its reservation.
        is_reserved = key in _reserved(world) and msg_id not in person.log.reserved_before
        if judged != {"REJECTED"} or is_placed or is_held or is_reserved:
            yield f"must be refused without a trace: {judged}, {is_placed=}, {is_held=}, {is_reserved=}"
    elif action is Action.HOLD:
        was_reserved = msg_id in person.log.reserved_before
        yield from _held(
            world, _decision(people, key, is_placed), key, judged, is_placed, is_held, stored, was_reserved
        )
    else:
        if judged or is_held:
            yield f"must pass: {judged}, {is_held=}"
        expected = MASKED if action is Action.MASK else text
        for name in ("Message", "Inbox"):
            # Only this person's own edits, as they may be shown, may have taken its place.
            if stored[name].get(key, expected) not in {expected, *_edits(person)}:
                yield f"is in {name} as {stored[name][key]}"


def _edits(person: Person) -> Iterator[str]:
    """What this person's edits may show."""
    for body in person.log.written.values():
        text = body["msg"]["message"] if "msg" in body and "seq" in body else ""
        if action_for(text) in {Action.PASS, Action.MASK}:
            yield MASKED if text == TEXTS[Action.MASK] else text


def _edit(person: Person, key: Held, body: Mapping[str, Any], stored: dict[str, dict[Held, str]]) -> Iterator[str]:
    """An edit is never held: its message is stored already. What is not allowed is refused, and the message keeps its
    text."""
    text, judged = body["msg"]["message"], person.log.judged.get(key[1], set())
    action, is_placed = action_for(text), key in stored["Message"]
    is_refused = action in {Action.HOLD, Action.REJECT}
    if judged != ({"REJECTED"} if is_refused else set()) or is_placed is is_refused:
        yield f"must be {'refused without a notice' if is_refused else 'taken'}: {judged}, {is_placed=}"
    for name, texts in stored.items():
        if action is not Action.PASS and text in texts.values():
            yield f"is in {name} as it was sent"
    if not is_refused and (MASKED if action is Action.MASK else text) not in stored["Message"].values():
        yield "is not in history as it may be shown"


def _held(
    world: World,
    decided: str | None,
    key: Held,
    judged: set[str],
    is_placed: bool,
    is_held: bool,
    stored: dict[str, dict[Held, str]],
    was_reserved: bool,
) -> Iterator[str]:
    routes = {_reserved(world).get(key, "none")}
    if judged != {"HELD"}:
        yield f"must be held: {judged}"
    if is_placed is not (decided == "release"):
        yield f"is placed: {is_placed}, and what was decided is {decided}"
    if key in stored["Inbox"] and not is_placed:
        yield "is in the offline store and not in history"
    if is_held is not (decided in (None, "refused")):
        yield f"waits for review: {is_held}, and what was decided is {decided}"
    expected = {"held"} if decided != "release" else {"free"}
    if routes != expected and not (decided is None and was_reserved and routes == {"free"}):
        yield f"its reservation is {routes}, and what was decided is {decided}"
    if stored["Message"].get(key, TEXTS[Action.HOLD]) != TEXTS[Action.HOLD]:
        yield f"was released as {stored['Message'][key]}"


def _seen(people: Sequence[Person]) -> Iterator[str]:
    """No device has a masked word, not even the sender's."""
    for person in people:
        for session, talk in person.store.talks.items():
            for seq, message in talk.messages.items():
                if (message.get("msg") or {}).get("message") == TEXTS[Action.MASK]:
                    yield f"{person.name}: {session} {seq}: shows what is masked"


def _blocks(world: World, people: Sequence[Person]) -> Iterator[str]:
    """The block list and the counters agree with the last answer to the person."""
    listed, seen = set(), set()
    for row in world.rows("Session"):
        kind, *uids = row["sessionId"]["S"].split(":")
        if kind == "b":
            listed |= {(uids[0], other) for other in row.get("blocked", {}).get("SS", ())}
    for row in world.rows("Counter"):
        owner, (_, *uids) = row["uid"]["S"], row["sessionId"]["S"].split(":")
        if "blocked" in row:
            seen |= {(owner, other) for other in uids if other != owner}
    if listed != seen:
        yield f"blocked by the lists {sorted(listed)}, by the counters {sorted(seen)}"
    devices = Counter(person.uid for person in people)
    for person in people:
        # Another device may have changed it since.
        for other, is_blocked in person.log.blocks.items() if devices[person.uid] == 1 else ():
            if ((person.uid, other) in listed) is not is_blocked:
                yield f"{person.uid} was told that {other} is blocked: {is_blocked}; listed: {sorted(listed)}"


def _decision(people: Sequence[Person], key: Held, is_placed: bool) -> str | None:
    """The reviewer's decision. Of two simultaneous ones either may win."""
    made = _decisions(people, key)
    return ("release" if is_placed else "drop") if len(made) > 1 else next(iter(made), None)


def _decisions(people: Sequence[Person], key: Held) -> set[str]:
    return {person.decided[key] for person in people if isinstance(person, Reviewer) and key in person.decided}


def _reserved(world: World) -> dict[Held, str]:
    """Whether reservations are held, by sender and msgId."""
    return {(row["uid"]["S"], row["msgId"]["S"]): "held" if "held" in row else "free" for row in world.rows("Sent")}


def _texts(world: World, table: str) -> dict[Held, str]:
    """The stored texts, by sender and msgId."""
    return dict(_text_of(row) for row in world.rows(table) if "payload" in row)


def _text_of(row: Any) -> tuple[Held, str]:
    draft = decode_payload(_bytes(row["payload"]["B"]), SessionId("p:a:b"), Place(Seq(1))).draft
    content = Struct.FromString(draft.content)
    return (draft.sender, draft.msg_id), content["message"] if "message" in content.fields else ""


def _bytes(value: Any) -> bytes:
    """A binary value: moto's rows have base64, the client's have bytes."""
    return value if isinstance(value, bytes) else base64.b64decode(value)
