"""The attributes that a row of the Counter table has of a session's settings, in a private session and in a group.

    muted       silentUntil               silentAt    a mute of a session is not that of a group's member: "silent"
    pinned      pinned                    pinnedAt
    hidden      hiddenSeq, hiddenNumber   hiddenAt
    marked      markedSeq, markedNumber   markedAt    as unread
                settingsVersion

The last column says when the person chose it. A row whose owner never set anything has none of these, so that a login
reads no more for it than before.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.models import Model

from catchup.domain.ids import Seq
from catchup.domain.session_settings import NO_SETTINGS, Position, SessionSettings
from catchup.storage.attributes import IntegerAttribute
from catchup.storage.dynamo import Item


class SessionSettingsRow(Model):
    """What a change of settings writes, and what its conditions read."""

    uid = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True, attr_name="sessionId")
    # Of the row itself: whether it is of a session in the person's list, and how far it has come.
    timestamp = IntegerAttribute(null=True)
    joined = IntegerAttribute(null=True)
    received = IntegerAttribute(null=True)
    cleared = IntegerAttribute(null=True)

    silent_until = IntegerAttribute(null=True, attr_name="silentUntil")
    silent_at = IntegerAttribute(null=True, attr_name="silentAt")
    pinned = BooleanAttribute(null=True)
    pinned_at = IntegerAttribute(null=True, attr_name="pinnedAt")
    hidden_seq = IntegerAttribute(null=True, attr_name="hiddenSeq")
    hidden_number = IntegerAttribute(null=True, attr_name="hiddenNumber")
    hidden_at = IntegerAttribute(null=True, attr_name="hiddenAt")
    marked_seq = IntegerAttribute(null=True, attr_name="markedSeq")
    marked_number = IntegerAttribute(null=True, attr_name="markedNumber")
    marked_at = IntegerAttribute(null=True, attr_name="markedAt")
    version = IntegerAttribute(null=True, attr_name="settingsVersion")


class ChosenAt(NamedTuple):
    """When the person chose each of the settings, 0: never."""

    muted: int = 0
    pinned: int = 0
    hidden: int = 0
    marked: int = 0


def settings_of_row(item: Item) -> SessionSettings:
    """The settings in a row. Raises ValueError or the like if they can't be read."""
    if "settingsVersion" not in item:
        return NO_SETTINGS
    row = SessionSettingsRow.from_raw_data(dict(item))
    chosen = chosen_at(item)
    return SessionSettings(
        muted_until_ms=row.silent_until or 0,
        pinned_at_ms=chosen.pinned if row.pinned else 0,
        hidden_at=_position(row.hidden_seq, row.hidden_number),
        marked_at=_position(row.marked_seq, row.marked_number),
        changed_at_ms=max(chosen),
        version=row.version,
    )


def chosen_at(item: Mapping[str, Any]) -> ChosenAt:
    """When each of the settings in this row was chosen. Raises ValueError or the like if it can't be read."""
    names = ("silentAt", "pinnedAt", "hiddenAt", "markedAt")
    return ChosenAt(*(int(item[name]["N"]) if name in item else 0 for name in names))


def _position(seq: int | None, number: int | None) -> Position | None:
    return None if number is None else Position(Seq(seq or 0), number)
