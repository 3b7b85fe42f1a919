"""Kills an invocation of the service at one of its calls to DynamoDB, before the call has an effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.world import World


class Killed(BaseException):
    """The process is gone. No handler catches this."""


@contextmanager
def killed_at(world: World, call: int) -> Iterator[None]:
    """The invocation in the `with` block dies at this call, counted from 1."""
    calls = 0

    def before_send(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise Killed

    events = world.dynamodb.meta.events
    events.register_first("before-send.dynamodb", before_send)
    try:
        yield
    finally:
        events.unregister("before-send.dynamodb", before_send)
