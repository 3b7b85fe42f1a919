"""Shows the functions' output to people: logs in words, no metrics, and nothing that the gateway prints already."""

import json
import logging

from local.frames import shown
from local.json_types import JsonObject

# Fields that only machines need, or that the line shows elsewhere.
_LEFT_OUT = {
    *("level", "message", "timestamp", "location", "service", "function", "function_request_id", "cold_start"),
    *("connection_id", "request_id", "xray_trace_id", "message_id", "trace", "sampling_rate"),
}
# The gateway prints refused requests; the runtime prints why an invocation failed, with the error's text.
_TOLD_BESIDE = {"refused", "the invocation failed"}
# The runtime's lines about an exception begin like this. The second is an authorizer's 401, which is printed already.
_RAISED, _UNAUTHORIZED = "[ERROR] ", "[ERROR] Unauthorized"
_OF_A_TRACE = ("Traceback ", " ")
_OF_THE_AUTHORIZER = {"handshake refused", "handshake denied", "request refused"}


class HumanLines(logging.Filter):
    """Puts a record of `local.function` into words, or drops it. Lines that are not JSON stay as they are, without the
    tracebacks of handlers."""

    def __init__(self) -> None:
        super().__init__()
        self._in_trace: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is shown."""
        if not isinstance(record.args, tuple) or len(record.args) != 2 or record.msg != "%s | %s":
            return True
        function, line = str(record.args[0]), str(record.args[1])
        if function in self._in_trace and line.startswith(_OF_A_TRACE):
            return False
        self._in_trace.discard(function)
        if line.startswith(_RAISED):
            self._in_trace.add(function)
            return not line.startswith(_UNAUTHORIZED)
        logged = _object(line)
        if logged is None:
            return bool(line.strip())
        if "_aws" in logged or logged.get("message") in _TOLD_BESIDE:
            return False
        if "level" in logged and "message" in logged:
            record.msg, record.args = "%s", (_words(function, logged),)
        return True


def _object(line: str) -> JsonObject | None:
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _words(function: str, logged: JsonObject) -> str:
    message = shown(str(logged["message"]))
    if message in _OF_THE_AUTHORIZER:
        return f"{message}: {shown(str(logged.get('reason', '')), 200)}"
    about = [f"{name}={shown(_plain(value), 200)}" for name, value in logged.items() if name not in _LEFT_OUT]
    trace = logged.get("trace")
    if isinstance(trace, list) and trace:
        about.append(f"({shown(str(trace[-1]), 200)}; LOG=json shows where)")
    return " ".join([f"{function} | {logged['level']} {message}", *about])


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
