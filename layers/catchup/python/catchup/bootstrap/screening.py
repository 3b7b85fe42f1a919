"""The review of held messages."""

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.settings import Settings
from catchup.storage.held_messages import DynamoHeldMessages
from catchup.usecases.screening.review import ReleaseGate, Review


def build_review(settings: Settings, parts: Parts) -> Review:
    """The review of held messages: for operators, with their own permissions."""
    of = Writing(settings, parts)
    gate = ReleaseGate(of.sent_log)
    return Review(DynamoHeldMessages(of.storage), of.sent_log, of.messages, of.send(gate), of.send_to_group(gate))
