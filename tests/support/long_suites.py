"""For each conftest.py of the suites that take long: faults, races and the model."""

from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from tests.support.parts import Part
from tests.support.roles import Role

TESTS = Path(__file__).parents[1]
SUITES = {"faults", "races", "model"}


@pytest.fixture
def roles_of_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """For code that is broken on purpose: its role would stop some of it before any invariant is broken."""
    monkeypatch.setattr(Role, "use", lambda *_: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A part has the tests of fault points, which take their share of them, and some of the others."""
    part = Part.of_this_run()
    others = [
        item
        for item in items
        if item.path.relative_to(TESTS).parts[0] in SUITES
        and "runs_its_part" not in item.keywords
        and not part.has(item.nodeid)
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
