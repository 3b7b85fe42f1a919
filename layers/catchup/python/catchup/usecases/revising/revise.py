"""Recalls or edits a message, of a person or of a group."""

from dataclasses import dataclass

from catchup.domain.group import is_group
from catchup.domain.message import Message
from catchup.domain.presence import Caller
from catchup.usecases.revising.in_group import ReviseInGroup
from catchup.usecases.revising.private import RevisePrivate
from catchup.usecases.revising.request import RevisionRequest


@dataclass(eq=False, repr=False, slots=True)
class Revise:
    """Recalls or edits one message. `__call__` returns the notice, in its place, once all is durable."""

    private: RevisePrivate
    in_group: ReviseInGroup

    def __call__(self, caller: Caller, asked: RevisionRequest) -> Message:
        """Raises what the one or the other raises."""
        return (self.in_group if is_group(asked.session_id) else self.private)(caller, asked)
