"""All rows of a deployment, to be compared: what of them must not change, and what may."""

from collections.abc import Mapping, Sequence
from typing import Any

from catchup.domain.group import is_group
from catchup.domain.ids import SessionId
from catchup.settings import CONNECTION_LIFETIME_MS
from catchup.storage.group_book import ANNOUNCEMENT_PREFIX
from catchup.storage.upload_quota import PREFIX as UPLOADS_PREFIX
from tests.people.person import Person
from tests.people.tables import SETS
from tests.support.world import World

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
TABLES = ("Presence", "Session", "Sent", "Message", "Inbox", "Counter", "Roster", "Held", "Hidden")


def read_rows(world: World) -> Rows:
    """All rows of all tables, comparable: sets in order, and without what a repeated frame may move."""
    return {
        name: sorted((_comparable(name, row) for row in world.rows(name) if not _is_void(name, row)), key=str)
        for name in TABLES
    }


def others(rows: Rows, people: Sequence[Person]) -> Rows:
    """The rows of other people, except sessions between these people and groups. Nothing may change them."""
    uids = {person.uid for person in people}

    def concerns(row: Mapping[str, Any]) -> bool:
        session = row.get("sessionId", {"S": ""})["S"]
        if is_group(SessionId(session)) or session.startswith(ANNOUNCEMENT_PREFIX):
            return True
        if "uid" in row:
            return row["uid"]["S"].removeprefix(UPLOADS_PREFIX) in uids
        return set(row["sessionId"]["S"].split(":")[1:]) <= uids

    return {name: [row for row in table if not concerns(row)] for name, table in rows.items()}


def number_in(row: Mapping[str, Any], name: str) -> int:
    """A number in a row; 0 if it has none."""
    return int(row.get(name, {"N": "0"})["N"])


def numbers_in(row: Mapping[str, Any], name: str) -> set[int]:
    """A set of numbers in a row; empty if it has none."""
    return {int(number) for number in row.get(name, {"NS": ()})["NS"]}


# A `hide` that is repeated when others came after it raises the version once more.
_OF_HIDING = {"hiddenVersion", "hiddenLast"}
# A login may change when a row expires, and whether the next login enters a roster in one step or two. Any frame may
# change its sender's pace, and the head that a group's devices were told: a repeated frame notes it if the first
# attempt died before. A clear tells by its number alone what its device knows of: one that is repeated after a coming
# or going, a recall or an edit, without a message in between, says that this is seen.
_FREE = {
    "Presence": {"ttl", "paceSince", "paceLevel", "paceMarks"},
    "Counter": {"inRoster", "seen", "quietSeen", *_OF_HIDING},
    "Session": {"hintedSeq"},
}


def _comparable(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    names = sorted(row.keys() - _FREE.get(table, set()))
    return {
        name: {kind: sorted(value) if kind in SETS else value for kind, value in row[name].items()} for name in names
    }


def _is_void(table: str, row: Mapping[str, Any]) -> bool:
    """Whether a roster's row means that the device has left: then it expires before its connection would."""
    return table == "Roster" and int(row["ttl"]["N"]) * 1_000 < int(row["since"]["N"]) + CONNECTION_LIFETIME_MS


def difference(before: Sequence[Any], after: Sequence[Any]) -> str:
    """What has gone, and what has come."""
    return f"{[row for row in before if row not in after]} → {[row for row in after if row not in before]}"
