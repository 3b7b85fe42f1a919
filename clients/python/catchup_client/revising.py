"""The calls that revise messages; `Client` inherits them."""

import uuid
from collections.abc import Sequence

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.events import Sent
from catchup_client.names import NAME_RULE, MsgId, Seq, SessionId, Uid, is_group, is_name
from catchup_client.protocol.model import ChatAck, Content, Message, Ref
from catchup_client.protocol.outgoing import compose
from catchup_client.protocol.revising import EDIT, RECALL, Edit, Recall


class RevisingCalls:
    """Recalls and edits. Each is sent after the messages of its session that are in the outbox, and again, with the
    same `msgId`, until the server has answered, also over new connections. It is not kept over a restart of the
    process: repeat the call with its `msg_id`.

    All raise InvalidInput before anything is sent, and RequestRefused if the server refuses.
    """

    _engine: Engine

    async def recall(self, session_id: str, seq: int, *, msg_id: str | None = None) -> Sent:
        """Take back a message of this account, within the time that the deployment allows; in a group its owner and
        admins take back any message. Its content is removed everywhere, and it counts for nobody any more.
        """
        return await self._engine.or_stop(self._revise(Recall(_msg_id(msg_id), SessionId(session_id), Seq(seq))))

    async def edit(
        self,
        session_id: str,
        seq: int,
        msg: Content,
        *,
        at: Sequence[str] = (),
        at_all: bool = False,
        msg_id: str | None = None,
    ) -> Sent:
        """Replace the content of a message of this account. `at`, `at_all`: groups: who of those that it mentioned is
        still mentioned.
        """
        made, me = _msg_id(msg_id), self._engine.store.owner or Uid("")
        compose(me, _to(session_id, me), msg, wants_ack=True, msg_id=made, time_ms=0, at=at, at_all=at_all)
        request = Edit(made, SessionId(session_id), Seq(seq), msg, tuple(map(Uid, at)), at_all)
        return await self._engine.or_stop(self._revise(request))

    async def _revise(self, request: Recall | Edit) -> Sent:
        async with self._engine.outbox.turn(request.session_id):
            reply = await self._engine.link.request(request)
            return self._engine.arrivals.take_notice(reply.body, self._notice(request, reply.body))

    def _notice(self, request: Recall | Edit, ack: ChatAck) -> Message | None:
        """Return the notice as others get it; None if the message is not saved here, so that its number is unknown."""
        target = self._engine.store.message(request.session_id, request.seq)
        if target is None:
            return None
        is_edit = isinstance(request, Edit)
        return Message(
            session_id=request.session_id,
            seq=ack.seq,
            msg_id=request.msg_id,
            sender=self._engine.store.owner or Uid(""),
            recipient=target.recipient,
            content=(request.content if ack.content is None else ack.content) if isinstance(request, Edit) else {},
            chat_type=target.chat_type,
            wants_ack=False,
            server_time_ms=ack.time_ms,
            number=ack.number,
            quiet=True,
            at=request.at if isinstance(request, Edit) else (),
            at_all=isinstance(request, Edit) and request.at_all,
            kind=EDIT if is_edit else RECALL,
            ref=Ref(target.seq, target.number, target.sender),
        )


def _to(session_id: str, me: Uid) -> str:
    """Return the `to` of a message to this session."""
    if is_group(session_id):
        return session_id
    people = session_id.removeprefix("p:").split(":")
    return next((uid for uid in people if uid != me), me)


def _msg_id(given: str | None) -> MsgId:
    msg_id = str(uuid.uuid4()) if given is None else given
    if not is_name(msg_id):
        raise InvalidInput("msg_id", f"must match {NAME_RULE}")
    return MsgId(msg_id)
