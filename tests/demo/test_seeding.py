"""What the demo and the page of `make run` write in bulk is what requests would have written."""

from typing import Any

from bench.equality import check_that_built_equals_sent
from bench.group.equality import check_that_built_equals_made
from catchup.clock import system_clock
from catchup.domain.ids import Uid
from demo.group_plan import GroupPlan
from demo.plan import Plan
from demo.seeding import group_of, letters
from local.playground.rows import letters as letters_of_the_page
from tests.conftest import on_dynamodb_local_alone

# As many as one `create` can name, its owner, and Bob.
MEMBERS = 52


def check_letters(dynamodb: Any, messages: int) -> None:
    plan = Plan(messages + 1, 2)
    long, short = letters(Plan(messages, 1), system_clock())[0], letters(plan, system_clock())[-1]
    assert [each.text(each.length) for each in (long, short)] == [
        f"friend-0001 says, for the {messages:07}th time: are you there?",
        f"friend-0002 says, for the {messages // 2:07}th time: are you there?",
    ]
    for written in (long, short):
        check_that_built_equals_sent(dynamodb, written)


def test_letters_to_bob_are_the_rows_of_real_sends(dynamodb: Any) -> None:
    check_letters(dynamodb, 14)


def test_letters_of_the_page_are_the_rows_of_real_sends(dynamodb: Any) -> None:
    """From people whose names sort before and after the reader's, which turns the pairs of numbers."""
    letters = letters_of_the_page(Uid("bob"), 17, [Uid("Anna"), Uid("zoe")], system_clock())
    assert [each.waiting for each in letters] == [9, 8]
    for each in letters:
        check_that_built_equals_sent(dynamodb, each)


@on_dynamodb_local_alone
def test_a_long_correspondence_is_the_rows_of_real_sends(dynamodb: Any) -> None:
    check_letters(dynamodb, 70)


def test_the_group_is_the_rows_of_a_real_create(dynamodb: Any) -> None:
    group = group_of(GroupPlan(MEMBERS, 30), system_clock())
    assert len(group.uids()) == MEMBERS - 1
    assert "bob" not in group.uids()
    check_that_built_equals_made(dynamodb, group)
