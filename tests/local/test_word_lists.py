"""A file of word lists on the local stack: put into S3, and put again when it changes."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets
from botocore.exceptions import ClientError

from local.aws import client
from local.engine.moto import MotoServer
from local.errors import LocalStackError
from local.options import ROOT, Options
from local.stack import LocalStack
from local.word_lists import WordListFile, fault_of, word_list_parameters

EXAMPLE = ROOT / "local/word-lists.example.json"
PLACE = word_list_parameters("mini", "123456789012")


def document(**words: list[str]) -> str:
    """Lists of these words, by their action."""
    lists = [{"id": f"list-{name}", "version": "7", "action": name, "words": given} for name, given in words.items()]
    return json.dumps({"lists": lists})


@pytest.fixture
def s3() -> Iterator[Any]:
    """The client of a running server."""
    with MotoServer() as server:
        yield client("s3", server.endpoint)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "lists.json"
    path.write_text(document(REJECT=["bomb"]))
    return path


@pytest.fixture
def file(path: Path, s3: Any) -> WordListFile:
    """The same, in S3."""
    file = WordListFile(path, s3, PLACE, ())
    file.begin()
    return file


def stored(s3: Any) -> str:
    """What the functions would read."""
    text: str = s3.get_object(Bucket=PLACE["WordListBucket"], Key=PLACE["WordListKey"])["Body"].read().decode()
    return text


def test_s3_answers_as_the_functions_expect_it(s3: Any, file: WordListFile) -> None:
    """304 for what has not changed, 404 for what is not there."""
    place = {"Bucket": PLACE["WordListBucket"], "Key": PLACE["WordListKey"]}
    etag = s3.get_object(**place)["ETag"]
    for asked, status in (({**place, "IfNoneMatch": etag}, 304), ({**place, "Key": "none"}, 404)):
        with pytest.raises(ClientError) as error:
            s3.get_object(**asked)
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_change_is_put_once(s3: Any, file: WordListFile, path: Path) -> None:
    """And nothing is put while there is none."""
    assert stored(s3) == path.read_text()
    path.write_text(document(REJECT=["hello"]))
    file.look()
    assert stored(s3) == path.read_text()
    s3.delete_object(Bucket=PLACE["WordListBucket"], Key=PLACE["WordListKey"])
    file.look()
    with pytest.raises(ClientError):
        stored(s3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"lists": [\n{"id": }]}', "not JSON: Expecting value: line 2 column 8"),
        (document(MASKED=["bomb"]), r"lists\[0\].action must be one of"),
        (document(MASK=["* *"]), "word 0 of list 'list-MASK' has no letter or number"),
        ('{"lists": "%s"}' % ("x" * 4_000_000), "at most 4000000 bytes"),
    ],
    ids=["syntax", "action", "word", "size"],
)
def test_a_mistake_is_told_where_it_is_made_and_left_to_the_functions(
    s3: Any, file: WordListFile, path: Path, caplog: pytest.LogCaptureFixture, text: str, says: str
) -> None:
    """At the start it ends everything; later the service shows what it makes of it."""
    path.write_text(text)
    file.look()
    assert stored(s3) == text
    assert caplog.records[-1].levelno == logging.WARNING
    with pytest.raises(LocalStackError, match=rf"^WORD_LISTS=.*lists.json: {says}"):
        WordListFile(path, s3, PLACE, ()).begin()
    assert says.split(":")[0].replace("\\", "") in caplog.text


def test_a_file_that_is_gone_for_a_moment_changes_nothing(
    s3: Any, file: WordListFile, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Editors do that."""
    before = stored(s3)
    path.unlink()
    for _ in range(3):
        file.look()
    assert caplog.text.count("No such file or directory; the previous lists stay in use") == 1
    assert stored(s3) == before
    path.write_text(document(MASK=["damn"]))
    file.look()
    assert stored(s3) == path.read_text()


def test_the_example_can_be_used() -> None:
    """All three actions."""
    assert fault_of(EXAMPLE.read_bytes()) == ""
    assert [each["action"] for each in json.loads(EXAMPLE.read_text())["lists"]] == ["MASK", "HOLD", "REJECT"]


async def test_a_change_of_the_file_reaches_the_service_without_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Catchup's own handlers, with what docs/moderation.md shows."""
    caplog.set_level(logging.INFO, logger="local.function")  # shown if it fails
    path = tmp_path / "lists.json"
    path.write_text(EXAMPLE.read_text())
    options = Options(port=0, word_lists=str(path), parameter_overrides="WordListSeconds=1")
    async with LocalStack(options) as stack:
        headers = {"Authorization": f"Bearer {stack.token('alice')}"}
        async with websockets.connect(stack.url, additional_headers=headers, proxy=None) as socket:

            async def say(text: str, msg_id: str) -> Any:
                body = {"msgId": msg_id, "chatType": 1, "ackFlg": 1, "to": "bob", "msg": {"message": text}}
                await socket.send(json.dumps({"cmd": "chat", "body": body}))
                async with asyncio.timeout(30):
                    return json.loads(await socket.recv())

            assert (await say("well, d.a.m.n", "m1"))["body"]["msg"] == {"message": "well, *.*.*.*"}
            assert (await say("to the casino", "m2"))["code"] == "HELD"
            assert (await say("a bomb", "m3"))["code"] == "REJECTED"
            path.write_text(document(REJECT=["hello"]))
            async with asyncio.timeout(30):
                number = 4
                while (await say("hello", f"m{number}"))["code"] != "REJECTED":
                    await asyncio.sleep(0.2)
                    number += 1
            assert (await say("a bomb", "last"))["code"] == "OK"
