"""Fills a database with the start of a vector (conformance/README.md)."""

import sqlite3

from catchup_client import Store, Uid
from catchup_client.names import MsgId, Number, Seq, SessionId, group_session, is_group, private_session
from catchup_client.protocol import json_answers
from catchup_client.protocol.codes import Code
from catchup_client.protocol.counting import NONE_UNLISTED, Count
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.groups import OwnBelow
from catchup_client.protocol.json_settings import settings_in
from catchup_client.protocol.model import GROUP, PRIVATE, Outgoing
from catchup_client.protocol.ranges import Range
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.store import anew, mentions, messages, outbox, receipts, session_settings, sessions
from catchup_client.store.sessions import SessionRow
from tests.conformance import short_forms
from tests.conformance.short_forms import EPOCH_MS, Json

STATES = {"waiting": None, "held": Code.HELD, "refused": Code.REJECTED}


def fill(store: Store, me: Uid, start: Json) -> None:
    """Fill an empty store."""
    store.claim(me)
    with store._database.transaction() as db:
        if epoch := start.get("epoch", "e1"):
            anew.put_epoch(db, epoch)
        if chosen := start.get("receipts"):
            off_for_all = chosen.get("offForAll", False)
            receipts.put(db, ReceiptsChoice(chosen.get("on", True), chosen.get("changedAt", 0), off_for_all))
        for session_id, given in start.get("sessions", {}).items():
            _put_session(db, SessionId(session_id), me, given)
        for given in start.get("outbox", ()):
            _put_outgoing(db, me, given)


def _put_session(db: sqlite3.Connection, session_id: SessionId, me: Uid, given: Json) -> None:
    held = short_forms.messages(given.get("held", ()), session_id)
    read: Json = given.get("read", {})
    told: Json = given.get("told", read)
    read_to: Json = given.get("readTo", {})
    known, below = Number(given.get("known", 0)), given.get("ownBelow")
    added = tuple(Range(low, high) for low, high in given.get("added", ()))
    sessions.put(
        db,
        SessionRow(
            session_id,
            Count(known, added, OwnBelow(Number(below["to"]), below["count"]) if below else NONE_UNLISTED),
            joined=Seq(given.get("joined", 0)),
            cleared=Number(given.get("confirmed", known)),
            last_seq=Seq(given.get("lastSeq", max([0, *(one["seq"] for one in held)]))),
            read_seq=Seq(read.get("seq", 0)),
            read_number=Number(read.get("received", 0)),
            told_seq=Seq(told.get("seq", 0)),
            told_number=Number(told.get("received", 0)),
            read_to_seq=Seq(read_to.get("seq", 0)),
            read_to_number=Number(read_to.get("received", 0)),
            floor_seq=Seq(given.get("floor", 0)),
            inexact=bool(below),
            announced=int(not given.get("caughtUp", True)),
        ),
    )
    for one in held:
        message = json_answers._message(Fields(one, "held"))
        mentions_me = message.sender != me and message.mentions(me)
        messages.insert(db, message, to_ack=message.seq in given.get("toAck", ()), mentions_me=mentions_me)
    mentions.add(db, session_id, map(Seq, given.get("mentions", ())))
    session_settings.put_newer(db, session_id, settings_in(Fields(short_forms.with_settings(given), "start")))


def _put_outgoing(db: sqlite3.Connection, me: Uid, given: Json) -> None:
    to, msg_id = given["to"], MsgId(given["msgId"])
    message = Outgoing(
        msg_id=msg_id,
        session_id=group_session(to) if is_group(to) else private_session(me, Uid(to)),
        recipient=to.removeprefix("g:"),
        content=given.get("msg", {"message": msg_id}),
        wants_ack=not is_group(to),
        time_ms=EPOCH_MS,
        chat_type=GROUP if is_group(to) else PRIVATE,
    )
    outbox.insert(db, message)
    if code := STATES[given.get("state", "waiting")]:
        outbox.refuse(db, msg_id, code, "")
