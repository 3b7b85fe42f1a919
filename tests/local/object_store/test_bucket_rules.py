"""What a template says of its buckets: who hears of their objects, and what pages of other origins may do."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.buckets import cors_of
from local.deployment import Deployment
from local.errors import LocalStackError
from local.functions.invocation import FunctionFailed
from local.json_types import Json
from local.object_store.created import Created, Reason
from local.object_store.notices import BucketNotices
from local.template import ExpandedTemplate, load_template

TEMPLATE = Path(__file__).parent / "template.yaml"
ACCOUNT, REGION, BUCKET = "123456789012", "eu-central-1", "heard-bucket"


class Listener:
    """Notes what functions are invoked with. `fails`: whether they do."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Mapping[str, Any]]] = []
        self.fails = False

    async def __call__(self, function: str, event: Mapping[str, Any]) -> Json:
        self.heard.append((function, event))
        if self.fails:
            raise FunctionFailed("ValueError", "no")
        return None


@pytest.fixture(scope="module")
def template() -> ExpandedTemplate:
    return load_template(TEMPLATE, {}, Deployment(stack_name="heard"))


@pytest.fixture
def listener() -> Listener:
    return Listener()


async def tell(template: ExpandedTemplate, listener: Listener, *made: Created) -> None:
    notices = BucketNotices(template, ACCOUNT, REGION, listener)
    for each in made:
        notices.tell(each)
    for _ in range(3):
        await asyncio.sleep(0)


def made(key: str = "media/a b+ä", reason: Reason = Reason.FORM, bucket: str = BUCKET) -> Created:
    return Created(bucket, key, 7, '"an-etag"', reason)


async def test_a_function_hears_of_an_object_as_eventbridge_tells_it(
    template: ExpandedTemplate, listener: Listener
) -> None:
    await tell(template, listener, made())
    ((function, event),) = listener.heard
    assert function == "Listener"
    assert {name: event[name] for name in ("version", "detail-type", "source", "account", "region", "resources")} == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "region": REGION,
        "resources": [f"arn:aws:s3:::{BUCKET}"],
    }
    detail = event["detail"]
    assert (detail["bucket"], detail["reason"], detail["requester"]) == ({"name": BUCKET}, "POST Object", ACCOUNT)
    assert {name: detail["object"][name] for name in ("key", "size", "etag")} == {
        "key": "media/a b+ä",
        "size": 7,
        "etag": "an-etag",
    }


async def test_of_two_events_the_later_one_has_the_greater_sequencer(
    template: ExpandedTemplate, listener: Listener
) -> None:
    await tell(template, listener, made(), made(reason=Reason.PARTS))
    first, second = (event["detail"]["object"]["sequencer"] for _, event in listener.heard)
    assert first < second
    assert listener.heard[0][1]["id"] != listener.heard[1][1]["id"]


@pytest.mark.parametrize("other", [made(key="types/x"), made(reason=Reason.PUT), made(bucket="another")])
async def test_a_function_does_not_hear_of_what_its_pattern_leaves_out(
    template: ExpandedTemplate, listener: Listener, other: Created
) -> None:
    await tell(template, listener, other)
    assert listener.heard == []


async def test_a_function_that_fails_is_logged(
    template: ExpandedTemplate, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.fails = True
    with caplog.at_level(logging.ERROR):
        await tell(template, listener, made())
    assert "an event of the bucket failed" in caplog.text


def test_a_pattern_that_would_be_silent_here_is_an_error(tmp_path: Path) -> None:
    text = TEMPLATE.read_text().replace("{prefix: media/}", "{wildcard: media/*}")
    text = text.replace("../mini", str(TEMPLATE.parent.parent / "mini"))
    (tmp_path / "template.yaml").write_text(text)
    unheard = load_template(tmp_path / "template.yaml", {}, Deployment(stack_name="heard"))
    with pytest.raises(LocalStackError, match="wildcard"):
        BucketNotices(unheard, ACCOUNT, REGION, Listener())


def test_other_origins_may_do_what_the_template_says(template: ExpandedTemplate) -> None:
    ours = "http://127.0.0.1:3000"
    (rule,) = cors_of(template, {"Bucket": BUCKET}, [ours])[BUCKET]
    assert rule.allows("https://app.example", "GET", ["range"])
    assert rule.allows(ours, "GET")
    assert not rule.allows("https://app.example", "GET", ["x-other"])
    assert not rule.allows("https://app.example", "PUT")
    assert not rule.allows("https://elsewhere", "GET")
