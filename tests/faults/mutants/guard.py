"""Moderation, review and block lists with one thing broken on purpose. Each is caught by a scenario or a race."""

from dataclasses import replace
from typing import Any

import pytest

from catchup.domain.ids import Seq
from catchup.domain.message import Draft, Place
from catchup.domain.screening import Action, Verdict
from catchup.errors import Blocked
from catchup.storage.dynamo import Dynamo
from catchup.storage.held_messages import DynamoHeldMessages
from catchup.storage.tables import SessionRow
from catchup.usecases.screening.ports import HeldMessage
from catchup.usecases.screening.review import ReleaseGate, Review
from catchup.usecases.screening.screening import Screening
from catchup.usecases.sending import send
from catchup.usecases.sending.delivering import PrivateDelivery
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Lookup, Sent
from catchup.usecases.sending.send import SendMessage

# -------------------------------------------------------------------------------- screening


def a_message_is_kept_for_review_after_it_is_called_held(patch: pytest.MonkeyPatch) -> None:
    original = Screening._hold

    def hold(self: Screening, *judged: Any) -> None:
        waiting: list[HeldMessage] = []

        class Later:
            def keep(self, held: HeldMessage) -> HeldMessage:
                waiting.append(held)
                return held

        original(replace(self, held=Later()), *judged)  # type: ignore[arg-type]
        for held in waiting:
            self.held.keep(held)

    patch.setattr(Screening, "_hold", hold)


def what_is_refused_is_reserved_first(patch: pytest.MonkeyPatch) -> None:
    original = Screening._done

    def done(self: Screening, verdict: Verdict, content: bytes, draft: Draft, *rest: Any) -> Any:
        if verdict.action is Action.REJECT:
            self.sent_log.reserve(Sent(draft.sender, draft.msg_id, rest[1], Place(Seq(1))))
        return original(self, verdict, content, draft, *rest)

    patch.setattr(Screening, "_done", done)


def edits_are_not_judged(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Screening, "screen_edit", lambda _self, draft, _session: draft)


def a_retry_is_not_judged(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Screening, "screen", lambda _self, draft, *_: draft)


def every_retry_is_judged(patch: pytest.MonkeyPatch) -> None:
    original = Placing.place_again

    def place_again(self: Placing, sent: Any, draft: Any, *rest: Any, **named: Any) -> Any:
        screen = rest[5] if len(rest) > 5 else named["before_placing"]
        return original(self, sent, screen(draft), *rest, **named)

    patch.setattr(Placing, "place_again", place_again)


def what_looks_new_is_new(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Screening, "screen_new", lambda self, *arguments: self.screen(*arguments))


def a_retry_is_masked_for_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Screening, "screen", lambda self, draft, *rest: (self._judged(draft, rest[0]), draft)[1])


# -------------------------------------------------------------------------------- review


def a_release_forgets_before_it_delivers(patch: pytest.MonkeyPatch) -> None:
    original = Review.release

    def release(self: Review, sender: Any, msg_id: Any) -> Any:
        held = self.held.get(sender, msg_id)
        self.held.remove(sender, msg_id)

        class Known:
            def get(self, *_: Any) -> Any:
                return held

            def remove(self, *_: Any) -> None:
                return

        return original(replace(self, held=Known()), sender, msg_id)  # type: ignore[arg-type]

    patch.setattr(Review, "release", release)


def a_release_frees_the_message_before_it_may_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        ReleaseGate,
        "resume",
        lambda self, sent, _digest: self.sent_log.hold(sent, is_held=False) if sent.is_held else sent,
    )


def what_was_released_meanwhile_is_held_again(patch: pytest.MonkeyPatch) -> None:
    original = Screening._hold

    class Nothing:
        def find(self, *_: Any, **__: Any) -> tuple[None, None]:
            return None, None

    patch.setattr(Screening, "_hold", lambda self, *rest: original(replace(self, messages=Nothing()), *rest))


def a_release_is_not_pushed_to_its_sender(patch: pytest.MonkeyPatch) -> None:
    original = PrivateDelivery.look_and_push

    def look_and_push(self: PrivateDelivery, caller: Any, message: Any, own: Any) -> Any:
        return original(self, caller, message, own if caller.device_id else ())

    patch.setattr(PrivateDelivery, "look_and_push", look_and_push)


def a_drop_forgets_that_it_was_held(patch: pytest.MonkeyPatch) -> None:
    original = DynamoHeldMessages.remove

    def remove(self: DynamoHeldMessages, sender: Any, msg_id: Any) -> None:
        original(self, sender, msg_id)
        key = {"uid": {"S": sender}, "msgId": {"S": msg_id}}
        self._dynamo.delete(self._table.replace("HeldTable", "SentTable"), key)

    patch.setattr(DynamoHeldMessages, "remove", remove)


def a_drop_takes_no_heed_of_a_release(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Review, "drop", lambda self, sender, msg_id: self.held.remove(sender, msg_id))


# -------------------------------------------------------------------------------- blocks


def a_block_is_asked_for_after_the_message_is_stored(patch: pytest.MonkeyPatch) -> None:
    original = PrivateDelivery.__call__
    found: list[Lookup] = []

    def allowed(self: SendMessage, draft: Any, lookup: Lookup, attachment: Any) -> None:
        found.append(lookup)

    def deliver(self: PrivateDelivery, caller: Any, message: Any, *rest: Any, **named: Any) -> None:
        original(self, caller, message, *rest, **named)
        if found and not send._is_allowed(found.pop()):
            raise Blocked

    patch.setattr(SendMessage, "_allowed", allowed)
    patch.setattr(PrivateDelivery, "__call__", deliver)


def a_retry_is_refused_whatever_was_accepted(patch: pytest.MonkeyPatch) -> None:
    original = SendMessage._resume

    def resume(self: SendMessage, *arguments: Any) -> Any:
        *_, found, _ = arguments
        if not send._is_allowed(found):
            raise Blocked
        return original(self, *arguments)

    patch.setattr(SendMessage, "_resume", resume)


def a_retry_without_a_place_is_never_refused(patch: pytest.MonkeyPatch) -> None:
    original: Any = SendMessage._resume

    def resume(self: SendMessage, *arguments: Any) -> Any:
        *others, found, attachment = arguments
        return original(self, *others, found._replace(counter=replace(found.counter, blocked=False)), attachment)

    patch.setattr(SendMessage, "_resume", resume)


def whoever_looks_new_is_refused_unseen(patch: pytest.MonkeyPatch) -> None:
    def allowed(self: SendMessage, draft: Any, found: Lookup) -> None:
        if not send._is_allowed(found):
            raise Blocked

    patch.setattr(SendMessage, "_allowed", allowed)


def a_block_is_two_updates(patch: pytest.MonkeyPatch) -> None:
    def one_by_one(self: Dynamo, writes: Any) -> bool:
        always = SessionRow.session_id.exists() | SessionRow.session_id.does_not_exist()
        return all(self.update(w.table, w.key, w.actions, w.condition or always)[0] for w in writes)

    patch.setattr(Dynamo, "update_together", one_by_one)
