"""`Uploading`: the methods of `Store` about files of messages. Each that changes something is one transaction."""

from catchup_client.names import MsgId
from catchup_client.protocol.model import Outgoing
from catchup_client.store import outbox, uploads
from catchup_client.store.hiding import Hiding
from catchup_client.store.uploads import FileToSend, PendingUpload


class Uploading(Hiding):
    """Files that are uploaded before their messages are sent."""

    def enqueue_with_file(self, message: Outgoing, file: FileToSend) -> bool:
        """Put a message into the outbox that waits for its file; False if its id is already there."""
        with self._database.transaction() as db:
            if not outbox.insert(db, message):
                return False
            uploads.insert(db, message.msg_id, file)
            return True

    def uploads(self) -> list[PendingUpload]:
        """Return the files that are to be uploaded, in the order of their messages."""
        return uploads.pending(self._database.reading)

    def begin_upload(self, msg_id: MsgId, upload_id: str) -> None:
        """Note an upload in parts that has begun, to go on with it after a restart; "": it must begin again."""
        with self._database.transaction() as db:
            uploads.begin(db, msg_id, upload_id)

    def finish_upload(self, message: Outgoing, key: str, mime: str) -> bool:
        """Let a message be sent, whose file is uploaded; tell whether it is still in the outbox."""
        with self._database.transaction() as db:
            return uploads.finish(db, message, key, mime)
