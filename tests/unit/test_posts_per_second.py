"""What follows from the number of posts that a function makes in a second."""

from importlib.util import find_spec, module_from_spec
from types import ModuleType

import pytest

from catchup.domain import group
from catchup.storage import roster
from catchup.usecases.groups import fan_out


def loaded_anew(name: str) -> ModuleType:
    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("posts_per_second", [group.POSTS_PER_SECOND, 600])
def test_a_page_of_a_roster_is_half_a_second_of_posts(monkeypatch: pytest.MonkeyPatch, posts_per_second: int) -> None:
    monkeypatch.setattr(group, "POSTS_PER_SECOND", posts_per_second)
    assert posts_per_second / 2 == loaded_anew(roster.__name__).ROWS_PER_PAGE


def test_a_job_begins_a_page_only_if_there_is_time_for_all_of_it() -> None:
    assert roster.ROWS_PER_PAGE / group.POSTS_PER_SECOND * 1_000 <= fan_out.PAGE_MS
