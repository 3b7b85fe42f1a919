"""Keeps moto's tables as values: going back to an earlier state is free, and equal requests reach moto only once.

An engine's answer, and its tables afterwards, depend only on the rows and the request. A suite that repeats one
scenario for every fault makes the same few requests thousands of times.
"""

import hashlib
import json
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.models import dynamodb_backends

from tests.support.engines import REGION

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
SETS = {"NS", "SS"}
DATA = WRITES | {"BatchGetItem", "GetItem", "Query"}

Version = str
"""The digest of what a table holds."""
Versions = Mapping[str, Version]


@dataclass(frozen=True)
class _Outcome:
    status: int
    headers: Mapping[str, str]
    content: bytes
    after: Versions


class Tables:
    """All tables of one deployment. `versions` is their present state; setting it goes back to an earlier one."""

    def __init__(self) -> None:
        self.versions: dict[str, Version] = {}
        self._known: dict[tuple[Any, ...], _Outcome] = {}
        self._loaded: dict[str, Version] = {}
        self._items: dict[Version, bytes] = {}
        self._rows: dict[Version, Sequence[Mapping[str, Any]]] = {}

    def perform(self, request: Any, operation: str, body: bytes) -> AWSResponse:
        """Performs a request and returns the HTTP answer."""
        request.body = body
        request.headers["Content-Length"] = str(len(body))
        if operation not in DATA:
            response = botocore_stubber("", request)
            assert response is not None
            return response
        before = {name: self.version(name) for name in tables_of(json.loads(body))}
        key = (operation, body, *before.items())
        if key not in self._known:
            self._known[key] = self._ask(request, operation, before)
        outcome = self._known[key]
        self.versions.update(outcome.after)
        return AWSResponse(request.url, outcome.status, outcome.headers, Raw(outcome.content))

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows of a table."""
        return self._rows[self.version(name)]

    def _ask(self, request: Any, operation: str, before: Versions) -> _Outcome:
        for name, version in before.items():
            if self._loaded[name] != version:
                _moto(name).items = pickle.loads(self._items[version])  # noqa: S301 - our own
                self._loaded[name] = version
        response = botocore_stubber("", request)
        assert response is not None
        after = {name: self._note(name) for name in before} if operation in WRITES else {}
        return _Outcome(response.status_code, dict(response.headers), response.content, after)

    def version(self, name: str) -> Version:
        """A text that stands for the present rows of a table."""
        if name not in self.versions:
            self.versions[name] = self._note(name)
        return self.versions[name]

    def _note(self, name: str) -> Version:
        table = _moto(name)
        rows = [item.to_json()["Attributes"] for item in table.all_items()]
        text = json.dumps(sorted(map(_canonical, rows)))
        version = hashlib.sha256(f"{name}{text}".encode()).hexdigest()
        if version not in self._items:
            self._items[version] = pickle.dumps(table.items)
            self._rows[version] = rows
        self._loaded[name] = version
        return version


class Remembering:
    """A client for requests without faults, which remembers answers and does not ask again.

    For the same arguments and the same rows its answers equal the real client's.
    """

    def __init__(self, client: Any, tables: Tables) -> None:
        self._client = client
        self._tables = tables
        self._known: dict[tuple[Any, ...], tuple[bytes, Versions]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, name)

    def _call(self, name: str, **arguments: Any) -> Any:
        touched = tables_of(arguments)
        key = (name, pickle.dumps(arguments), *map(self._tables.version, touched))
        if key not in self._known:
            outcome = _outcome(getattr(self._client, name), arguments)
            self._known[key] = (pickle.dumps(outcome), {table: self._tables.version(table) for table in touched})
        answer, after = self._known[key]
        self._tables.versions.update(after)
        returned, error = pickle.loads(answer)  # noqa: S301 - our own
        if error is not None:
            raise ClientError(*error)
        return returned


def _outcome(call: Callable[..., Any], arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    try:
        return call(**arguments), None
    except ClientError as error:
        return None, (error.response, error.operation_name)


class Raw:
    """The body of an HTTP response."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> list[bytes]:
        return [self._content]

    def read(self, _amount: int | None = None) -> bytes:
        """All of it at once, and then no more."""
        content, self._content = self._content, b""
        return content


def tables_of(body: Mapping[str, Any]) -> Sequence[str]:
    """The tables that a request names."""
    if "TransactItems" in body:
        return sorted({write["TableName"] for item in body["TransactItems"] for write in item.values()})
    return [body["TableName"]] if "TableName" in body else sorted(body["RequestItems"])


def _canonical(row: Mapping[str, Any]) -> str:
    plain = {
        name: {kind: sorted(value) if kind in SETS else value for kind, value in typed.items()}
        for name, typed in row.items()
    }
    return json.dumps(plain, sort_keys=True, default=lambda value: value.hex())


def _moto(name: str) -> Any:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[name]
