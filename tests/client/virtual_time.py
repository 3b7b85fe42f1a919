"""An event loop whose clock jumps over waiting, so that tests with half-minute time-outs take milliseconds."""

import asyncio
import functools
import gc
import random
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from catchup_client import Timing

P = ParamSpec("P")
T = TypeVar("T")

EPOCH_MS = 1_554_964_793_813


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting for a timer, moves the clock to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("the test waits for something that will never come")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop that starts at second 0 and never really waits."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(main: Coroutine[Any, Any, T], expected: type[BaseException] | tuple[()] = ()) -> T:
    """Run on the virtual clock; an error in a callback, such as an assertion of the fake server, is raised, too."""
    errors: list[BaseException] = []
    working: list[asyncio.Task[T]] = []

    def take_down(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, expected):
            errors.append(error or RuntimeError(context["message"]))
            working[0].cancel()  # it might wait for ever for what the callback should have done

    async def supervised() -> T:
        asyncio.get_running_loop().set_exception_handler(take_down)
        working.append(asyncio.ensure_future(main))
        return await working[0]

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        try:
            result = runner.run(supervised())
        except asyncio.CancelledError:
            if not errors:
                raise
    gc.collect(0)  # an exception that nobody retrieved is reported when its task is collected
    if errors:
        raise errors[0]
    return result


def timing(seed: int = 0) -> Timing:
    """Return a Timing on the virtual clock, with repeatable chance."""

    def loop_time() -> float:
        return asyncio.get_running_loop().time()

    return Timing(
        monotonic=loop_time,
        now_ms=lambda: EPOCH_MS + int(loop_time() * 1000),
        random=random.Random(seed).random,
    )


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a synchronous test of an asynchronous one, which runs on the virtual clock."""

    @functools.wraps(test)
    def synchronous(*args: P.args, **kwargs: P.kwargs) -> None:
        run(test(*args, **kwargs))

    return synchronous
