"""The error messages for operators: one line each, which says what to change."""

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from catchup.entrypoint.failures import failure
from catchup.errors import CatchupError, Denied, InvalidRequest, MsgIdReused, Refused, Unreadable

FAILED = 1
USAGE = 2
DRIFT = 3
_BAD_CREDENTIALS = ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidSignatureException")


class AdminError(Exception):
    """An error that the operator has to fix. Its text is one line; `status` is the exit status."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.status = status


def told(error: Exception) -> str:
    """The text of an error of AWS or of the service, in one line."""
    cause = error.__cause__
    if isinstance(error, CatchupError) and isinstance(cause, (BotoCoreError, ClientError)):
        return told(cause)
    match error:
        case NoCredentialsError():
            return "no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case NoRegionError():
            return "no region: set AWS_REGION to the region of the stack"
        case ClientError():
            return _refused(error)
        case InvalidRequest() | Denied() | Refused():
            said = failure(error, "chat").error
            return f"refused: {said.field} {said.rule}; {said.fix}"
        case MsgIdReused():
            return f"{error.msg_id} is now the msgId of another message of this sender"
        case Unreadable():
            return f"the row of {error.msg_id} can't be read; it is kept as it is"
        case CatchupError():
            return f"{type(error).__name__}: try again"
    return str(error)


def _refused(error: ClientError) -> str:
    code, text = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    if "AccessDenied" in code or code in ("UnauthorizedOperation", "ForbiddenException"):
        return f"{error.operation_name} is not permitted: {text}"
    if "Expired" in code or code in _BAD_CREDENTIALS:
        return f"AWS refuses your credentials ({code}): renew them"
    if "NotFound" in code or "NonExistent" in code:
        return f"{error.operation_name}: no such resource in this account and region: {text}"
    return f"{error.operation_name}: {code}: {text}"
