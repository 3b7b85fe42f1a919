"""All exceptions that this package raises.

    CatchupError
    ├── InvalidInput (also a ValueError)     an argument breaks a rule of the protocol; nothing was sent or stored
    ├── RequestRefused                       the server answered with a code other than OK
    ├── FileUnusable                         a file can't be read or written, or is not what was to be sent
    ├── TransferFailed                       the store of files did not take or give a file
    ├── ProtocolViolation                    the server sent what the protocol doesn't allow
    ├── Transient                            handled inside by trying again; seen only by users of `Connection`
    │   ├── ConnectionLost
    │   └── AnswerTimeout
    ├── Stopped                              the client can't go on: change its address, token or device
    │   ├── TokenRefused                     handshake 401, or the token has expired
    │   ├── AccessForbidden                  handshake 403 by the authorizer
    │   ├── AddressInvalid                   the address is not one of the transport
    │   ├── NotServed                        handshake 403, but not from Catchup: for example at a wrong path
    │   └── DeviceReplaced                   a newer connection of this device took over
    ├── StoreError
    │   ├── StoreForeign                     the file is something else
    │   ├── StoreTooNew                      made by a newer version of this package
    │   ├── StoreLocked                      another process uses it
    │   ├── StoreOfAnother                   it belongs to another uid
    │   └── StoreConflict                    it has another message at this seq: it is of another deployment
    └── ClientClosed                         the client was closed while this call waited

Each exception has fields. Its text is made from them: one line that says what to change.
"""

from catchup_client.protocol.codes import QUOTA_FIELD, Code


class CatchupError(Exception):
    """Base of everything that this package raises on purpose."""


class InvalidInput(CatchupError, ValueError):
    """An argument breaks a rule of the protocol."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.field} {self.rule}"


class RequestRefused(CatchupError):
    """The server answered a request with a code other than OK. `field`, `rule` and `fix` may be empty.

    `retry_after`: over HTTP, for how many seconds the server asks to wait; else 0.
    """

    def __init__(
        self, cmd: str, code: Code, field: str = "", rule: str = "", fix: str = "", retry_after: float = 0.0
    ) -> None:
        super().__init__(cmd, code, field, rule, fix, retry_after)
        self.cmd = cmd
        self.code = code
        self.field = field
        self.rule = rule
        self.fix = fix
        self.retry_after = retry_after

    @property
    def is_quota(self) -> bool:
        """Whether the person has uploaded as much as they may in a day: waiting some seconds does not help."""
        return self.code is Code.RESOURCE_EXHAUSTED and self.field == QUOTA_FIELD

    def __str__(self) -> str:
        what = f"{self.field} {self.rule}".strip()
        parts = [f"{self.cmd} was answered {self.code.name}", what, self.fix]
        return ": ".join(part for part in parts if part)


class FileUnusable(CatchupError):
    """A file can't be read or written, or has changed while it was sent."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"the file {self.path} {self.detail}"


class TransferFailed(CatchupError):
    """The store of files did not take or give a file.

    `status`: of its answer, 0 without one. `code`: S3's name of the error, may be empty.
    """

    def __init__(self, reason: str, status: int = 0, code: str = "") -> None:
        super().__init__(reason, status, code)
        self.reason = reason
        self.status = status
        self.code = code

    @property
    def is_about_the_bytes(self) -> bool:
        """Whether these bytes will never be taken: they are not those of the checksum. 400 also stands for a slow
        network.
        """
        return self.status == 400 and self.code != "RequestTimeout"

    def __str__(self) -> str:
        return f"the store of files: {self.reason}"


class ProtocolViolation(CatchupError):
    """The server sent a frame that docs/protocol.md doesn't allow."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Transient(CatchupError):
    """An error that may pass: try again, perhaps over a new connection."""


class ConnectionLost(Transient):
    """The connection is closed, or could not be opened. `retry_after`: see RequestRefused."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason, retry_after)
        self.reason = reason
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.reason


class AnswerTimeout(Transient):
    """A request had no answer in time."""

    def __init__(self, cmd: str, seconds: float) -> None:
        super().__init__(cmd, seconds)
        self.cmd = cmd
        self.seconds = seconds

    def __str__(self) -> str:
        return f"{self.cmd} had no answer within {self.seconds:g} s"


class Stopped(CatchupError):
    """The client can't go on until its address, token or device is changed."""


class TokenRefused(Stopped):
    """The token isn't accepted (401), or has expired and can't be refreshed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the token was refused ({self.reason}): get a fresh one from whoever issues it"


class AccessForbidden(Stopped):
    """The token is good but can't be used here (403)."""

    def __str__(self) -> str:
        return (
            "the server forbids this token (403): it must name a person (claim `sub`, unless the deployment uses "
            "another) of 1 to 64 printable ASCII characters without space, : and #, and a device (claim `deviceId`, "
            "or named beside the token) of 1 to 64 characters of [A-Za-z0-9_-]"
        )


class AddressInvalid(Stopped):
    """The address is not one of this transport. `scheme`: "ws" or "http"."""

    def __init__(self, url: str, scheme: str = "ws") -> None:
        super().__init__(url, scheme)
        self.url = url
        self.scheme = scheme

    def __str__(self) -> str:
        kind = {"ws": "a WebSocket", "http": "an HTTP"}[self.scheme]
        return (
            f"{self.url!r} is not {kind} address: it must start with {self.scheme}:// or {self.scheme}s://, "
            "and name a host"
        )


class NotServed(Stopped):
    """A server answers at this address, but it is not Catchup."""

    def __init__(self, url: str, answer: str) -> None:
        super().__init__(url, answer)
        self.url = url
        self.answer = answer

    def __str__(self) -> str:
        path = "; the path is the deployment's stage, such as /v1" if self.url.startswith("ws") else ""
        return f"{self.url} is not a Catchup address ({self.answer}): check the host and the path{path}"


class DeviceReplaced(Stopped):
    """The login was answered ABORTED: a newer connection of this device is logged in."""

    def __str__(self) -> str:
        return (
            "a newer connection of this device is logged in: stop the other program, or use a token of another device"
        )


class StoreError(CatchupError):
    """The local database can't be used."""

    def __init__(self, path: str, detail: str = "") -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"the store {self.path} can't be used: {self.detail}"


class StoreForeign(StoreError):
    """The file is not a store of this package."""

    def __str__(self) -> str:
        return f"{self.path} is not a store of catchup_client: name another file"


class StoreTooNew(StoreError):
    """The store was made by a newer version of this package."""

    def __str__(self) -> str:
        return f"the store {self.path} has {self.detail}: upgrade catchup_client, or name another file"


class StoreLocked(StoreError):
    """Another process has the store open."""

    def __str__(self) -> str:
        return f"the store {self.path} is in use by another process: stop that one, or name another file"


class StoreOfAnother(StoreError):
    """The store belongs to another person than the token."""

    def __str__(self) -> str:
        return f"the store {self.path} {self.detail}: name another file"


class StoreConflict(StoreError):
    """The store has another message at the seq of one that the server has sent."""

    def __str__(self) -> str:
        return (
            f"the store {self.path} has another message at {self.detail}: "
            "it was filled from another deployment; name another file"
        )


class ClientClosed(CatchupError):
    """The client was closed while this call waited; what was in the outbox stays there."""

    def __str__(self) -> str:
        return "the client is closed"
