"""A client of Catchup, the offline-message service: nothing lost, nothing doubled, exact unread counts.

    async with Client("wss://…", token, "alice.sqlite") as client:
        sent = await client.send("bob", {"message": "hello"})
        report = await client.catch_up()
        async for event in client.events():
            ...

`Client` is the whole public interface. The types of its arguments, results and errors are exported here. An application
with its own I/O can use `catchup_client.protocol` alone.
"""

# ruff: noqa: E402
from catchup_client import _starting

_starting.prepare_command_line()

from catchup_client.client import Client
from catchup_client.errors import (
    AccessForbidden,
    AddressInvalid,
    CatchupError,
    ClientClosed,
    ConnectionLost,
    DeviceReplaced,
    FileUnusable,
    InvalidInput,
    NotServed,
    ProtocolViolation,
    RequestRefused,
    Stopped,
    StoreConflict,
    StoreError,
    StoreForeign,
    StoreLocked,
    StoreOfAnother,
    StoreTooNew,
    TokenRefused,
    TransferFailed,
)
from catchup_client.events import (
    AskedToJoin,
    Event,
    GroupMoved,
    LoggedIn,
    LoginReport,
    MessageHeld,
    MessageRefused,
    MessageSent,
    MessagesRevised,
    MessagesSaved,
    Offline,
    ReadToChanged,
    ReceiptsChanged,
    Sent,
    SettingsChanged,
    Signalled,
    Source,
    StartedAnew,
    TypingChanged,
    UnreadChanged,
    Uploading,
)
from catchup_client.media_calls import FileFacts
from catchup_client.names import MsgId, Number, Seq, SessionId, Uid, group_session, private_session
from catchup_client.protocol.codes import Code, EndReason
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.groups import Announcement, Description, GroupSummary, JoinRequest, Member, Role
from catchup_client.protocol.media import MediaReply
from catchup_client.protocol.model import Message, Outgoing, Ref
from catchup_client.protocol.ranges import Range
from catchup_client.protocol.reading import ReadPosition
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.protocol.session_settings import FOR_EVER, Position, SessionSettings
from catchup_client.protocol.signals import OnlineStatus
from catchup_client.reports import CatchUpReport, PageReport, Progress, SessionReport
from catchup_client.settings import Settings
from catchup_client.store import Store
from catchup_client.store.outbox import Queued
from catchup_client.store.results import SessionState
from catchup_client.timing import Timing
from catchup_client.token import Token

__all__ = [
    "FOR_EVER",
    "AccessForbidden",
    "AddressInvalid",
    "Announcement",
    "AskedToJoin",
    "CatchUpReport",
    "CatchupError",
    "Client",
    "ClientClosed",
    "Code",
    "ConnectionLost",
    "Description",
    "DeviceReplaced",
    "Encoding",
    "EndReason",
    "Event",
    "FileFacts",
    "FileUnusable",
    "GroupMoved",
    "GroupSummary",
    "InvalidInput",
    "JoinRequest",
    "LoggedIn",
    "LoginReport",
    "MediaReply",
    "Member",
    "Message",
    "MessageHeld",
    "MessageRefused",
    "MessageSent",
    "MessagesRevised",
    "MessagesSaved",
    "MsgId",
    "NotServed",
    "Number",
    "Offline",
    "OnlineStatus",
    "Outgoing",
    "PageReport",
    "Position",
    "Progress",
    "ProtocolViolation",
    "Queued",
    "Range",
    "ReadPosition",
    "ReadToChanged",
    "ReceiptsChanged",
    "ReceiptsChoice",
    "Ref",
    "RequestRefused",
    "Role",
    "Sent",
    "Seq",
    "SessionId",
    "SessionReport",
    "SessionSettings",
    "SessionState",
    "Settings",
    "SettingsChanged",
    "Signalled",
    "Source",
    "StartedAnew",
    "Stopped",
    "Store",
    "StoreConflict",
    "StoreError",
    "StoreForeign",
    "StoreLocked",
    "StoreOfAnother",
    "StoreTooNew",
    "Timing",
    "Token",
    "TokenRefused",
    "TransferFailed",
    "TypingChanged",
    "Uid",
    "UnreadChanged",
    "Uploading",
    "group_session",
    "private_session",
]
