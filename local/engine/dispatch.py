"""Calls moto's services directly, without its web server.

moto's own server puts Flask, a URL map and CORS around each call, which doubles the work of an average call. Here a
request goes directly to the method that `urls.py` of its service names, as with moto's mocks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from moto import backends
from moto.core.base_backend import BackendDict
from moto.core.request import Request
from werkzeug.exceptions import HTTPException

from local.engine.dynamodb import dynamodb_of
from local.engine.sqs import sqs_of

_CREDENTIAL = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_ACCOUNT_HEADER = "x-moto-account-id"
_OURS: Mapping[str, Callable[[str, str], object]] = {"dynamodb": dynamodb_of, "sqs": sqs_of}


@dataclass(frozen=True)
class Answer:
    """The HTTP answer of a service."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Services:
    """The AWS services of one account, all in memory. Like moto, they are not thread-safe."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self._handlers: dict[str, list[tuple[re.Pattern[str], Callable[..., Any]]]] = {}
        # Whose a bucket is, by its name. moto has one such list for all accounts, and a name only once in it.
        self._owners: dict[str, Any] = {}

    def call(self, method: str, url: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answers a signed request. The signature names the service and the region; it is not checked."""
        signed_for = _CREDENTIAL.search(headers.get("Authorization", ""))
        if signed_for is None:
            return _failure(403, "MissingAuthenticationTokenException", "the request is not signed (AWS SigV4)")
        service, region = signed_for["service"], signed_for["region"]
        if service in _OURS:
            _OURS[service](self.account_id, region)  # so that moto finds our class instead of its own
        if service == "s3":
            backends.get_backend("s3").bucket_accounts = self._owners  # type: ignore[attr-defined]
        handler = self._handler(service, f"https://{service}.{region}.amazonaws.com{path}")
        if handler is None:
            return _failure(501, "NotImplementedException", f"the local stack has no {service} at {path}")
        request = Request.from_primitives(method, url, {**headers, _ACCOUNT_HEADER: self.account_id}, body)
        try:
            status, answer_headers, content = handler(request, request.raw_url, request.headers)
        except HTTPException as error:
            status, answer_headers, content = error.code, dict(error.get_headers()), error.get_body()
        except ClientError as error:
            status, answer_headers, content = 400, {}, error.response["Error"]["Message"]
        except NotImplementedError as error:
            return _failure(501, "NotImplementedException", f"moto: {error}")
        raw = content if isinstance(content, bytes) else str(content).encode()
        return Answer(int(status or 500), {name: str(value) for name, value in answer_headers.items()}, raw)

    def forget(self) -> None:
        """Drops everything that this account has stored."""
        for service in self._handlers:
            backend = backends.get_backend(service)  # type: ignore[call-overload]
            if isinstance(backend, BackendDict):
                backend.pop(self.account_id, None)

    def _handler(self, service: str, url: str) -> Callable[..., Any] | None:
        if service not in self._handlers:
            self._handlers[service] = self._urls(service)
        return next((handle for pattern, handle in self._handlers[service] if pattern.match(url)), None)

    def _urls(self, service: str) -> list[tuple[re.Pattern[str], Callable[..., Any]]]:
        if service not in backends.list_of_moto_modules():
            return []
        backend = backends.get_backend(service)  # type: ignore[call-overload]
        of_account = backend[self.account_id]
        # S3 is one for all regions.
        urls = of_account["us-east-1" if "us-east-1" in of_account.regions else "aws"].urls
        return [(re.compile(pattern), handle) for pattern, handle in urls.items()]


def _failure(status: int, kind: str, message: str) -> Answer:
    body = f'{{"__type": "{kind}", "message": "{message}"}}'.encode()
    return Answer(status, {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": kind}, body)
