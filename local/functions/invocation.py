"""One invocation of a function, and how it can fail."""

import asyncio
import json
import secrets
import time
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from local.json_types import Json
from local.specs import FunctionSpec


class FunctionFailed(Exception):
    """The function gave no answer.

    Attributes:
        error_type: the exception's class name, or Lambda's own ("Runtime.ExitError", "Sandbox.Timedout").
        message: the exception's text.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.message = message


class Invoke(Protocol):
    """Invokes the function with this logical id and waits for its answer. Raises FunctionFailed."""

    async def __call__(self, function: str, event: Mapping[str, Any]) -> Json: ...


class Invocation:
    """An event on its way to a process of its function, and the answer on its way back."""

    def __init__(self, spec: FunctionSpec, event: Mapping[str, Any]) -> None:
        self.request_id = str(uuid.uuid4())
        self.event = json.dumps(event).encode()
        self.answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._spec = spec

    def headers(self) -> dict[str, str]:
        """The headers that go with the event (AWS documentation, "Using the Lambda runtime API")."""
        deadline_ms = int((time.time() + self._spec.timeout_seconds) * 1000)
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._spec.arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0",
        }

    def succeed(self, answer: Json) -> None:
        """Ends the invocation with the handler's return value. Does nothing if it has already ended."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error_type: str, message: str) -> None:
        """Ends the invocation with an error. Does nothing if it has already ended."""
        if not self.answer.done():
            self.answer.set_exception(FunctionFailed(error_type, message))
