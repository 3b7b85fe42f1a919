"""The review of held messages."""

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.settings import Settings
from catchup.storage.held_messages import DynamoHeldMessages
from catchup.usecases.media.attaching import Unattached
from catchup.usecases.screening.review import ReleaseGate, Review


def build_review(settings: Settings, parts: Parts) -> Review:
    """The review of held messages: for operators, with their own permissions."""
    of = Writing(settings, parts)
    gate, attached = ReleaseGate(of.sent_log), Unattached()
    return Review(
        held=DynamoHeldMessages(of.storage),
        sent_log=of.sent_log,
        messages=of.messages,
        send=of.send(gate, attached),
        send_to_group=of.send_to_group(gate, attached),
    )
