"""Stages on one moto for each file of tests."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from tests.faults.moderator import NAME
from tests.faults.parts import Part
from tests.faults.runner import Runner
from tests.faults.stage import Stage, stages
from tests.support.roles import Role


@pytest.fixture(scope="module")
def make_stage(environment: None) -> Iterator[Callable[..., Stage]]:
    """Makes a deployment whose every call to AWS can fail."""
    with stages() as make:
        yield make


@pytest.fixture(scope="module")
def one_stage(make_stage: Callable[..., Stage]) -> Stage:
    """The stage of a file's tests."""
    return make_stage()


@pytest.fixture
def stage(one_stage: Stage) -> Stage:
    """A stage on which nothing has happened yet."""
    one_stage.empty()
    return one_stage


@pytest.fixture(scope="module")
def runner(make_stage: Callable[..., Stage]) -> Runner:
    """Runs scenarios with faults."""
    return Runner((make_stage(), make_stage(backwards=True)), Part.of_this_run())


@pytest.fixture
def roles_of_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """For code that is broken on purpose: its role would stop some of it before any invariant is broken."""
    monkeypatch.setattr(Role, "use", lambda *_: None)


@pytest.fixture(scope="module")
def guard_runner(make_stage: Callable[..., Stage]) -> Runner:
    """The same, where texts are judged."""
    return Runner((make_stage(moderator=NAME), make_stage(backwards=True, moderator=NAME)), Part.of_this_run())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A part has the tests of fault points, which take their share of them, and some of the others."""
    part, here = Part.of_this_run(), Path(__file__).parent
    others = [
        item
        for item in items
        if item.path.is_relative_to(here) and "runs_its_part" not in item.keywords and not part.has(item.nodeid)
    ]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Each test has a thread of its own, on whose stack it is not as deep as below all of pytest.

    Python 3.11 keeps frames in pieces of 16 KB, and asks the kernel for another whenever a call crosses into the next
    one: a loop at such a border, as the long ones here were, spent a tenth of its time on that.
    """
    test = pyfuncitem.obj

    @wraps(test)
    def in_a_thread(*arguments: Any, **named: Any) -> Any:
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(test, *arguments, **named).result()

    pyfuncitem.obj = in_a_thread
