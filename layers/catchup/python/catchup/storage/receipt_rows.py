"""The attributes of a person's choice about receipts. They are in the Counter row of the person's notes to themselves,
which is read by its key like any other counter, and with all of them at a login. There may be no notes.

    receipts      whether they have them
    receiptsAt    when the person chose it; a person who never did has neither
"""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.models import Model

from catchup.domain.receipts import NOT_CHOSEN, ReceiptsChoice
from catchup.storage.attributes import IntegerAttribute
from catchup.storage.dynamo import Item


class ReceiptsRow(Model):
    """What a choice writes."""

    uid = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True, attr_name="sessionId")
    receipts = BooleanAttribute()
    receipts_at = IntegerAttribute(attr_name="receiptsAt")


def choice_of_row(item: Item) -> ReceiptsChoice:
    """The choice in a row. Raises ValueError or the like if it can't be read."""
    if "receiptsAt" not in item and "receipts" not in item:
        return NOT_CHOSEN
    is_on = item["receipts"]["BOOL"]
    return ReceiptsChoice(is_on, int(item["receiptsAt"]["N"]))
