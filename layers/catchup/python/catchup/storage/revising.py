"""The update that gives a stored message another content, in history and in the offline store alike."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.message import Message
from catchup.storage.tables import InboxRow, MessageRow
from catchup.wire.messages import encode_payload


def revising(row: type[MessageRow] | type[InboxRow], revised: Message) -> tuple[list[Action], Condition]:
    """The update, and its condition beside that the row is there. Of several edits the last one in the order of the
    session stays, and nothing brings back what was recalled, whatever order the updates come in."""
    actions: list[Action] = [row.payload.set(encode_payload(revised)), row.revised.set(revised.revised)]
    condition: Condition = row.recalled.does_not_exist()
    if revised.is_recalled:
        actions.append(row.recalled.set(True))
        if row is MessageRow and revised.media_key:
            actions.append(MessageRow.media.set(revised.media_key))
    else:
        condition &= row.revised.does_not_exist() | (row.revised < revised.revised)
    return actions, condition
