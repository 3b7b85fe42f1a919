"""What must hold of requests to join groups: members wait for nothing, and nobody is admitted unasked or blocked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.people.group_log import GroupLog
from tests.people.person import Person
from tests.support.world import Phone, World


def check_requests(world: World, session: str, log: GroupLog, people: Sequence[Person]) -> Iterator[str]:
    """At rest, in one group."""
    rows = {row["uid"]["S"]: row for row in world.rows("Counter") if row["sessionId"]["S"] == session}
    waiting = {uid for uid, row in rows.items() if "asked" in row}
    for uid, row in rows.items():
        yield from _row(session, uid, row)
    yield from _answered(session, log, people, waiting)
    yield from _approved(session, log, people)
    owner = next((uid for uid, row in rows.items() if "groupId" in row and _manages(row)), None)
    if log.ended is None and owner is not None:
        listed = Phone(world, owner, "auditor", connection="auditor").ok(
            "requests", groupId=session.removeprefix("g:"), limit=100
        )["requests"]
        if {each["uid"] for each in listed} != waiting:
            yield f"{session}: {owner} is told that {listed} wait, it is {sorted(waiting)}"


def _row(session: str, uid: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The lists that this row is in are those of what it says."""
    expected = None
    if "groupId" in row and _manages(row):
        expected = f"manages:{session.removeprefix('g:')}"
    elif "asked" in row:
        expected = f"asks:{session.removeprefix('g:')}"
    if row.get("listed", {"S": None})["S"] != expected:
        yield f"{session}: {uid} is listed in {row.get('listed')}, not in {expected}"
    if "groupId" in row and ("asked" in row or "note" in row):
        yield f"{session}: {uid} is a member, and asks to be one"


def _manages(row: Mapping[str, Any]) -> bool:
    return int(row.get("role", {"N": "0"})["N"]) > 0


def _answered(session: str, log: GroupLog, people: Sequence[Person], waiting: set[str]) -> Iterator[str]:
    """Who was told that they ask does so, until somebody decides; and nobody else does."""
    decided = set().union(*(person.log.decided for person in people))
    for uid in {person.uid for person in people} - log.stays.keys() - decided:
        told = {person.log.asks.get(session, False) for person in people if person.uid == uid}
        if uid in waiting and told == {False}:
            yield f"{session}: {uid} waits, and has never asked, or was told that they don't"
        if told == {True} and uid not in waiting:
            yield f"{session}: {uid} was told that they ask; only {sorted(waiting)} wait"


def _approved(session: str, log: GroupLog, people: Sequence[Person]) -> Iterator[str]:
    """Nobody was approved whom the approver or the owner had blocked, or who had not asked."""
    asked = {person.uid for person in people if session in person.log.asks}
    for person in people:
        for said in log.said:
            if said.sender != person.uid or said.msg_id not in person.log.approvals:
                continue
            if said.msg_id in person.log.unwanted:
                yield f"{session}: {said.msg_id} admits {said.about}, and one of them is blocked"
            # A second approval names members.
            admitted = {uid for uid in said.about if any(stay.joined == said.seq for stay in log.stays[uid])}
            if admitted - asked:
                yield f"{session}: {said.msg_id} admits {sorted(admitted - asked)}, who have never asked"
