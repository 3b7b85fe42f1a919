"""What waits for review: kept once, found by sender and msgId, and gone when its time is over."""

from dataclasses import replace

import pytest

from catchup.domain.ids import MsgId
from catchup.errors import Unreadable
from catchup.usecases.screening.ports import HeldMessage
from tests.contract.stores import ALICE, DAY_MS, NOW_MS, RETENTION_DAYS, SESSION, Stores, message


def held(number: int = 1, digest: bytes = b"digest") -> HeldMessage:
    draft = message(0, msg_id=f"m-{number}").draft
    return HeldMessage(draft, SESSION, digest, NOW_MS, ("one@1", "two@2"))


def test_what_is_kept_is_found_as_it_was(stores: Stores) -> None:
    assert stores.held.keep(held()) == held()
    assert stores.held.get(ALICE, MsgId("m-1")) == held()
    assert stores.held.get(ALICE, MsgId("m-2")) is None


def test_what_is_there_is_not_replaced(stores: Stores) -> None:
    stores.held.keep(held())
    assert stores.held.keep(held(digest=b"another")) == held()


def test_without_sources_it_is_kept_too(stores: Stores) -> None:
    stores.held.keep(replace(held(), sources=()))
    assert stores.held.get(ALICE, MsgId("m-1")) == replace(held(), sources=())


def test_what_is_removed_is_gone_and_removing_it_again_is_no_error(stores: Stores) -> None:
    stores.held.keep(held())
    for _ in range(2):
        stores.held.remove(ALICE, MsgId("m-1"))
    assert stores.rows("Held") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_have_each_message_once(stores: Stores, limit: int) -> None:
    for number in range(5):
        stores.held.keep(held(number))
    found, after = stores.held.page(None, limit)
    listed = list(found)
    while after is not None:
        found, after = stores.held.page(after, limit)
        listed.extend(found)
    assert sorted(item.draft.msg_id for item in listed) == [f"m-{number}" for number in range(5)]


def test_what_expired_is_not_there(stores: Stores) -> None:
    stores.held.keep(held())
    stores.time.now_ms += RETENTION_DAYS * DAY_MS
    assert stores.held.get(ALICE, MsgId("m-1")) is None
    assert stores.held.page(None, 10)[0] == []


def test_a_row_that_cannot_be_read_is_reported_and_kept(stores: Stores) -> None:
    stores.held.keep(held(1))
    stores.held.keep(held(2))
    key = {"uid": {"S": ALICE}, "msgId": {"S": "m-1"}}
    stores.add("Held", key, payload={"B": b"\xff\xff"})
    before = stores.rows("Held")
    assert list(stores.held.page(None, 10)[0]) == [held(2)]
    with pytest.raises(Unreadable):
        stores.held.get(ALICE, MsgId("m-1"))
    assert stores.poison == [(stores.tables["HeldTable"], key)] * 2
    assert stores.rows("Held") == before


def test_a_row_of_newer_code_is_kept_for_it(stores: Stores) -> None:
    stores.held.keep(held())
    stores.add("Held", {"uid": {"S": ALICE}, "msgId": {"S": "m-1"}}, layout={"N": "2"})
    with pytest.raises(Unreadable):
        stores.held.get(ALICE, MsgId("m-1"))
