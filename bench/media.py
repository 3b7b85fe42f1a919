"""Measures messages with pictures. In DynamoDB they cost what texts cost; calls to the bucket are counted beside."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from bench.backlog import SENT_AT_MS
from bench.rows import Row, row
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.domain.ids import Uid
from tests.support.media import PNG, digest, picture, uploaded

GROUP = "pictured"
# What one message with media asks of the bucket.
OF_A_PICTURE = ["HeadObject", "PutObjectTagging"]
OF_A_FORWARD = ["HeadObject", "PutObject"]
OF_A_FIRST_LOOK = ["HeadObject", "GetObject", "PutObject"]
OF_A_RECALL = ["HeadObject", "DeleteObject", "DeleteObject"]


class Media:
    """The pictures: `writer` shows them to `reader` and to a group of both, forwards one, and recalls one."""

    def __init__(self, stage: Stage, backlog: int, writer: Uid, reader: Uid) -> None:
        self._stage, self._backlog = stage, backlog
        self._uid, self._writer, self._reader = writer, stage.world.online(writer, DEVICE), reader
        self._numbers = count(1)

    def rows(self) -> Iterator[Row]:
        """Each once."""
        self._writer.change("create", GROUP, uids=[self._reader])
        self._stage.world.fans_out_at_once = False
        first, content = self._shown(self._reader)
        yield row("chat, a picture, receiver away", self._backlog, first)
        yield row("chat, a picture, group", self._backlog, self._shown(GROUP)[0])
        source = {"sessionId": first.body["sessionId"], "seq": first.body["seq"]}
        forwarded = self._asks(OF_A_FORWARD, "chat", **self._message(self._reader, content), source=source)
        yield row("chat, a forward of a picture, receiver away", self._backlog, forwarded)
        asked = {"msgId": "asked", "type": "image", "mime": "image/png", "bytes": len(PNG), "sha256": digest(PNG)}
        yield row("upload, a picture", self._backlog, self._asks(["HeadObject"], "upload", **asked))
        yield row("media, first of a picture", self._backlog, self._asks(OF_A_FIRST_LOOK, "media", **source))
        yield row("media, a picture", self._backlog, self._asks(["HeadObject"], "media", **source))
        other, _ = self._shown(self._reader)
        place = {"sessionId": other.body["sessionId"], "seq": other.body["seq"]}
        recalled = self._asks(OF_A_RECALL, "recall", msgId=f"picture-{next(self._numbers)}", **place)
        yield row("recall of a picture, private, receiver away", self._backlog, recalled)
        self._stage.world.queues.take(delayed=True)
        self._stage.world.fans_out_at_once = True

    def _shown(self, to: str) -> tuple[Measured, dict[str, Any]]:
        body = self._message(to, {})
        content = picture(uploaded(self._stage.world.clients.bucket, self._uid, body["msgId"]))
        return self._asks(OF_A_PICTURE, "chat", **{**body, "msg": content}), content

    def _message(self, to: str, content: dict[str, Any]) -> dict[str, Any]:
        kind = 2 if to == GROUP else 1
        msg_id = f"picture-{next(self._numbers)}"
        return {"msgId": msg_id, "chatType": kind, "ackFlg": 1, "to": to, "time": SENT_AT_MS, "msg": content}

    def _asks(self, of_the_bucket: list[str], cmd: str, **body: Any) -> Measured:
        calls = self._stage.world.clients.bucket.calls
        calls.clear()
        measured = self._stage.ask(self._writer, cmd, **body)
        expect(sorted(calls) == sorted(of_the_bucket), f"{cmd} asks {of_the_bucket} of the bucket, it was {calls}")
        return measured
