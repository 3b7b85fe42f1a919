"""What is logged when something fails: enough to find the place, nothing that a person wrote."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.world import Context, World

SECRET = "what a person wrote"
CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "msg": {"message": SECRET}}


@pytest.fixture
def logged(world: World) -> Iterator[Callable[[], dict[str, Any]]]:
    """The one line that was logged."""
    logger: Any = world.parts.telemetry.logger
    output = io.StringIO()
    level, streams = logger.log_level, [handler.stream for handler in logger.handlers]
    logger.setLevel("INFO")
    for handler in logger.handlers:
        handler.setStream(output)
    yield lambda: json.loads(output.getvalue())
    logger.setLevel(level)
    for handler, stream in zip(logger.handlers, streams, strict=True):
        handler.setStream(stream)


def test_an_unforeseen_error_is_logged_by_kind_and_place_and_without_its_text(
    world: World, logged: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(**arguments: Any) -> None:
        raise TypeError(f"no serializer for {arguments} and {SECRET}")

    monkeypatch.setattr(world.dynamodb, "put_item", explode)
    assert world.phone("alice").ask("chat", **CHAT)["code"] == "INTERNAL"
    line = logged()
    assert SECRET not in json.dumps(line)
    assert line["cmd"] == "chat"
    assert line["trace"][-1] == "builtins.TypeError"
    assert any("sent_log.py" in place for place in line["trace"])


def test_an_error_of_aws_is_logged_with_its_code(
    world: World, logged: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": SECRET}}, "PutItem")

    monkeypatch.setattr(world.dynamodb, "put_item", refuse)
    assert world.phone("alice").ask("chat", **CHAT)["code"] == "INTERNAL"
    line = logged()
    assert SECRET not in json.dumps(line)
    assert line["trace"][-1].endswith("ClientError AccessDeniedException")


def test_a_job_that_cannot_be_read_is_logged_without_its_text(
    world: World, logged: Callable[[], dict[str, Any]]
) -> None:
    event = {"Records": [{"messageId": "1", "body": json.dumps({"layout": SECRET})}]}
    assert world.handlers["fanout"](event, Context()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    line = logged()
    assert SECRET not in json.dumps(line)
    assert line["message_id"] == "1"
