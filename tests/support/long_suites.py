"""Shared parts of the conftest.py files of the long suites: faults, races and the model."""

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
    """Allows every call, for code that is broken on purpose: a role would stop some of it before it breaks an
    invariant."""
    monkeypatch.setattr(Role, "use", lambda *_: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Selects the tests of a part: all tests of fault points, which select their own share, and some of the others."""
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
    """Runs each test in a separate thread, because its stack is less deep than pytest's.

    Python 3.11 keeps frames in pieces of 16 KB, and asks the kernel for a new piece whenever a call crosses a border. A
    loop at such a border, like the long ones here, spent a tenth of its time on that.
    """
    test = pyfuncitem.obj

    @wraps(test)
    def in_a_thread(*arguments: Any, **named: Any) -> Any:
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(test, *arguments, **named).result()

    pyfuncitem.obj = in_a_thread
