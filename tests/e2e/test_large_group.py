"""A group of 1,500 on the engine of `make run`."""

import asyncio
from typing import Any

import pytest

from bench.backlog import peer
from bench.group.builder import BuiltGroup, GroupBuilder
from catchup.clock import system_clock
from demo.seeding import settings_of
from local.aws import client
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import Library

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBERS = 1_500
MESSAGES = 5
PATIENCE_SECONDS = 120


async def test_messages_to_a_group_of_1500_reach_who_is_online_and_no_fan_out_runs_out_of_time(
    library: Library,
) -> None:
    """Its roster does not count yet: for each message the presence of every member is read."""
    now_ms = system_clock()
    group = BuiltGroup(1, MEMBERS, roster_since_ms=now_ms, at_ms=now_ms)
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        dynamodb: Any = client("dynamodb", stack.engine.dynamodb)
        await asyncio.to_thread(GroupBuilder(dynamodb, settings_of(stack), system_clock).write_group, group)
        async with (
            library.device(stack.url, stack.token(peer(0))) as owner,
            library.device(stack.url, stack.token(peer(1))) as reader,
        ):
            await reader.logged_in()
            for number in range(MESSAGES):
                await owner.send(group.session, {"message": f"number {number}"})
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(await reader.messages(group.session)) < MESSAGES:
                    await asyncio.sleep(0.1)
        sqs = client("sqs", stack.engine.services)
        for name, url in stack.queues.items():
            if "Dead" in name:
                found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
                assert found["Attributes"]["ApproximateNumberOfMessages"] == "0"
