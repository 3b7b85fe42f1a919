"""An event loop whose clock jumps over waiting, so that tests with half-minute time-outs take milliseconds."""

import asyncio
import functools
import random
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from catchup_client import Timing

P = ParamSpec("P")

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
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
