"""Settings of sessions, in the Counter table's rows: docs/adr/0037-settings-of-a-session.md."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.group import is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.session_settings import Position, SettingsChange
from catchup.storage.attributes import IntegerAttribute
from catchup.storage.dynamo import Item, WrongType
from catchup.storage.member_book import counter_key
from catchup.storage.reading import Storage
from catchup.storage.session_settings_rows import SessionSettingsRow as Row
from catchup.storage.session_settings_rows import chosen_at, settings_of_row
from catchup.usecases.session_settings.ports import SettingsResult, Settled

_VERSION = Row.version.set((Row.version | 0) + 1)
_CHOSEN_AT = {"muted": Row.silent_at, "pinned": Row.pinned_at, "hidden": Row.hidden_at, "marked": Row.marked_at}


class DynamoSettings:
    """One row per person and session, the one that counts; each change is one conditional update."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._reader = of.dynamo, of.reader("counter")
        self._table = self._reader.table

    def change(self, owner: Uid, session: SessionId, change: SettingsChange, chosen_at_ms: int) -> Settled:
        """SET what is chosen, and settingsVersion + 1, on condition that each of it is a later choice than the one that
        holds. If only some are, one more update makes these."""
        key, choices = counter_key(owner, session), _choices(change)
        try:
            while choices:
                actions: list[Action] = [action for name in choices for action in _actions(name, change, session)]
                actions += [_VERSION, *(_CHOSEN_AT[name].set(chosen_at_ms) for name in choices)]
                condition = _is_there(session, change)
                for name in choices:
                    condition &= _CHOSEN_AT[name].does_not_exist() | (_CHOSEN_AT[name] < chosen_at_ms)
                changed, row = self._dynamo.update(self._table, key, actions, condition, returns="ALL_NEW")
                row = row or {}
                refused = None if changed else _refused(row, session, change)
                if refused is not None:
                    return Settled(refused)
                later = () if changed else _later(row, choices, chosen_at_ms)
                if not later:
                    is_last = chosen_at_ms in (getattr(chosen_at(row), name) for name in _choices(change))
                    return Settled(SettingsResult.SETTLED, settings_of_row(row), is_last)
                choices = later
        except (WrongType, ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            self._reader.report(key, error)
        return Settled(SettingsResult.UNREADABLE)


def _choices(change: SettingsChange) -> Sequence[str]:
    """The names of what the change chooses, as `ChosenAt` has them."""
    chosen = (change.muted_until_ms, change.is_pinned, change.is_hidden, change.is_marked)
    return [name for name, value in zip(_CHOSEN_AT, chosen, strict=True) if value is not None]


def _later(row: Item, choices: Sequence[str], chosen_at_ms: int) -> Sequence[str]:
    """Those of the choices that are later than what the row has. At least one of a failed update is not."""
    there = chosen_at(row)
    later = [name for name in choices if getattr(there, name) < chosen_at_ms]
    if len(later) == len(choices):
        raise ValueError("a condition that failed, and holds")
    return later


def _is_there(session: SessionId, change: SettingsChange) -> Condition:
    """The condition that the session is in the owner's list, and has come to the place that the change names."""
    if is_group(session):
        # The row has no head: a place beyond it hides the group for longer, from nobody else.
        return Row.joined > 0
    is_there: Condition = Row.timestamp > 0
    return is_there & (Row.received >= change.at.number) if change.at and change.at.number else is_there


def _refused(row: Item, session: SessionId, change: SettingsChange) -> SettingsResult | None:
    """Why this row does not fulfil `_is_there`; None: it does."""

    def number(name: str) -> int:
        return int(row[name]["N"]) if name in row else 0

    if is_group(session):
        return None if number("joined") else SettingsResult.NOT_YOURS
    if not number("timestamp"):
        return SettingsResult.UNKNOWN_SESSION
    return SettingsResult.TOO_HIGH if change.at and number("received") < change.at.number else None


def _actions(name: str, change: SettingsChange, session: SessionId) -> Sequence[Action]:
    match name:
        case "muted":
            until = change.muted_until_ms
            return [Row.silent_until.set(until) if until else Row.silent_until.remove()]
        case "pinned":
            return [Row.pinned.set(True) if change.is_pinned else Row.pinned.remove()]
        case "hidden":
            return _place(Row.hidden_seq, Row.hidden_number, change.is_hidden, change.at, session)
        case _:
            return _place(Row.marked_seq, Row.marked_number, change.is_marked, change.at, session)


def _place(
    seq: IntegerAttribute, number: IntegerAttribute, is_set: bool | None, at: Position | None, session: SessionId
) -> Sequence[Action]:
    """Where the session was when it was hidden or marked. If the device does not say so, as far as the row knows."""
    if not is_set:
        return [seq.remove(), number.remove()]
    if at is None:
        return [seq.remove(), number.set((Row.cleared if is_group(session) else Row.received) | 0)]
    return [seq.set(at.seq) if at.seq else seq.remove(), number.set(at.number)]
