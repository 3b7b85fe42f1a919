"""One person on several devices, words taken back, and groups as people run them: both libraries on the local stack."""

import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from catchup_client import Code, RequestRefused
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import Device, Library, eventually

SESSION, GROUP = "p:alice:bob", "g:club"
FAR_MS = 4_000_000_000_000

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def devices(library: Library) -> AsyncIterator[tuple[Device, Device, Device]]:
    """Alice's phone, Bob's phone and Bob's tablet."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack, contextlib.AsyncExitStack() as exits:
        started = []
        for uid, device in (("alice", "phone"), ("bob", "phone"), ("bob", "tablet")):
            opened = library.device(stack.url, stack.token(uid, device))
            started.append(await exits.enter_async_context(opened))
            await started[-1].logged_in()
        alice, phone, tablet = started
        yield alice, phone, tablet


async def shown(device: Device, session_id: str = SESSION) -> list[object]:
    """What a person sees of a session, the oldest first."""
    messages = [each for each in await device.messages(session_id) if not each.kind and not each.hidden]
    return ["recalled" if each.recalled else each.content["message"] for each in messages]


async def unread(device: Device) -> int:
    return (await device.unread()).get(SESSION, 0)


async def test_what_is_read_taken_back_edited_hidden_and_chosen_is_so_on_all_devices(
    devices: tuple[Device, Device, Device],
) -> None:
    alice, phone, tablet = devices
    texts = ["good morning", "the secret", "we meet at sven"]
    _, secret, meeting = [await alice.send("bob", {"message": text}) for text in texts]
    for device in (phone, tablet):
        await eventually(3, unread, device)
    await alice.recall(SESSION, secret.seq)
    await alice.edit(SESSION, meeting.seq, {"message": "we meet at seven"})
    for device in devices:
        await eventually(["good morning", "recalled", "we meet at seven"], shown, device)
    for device in (phone, tablet):
        await eventually(2, unread, device)
    await phone.mark_read(SESSION)
    await eventually(0, unread, tablet)
    with pytest.raises(RequestRefused) as refused:
        await phone.recall(SESSION, meeting.seq)
    assert refused.value.code is Code.PERMISSION_DENIED

    await phone.hide(SESSION, [1])
    await eventually(["recalled", "we meet at seven"], shown, tablet)
    assert await shown(alice) == ["good morning", "recalled", "we meet at seven"]
    await phone.pin(SESSION)
    await phone.mute(SESSION, FAR_MS)
    await eventually((True, FAR_MS), tablet.settings, SESSION)
    assert await alice.settings(SESSION) == (False, 0)

    assert await alice.online(["bob", "carol"]) == {"bob": True, "carol": False}
    await alice.typing("bob")

    async def typists() -> list[str]:
        return tablet.heard.typing.get(SESSION, [])

    await eventually(["alice"], typists)
    await alice.send("bob", {"message": "see you"})
    await eventually([], typists)


async def test_a_group_is_asked_for_described_muted_and_dissolved(devices: tuple[Device, Device, Device]) -> None:
    alice, phone, tablet = devices
    await alice.create_group("Club", group="club", asks=True)
    await phone.ask_to_join("club", "it is me")
    assert await alice.join_requests("club") == [("bob", "it is me")]
    await alice.approve("club", ["bob"])
    assert await alice.join_requests("club") == []
    assert [uid for uid, _ in await tablet.members("club")] == ["alice", "bob"]

    await alice.describe("club", "Book club", "We meet at eight.")
    assert await phone.description("club") == ("Book club", "We meet at eight.")
    await alice.mute_member("club", "bob", FAR_MS)
    with pytest.raises(RequestRefused) as muted:
        await phone.send(GROUP, {"message": "but"})
    assert muted.value.code is Code.PERMISSION_DENIED
    await alice.mute_member("club", "bob", 0)
    await phone.send(GROUP, {"message": "thank you"})

    await alice.dissolve("club")
    with pytest.raises(RequestRefused) as dissolved:
        await phone.send(GROUP, {"message": "too late"})
    assert dissolved.value.code is Code.FAILED_PRECONDITION
    for device in devices:
        await eventually(["thank you"], shown, device, GROUP)
