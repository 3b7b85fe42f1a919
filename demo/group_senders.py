"""Adds Bob to the group, and lets its members write while he is away."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from catchup_client import Client
from demo.group_plan import BEFORE_BOB, GROUP, GroupPlan
from demo.watch import Watch
from local.aws import client
from local.stack import LocalStack

# How long to wait at most until the queues are empty.
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.3

Advance = Callable[[int], None]


async def let_bob_in(plan: GroupPlan, stack: LocalStack) -> int:
    """Sends a first message, then adds Bob. Returns the seq of the change that adds him, where his stay begins."""
    async with Client(stack.url, stack.token(plan.owner), ":memory:") as owner:
        await owner.send(f"g:{GROUP}", {"message": BEFORE_BOB})
        return (await owner.add(GROUP, ["bob"])).seq


async def talk(plan: GroupPlan, stack: LocalStack, advance: Advance) -> None:
    """Lets all speakers write at once, each in order. Bob is one of them, with his watch."""
    sent = 0

    def one_more() -> None:
        nonlocal sent
        sent += 1
        advance(sent)

    async def speak(speaker: str, phone: Client) -> None:
        for text in plan.texts(speaker):
            await phone.send(f"g:{GROUP}", {"message": text})
            one_more()

    async def from_the_watch(watch: Watch) -> None:
        for text in plan.texts("bob"):
            await watch.say(GROUP, text)
            one_more()

    async with AsyncExitStack() as open_ones, asyncio.TaskGroup() as talking:
        watch = await open_ones.enter_async_context(Watch(stack.url, stack.token("bob", "watch")))
        talking.create_task(from_the_watch(watch))
        for speaker in plan.speakers:
            phone = await open_ones.enter_async_context(Client(stack.url, stack.token(speaker), ":memory:"))
            talking.create_task(speak(speaker, phone))


async def until_all_is_pushed(stack: LocalStack) -> None:
    """Waits until all pushes are out, since Bob comes back much later. If the machine is too busy, the demo goes on,
    because his client copes with late pushes."""
    sqs = client("sqs", stack.engine.services, stack.options.region)

    def waiting() -> int:
        found = [
            sqs.get_queue_attributes(
                QueueUrl=url,
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                    "ApproximateNumberOfMessagesDelayed",
                ],
            )["Attributes"]
            for name, url in stack.queues.items()
            if "Dead" not in name
        ]
        return sum(int(number) for each in found for number in each.values())

    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await asyncio.to_thread(waiting):
                await asyncio.sleep(LOOK_SECONDS)
