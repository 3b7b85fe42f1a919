"""What must hold, at rest, of a group's name and announcement, its mutes and its end: the last message decides."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.group_log import GroupLog
from tests.people.group_rights import rights_after
from tests.people.rows import number_in
from tests.support.world import Phone, World


def check_registers(world: World, session: str, log: GroupLog, group: Mapping[str, Any]) -> Iterator[str]:
    """Rows and answers say what the messages say."""
    rights = rights_after(log.said)
    end = log.ended.seq if log.ended else 0
    if number_in(group, "dissolved") != end:
        yield f"{session}: dissolved by {number_in(group, 'dissolved')}, the messages say {end}"
    name = _last([said.name for said in log.said])
    if group.get("name", {"S": ""})["S"] != name:
        yield f"{session}: is named {group.get('name')}, the messages say {name!r}"
    if number_in(group, "mutedUntil") != rights.all_muted:
        yield f"{session}: all are muted until {number_in(group, 'mutedUntil')}, the messages say {rights.all_muted}"
    announced = [row for row in world.rows("Session") if row["sessionId"]["S"] == f"a:{session.removeprefix('g:')}"]
    text = _last([said.announcement for said in log.said])
    if [row.get("text", {"S": ""})["S"] for row in announced] != ([text] if announced or text else []):
        yield f"{session}: announces {announced}, the messages say {text!r}"
    for row in world.rows("Counter"):
        uid = row["uid"]["S"]
        if row["sessionId"]["S"] == session and number_in(row, "mutedUntil") != rights.muted.get(uid, 0):
            yield f"{session}: {uid} is muted until {number_in(row, 'mutedUntil')}, the messages say {rights.muted}"
    for uid in log.stays:
        yield from _told(world, session, uid, {"name": name} if log.is_member(uid) else {}, is_over=end > 0)


def _told(world: World, session: str, uid: str, expected: Mapping[str, Any], *, is_over: bool) -> Iterator[str]:
    """The list of sessions of a new device."""
    page = Phone(world, uid, "auditor", connection="auditor").ok("sessions", limit=100)["sessions"]
    for told in (each["group"] for each in page if each["sessionId"] == session):
        if not expected.items() <= told.items() or bool(told.get("dissolved")) is not is_over:
            yield f"{session}: {uid} is told of {told}, the messages say {expected}, over: {is_over}"


def _last(values: Sequence[str | None]) -> str:
    """The last one that was set."""
    return next((value for value in reversed(values) if value is not None), "")
