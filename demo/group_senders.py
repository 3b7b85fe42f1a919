"""Bob comes into the group, and its members talk while he is away."""

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


async def let_bob_in(plan: GroupPlan, stack: LocalStack) -> int:
    """Something is said before; then the owner adds Bob. Returns the seq of that, where his stay begins."""
    async with Client(stack.url, stack.token(plan.owner), ":memory:") as owner:
        await owner.send(f"g:{GROUP}", {"message": BEFORE_BOB})
        return (await owner.add(GROUP, ["bob"])).seq


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
