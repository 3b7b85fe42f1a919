"""Judges a message before it is stored or delivered.

    look up ── new? ── judge ─┬─ PASS ─────────▶ reserve, allocate, …
                              ├─ MASK ─────────▶ the same, with asterisks
                              ├─ HOLD ── Held ── Sent (`held`) ──▶ ContentHeld
                              └─ REJECT ───────▶ ContentRejected

Only a message without a place is judged. A placed one has been judged, and others may have seen it. A retry is
identified by the digest of the client's content, so masking does not make it another message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catchup.clock import Clock
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Draft, Place
from catchup.domain.screening import PASSED, Action, Verdict, strongest
from catchup.domain.signal import Signal
from catchup.domain.texts import apart, portions, together
from catchup.errors import ContentHeld, ContentRejected, MsgIdReused
from catchup.metrics import Metric, Telemetry
from catchup.usecases.screening.ports import (
    HeldMessage,
    HeldMessages,
    Judge,
    JudgeOfPictures,
    PictureOf,
    Rewrite,
)
from catchup.usecases.sending.gate import OpenGate
from catchup.usecases.sending.ports import MessageLog, Placer, Sent


@dataclass(eq=False, repr=False, slots=True)
class ScreeningOfChanges(OpenGate):
    """Judges single texts: those in a change of a group, its name and what it announces, and that of a signal."""

    asked: Sequence[Judge]
    rewrite: Rewrite
    telemetry: Telemetry

    def screen_text(self, text: str, field: str, draft: Draft, session: SessionId) -> tuple[str, Draft]:
        """Judges a text. One that would be held is refused, because a group can't wait for its name."""
        masked = self._masked(text, field, draft.sender, session, draft.msg_id)
        if masked == text:
            return text, draft
        return masked, replace(draft, content=self.rewrite(draft.content, lambda _: [masked], (field,)))

    def screen_note(self, note: str, uid: Uid, session: SessionId) -> str:
        """As for a name."""
        return self._masked(note, "note", uid, session)

    def screen_signal(self, signal: Signal) -> Signal:
        """Judges the text of a signal. One that would be held is refused, because a signal is of this moment."""
        return signal._replace(data=self._masked(signal.data, "data", signal.sender, signal.session_id))

    def _masked(self, text: str, field: str, sender: Uid, session: SessionId, msg_id: str = "") -> str:
        verdict = self._noted(self._judge(text, sender, session), sender, session, msg_id)
        if verdict.action >= Action.HOLD:
            raise ContentRejected(field)
        return verdict.masked(text)

    def _judge(self, text: str, sender: Uid, session: SessionId) -> Verdict:
        return strongest(judge(text, sender, session) for judge in self.asked) if text else PASSED

    def _noted(self, verdict: Verdict, sender: Uid, session: SessionId, msg_id: str = "") -> Verdict:
        if verdict.action is not Action.PASS:
            self.telemetry.warning(
                "moderated",
                Metric.MODERATED,
                by=verdict.action.name,
                action=verdict.action.name,
                lists=[{"id": of.source, "version": of.version, "action": of.action.name} for of in verdict.findings],
                msg_id=msg_id,
                sender=sender,
                session=session,
            )
        return verdict


@dataclass(eq=False, repr=False, slots=True)
class Screening(ScreeningOfChanges):
    """Judges messages. `fields`: the members of a message's content to judge; all if empty. `asked_of_pictures`: judges
    of the picture that a message names, which `picture_of` finds; an edit can't change it, so it is judged once."""

    held: HeldMessages
    sent_log: Placer
    messages: MessageLog
    clock: Clock
    picture_of: PictureOf
    asked_of_pictures: Sequence[JudgeOfPictures] = ()
    fields: tuple[str, ...] = ()

    judges = True

    def screen_new(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """Judges a message that looks new. Before it refuses or holds one, it looks it up again; others don't pay for
        that call."""
        verdict, content = self._judged_with_picture(draft, session)
        if verdict.action >= Action.HOLD and self.sent_log.find(draft.sender, draft.msg_id) is not None:
            return draft
        return self._done(verdict, content, draft, session, digest)

    def screen(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """Judges the content and applies the strongest verdict."""
        return self._done(*self._judged_with_picture(draft, session), draft, session, digest)

    def screen_edit(self, draft: Draft, session: SessionId) -> Draft:
        verdict, content = self._judged(draft, session)
        if self._noted(verdict, draft.sender, session, draft.msg_id).action >= Action.HOLD:
            raise ContentRejected
        return replace(draft, content=content)

    def _judged_with_picture(self, draft: Draft, session: SessionId) -> tuple[Verdict, bytes]:
        """A picture is looked at only if its message is not refused for its texts."""
        verdict, content = self._judged(draft, session)
        picture = self.picture_of(draft.content) if self.asked_of_pictures else None
        if picture is None or verdict.action is Action.REJECT:
            return verdict, content
        return strongest(
            [verdict, *(judge(picture, draft.sender, session) for judge in self.asked_of_pictures)]
        ), content

    def _judged(self, draft: Draft, session: SessionId) -> tuple[Verdict, bytes]:
        verdicts: list[Verdict] = []

        def look(texts: Sequence[str]) -> Sequence[str]:
            masked: dict[str, str] = {}
            for portion in portions(texts):
                verdict = self._judge(text := together(portion), draft.sender, session)
                verdicts.append(verdict)
                masked.update(zip(portion, apart(verdict.masked(text)), strict=True))
            return [masked[text] for text in texts]

        content = self.rewrite(draft.content, look, self.fields)
        return strongest(verdicts), content

    def _done(self, verdict: Verdict, content: bytes, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        match self._noted(verdict, draft.sender, session, draft.msg_id).action:
            case Action.REJECT:
                raise ContentRejected
            case Action.HOLD:
                if self._hold(draft, session, digest, verdict):
                    raise ContentHeld(draft.msg_id)
            case Action.MASK:
                return replace(draft, content=content)
        return draft

    def _hold(self, draft: Draft, session: SessionId, digest: bytes, verdict: Verdict) -> bool:
        """Writes Held before Sent. If it fails in between, a retry is judged anew, and the review has every message
        that was answered with HELD. False: the message has been released meanwhile, and is in its place."""
        sources = tuple(f"{finding.source}@{finding.version}" for finding in verdict.findings)
        held = HeldMessage(draft, session, digest, self.clock(), sources)
        there = self.held.keep(held)
        if there.digest != digest:
            raise MsgIdReused(draft.msg_id)
        # No message has seq 0: a release moves the candidate to the end of the session.
        before = self.sent_log.reserve(Sent(draft.sender, draft.msg_id, digest, Place(Seq(0)), is_held=True))
        if before is None:
            return True
        if before.digest != digest:
            raise MsgIdReused(draft.msg_id)
        if before.is_held:
            return True
        if self.messages.find(before, session, None, consistent=True)[0] is None:
            return True
        if there is held:
            # The release had already forgotten it.
            self.held.remove(draft.sender, draft.msg_id)
        return False
