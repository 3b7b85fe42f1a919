"""Tasks that run side by side."""

import threading

import pytest

from catchup.concurrency import MAX_PARALLEL_CALLS, Threads


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert Threads().run(*(lambda n=n: n for n in range(60))) == list(range(60))


def test_no_tasks_have_no_results() -> None:
    assert Threads().run() == []


def test_tasks_run_at_the_same_time() -> None:
    barrier = threading.Barrier(MAX_PARALLEL_CALLS, timeout=5)
    Threads().run(*([barrier.wait] * MAX_PARALLEL_CALLS))


def test_an_error_is_raised_after_all_tasks_have_ended() -> None:
    ended = []

    def fail() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        Threads().run(fail, lambda: ended.append(1), lambda: ended.append(2))
    assert sorted(ended) == [1, 2]


def test_an_error_of_the_last_task_waits_for_the_others_too() -> None:
    ended = []

    def fail() -> None:
        raise ValueError("last")

    with pytest.raises(ValueError, match="last"):
        Threads().run(lambda: ended.append(1), fail)
    assert ended == [1]


def test_a_last_task_may_run_tasks_of_its_own_even_when_the_pool_is_full() -> None:
    threads = Threads()
    inner = lambda: threads.run(*([lambda: 1] * (MAX_PARALLEL_CALLS + 5)))  # noqa: E731
    assert sum(threads.run(*([lambda: 0] * MAX_PARALLEL_CALLS), inner)[-1]) == MAX_PARALLEL_CALLS + 5


def test_of_several_errors_the_first_in_task_order_is_raised() -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    with pytest.raises(ValueError, match="first"):
        Threads().run(lambda: fail("first"), lambda: fail("second"), lambda: fail("last"))


def test_tasks_of_more_tasks_than_there_are_threads_do_not_wait_for_one_another() -> None:
    threads = Threads()
    inner = lambda: list(threads.run(lambda: 1, lambda: 2))  # noqa: E731
    assert threads.run(*([inner] * (2 * MAX_PARALLEL_CALLS))) == [[1, 2]] * (2 * MAX_PARALLEL_CALLS)
