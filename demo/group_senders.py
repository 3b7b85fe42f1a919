"""The group is made, and its members talk while Bob is away."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from catchup_client import Client
from demo.group_plan import BEFORE_BOB, GROUP, GroupPlan
from demo.watch import Watch
from local.aws import client
from local.stack import LocalStack

# Until nothing is queued, or so long.
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.3

Advance = Callable[[int], None]


async def make_group(plan: GroupPlan, stack: LocalStack, advance: Advance) -> None:
    """One `create`, and as many `add` as it takes. Something is said before Bob is in it."""
    async with Client(stack.url, stack.token(plan.owner), ":memory:") as owner:
        await owner.create_group("The demo", plan.founders, group=GROUP)
        await owner.send(f"g:{GROUP}", {"message": BEFORE_BOB})
        members = 1 + len(plan.founders)
        advance(members)
        for uids in plan.additions():
            await owner.add(GROUP, uids)
            members += len(uids)
            advance(members)


async def talk(plan: GroupPlan, stack: LocalStack, advance: Advance) -> None:
    """All speakers at once, each in order; Bob among them with his watch."""
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
    """Bob comes back long after. If the machine is too busy for that, he comes anyway: his client sorts pushes out."""
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
