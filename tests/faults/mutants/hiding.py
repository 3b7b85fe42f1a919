"""Messages are hidden wrongly, or found again."""

from collections.abc import Sequence
from typing import Any

import pytest

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.storage.hiding import DynamoHiding, HiddenRow
from catchup.storage.inbox import DynamoInbox
from tests.faults.mutants.registry import mutant


@mutant("what is hidden waits on", "messages are hidden", DynamoInbox, "remove")
def _(_original: Any, _self: DynamoInbox, *_: Any) -> Sequence[Seq]:
    return ()


@mutant("history does not know what is hidden", "messages are hidden", DynamoHiding, "mark")
def _(_original: Any, _self: DynamoHiding, *_: Any) -> Uid:
    return Uid("alice")


@mutant("a message is hidden from both", "messages are hidden", Message, "seen_by")
def _(_original: Any, self: Message, _reader: Uid) -> Message:
    return self.hidden() if self.hidden_by else self


@mutant("each hide replaces what was hidden before", "messages are hidden", DynamoHiding, "add")
def _(_original: Any, self: DynamoHiding, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> None:
    key = {"uid": {"S": owner}, "key": {"S": f"{session}#{0:016}"}}
    always = HiddenRow.uid.exists() | HiddenRow.uid.does_not_exist()
    self._dynamo.update(self._table, key, [HiddenRow.places.set(set(seqs))], always)


@mutant("no version is raised", "messages are hidden, and another device comes back", DynamoHiding, "raise_version")
def _(_original: Any, _self: DynamoHiding, *_: Any) -> int:
    return 1


def pages_of_groups_show_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DynamoHiding, "among", lambda *_: frozenset())


def hidden_messages_mention(patch: pytest.MonkeyPatch) -> None:
    original = DynamoHiding.raise_version

    def raise_version(self: DynamoHiding, owner: Uid, session: SessionId, seqs: Sequence[Seq], _: Any) -> int:
        return original(self, owner, session, seqs, ())

    patch.setattr(DynamoHiding, "raise_version", raise_version)
