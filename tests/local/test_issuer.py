"""The local stack trusts an issuer as the operator's guide says, and the client library connects with its tokens."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from catchup_client import Client, TokenRefused
from commands.stacks import State, write_state
from local.banner import issuer_banner
from local.command_line import main
from local.errors import LocalStackError
from local.options import ROOT, Options
from local.stack import LocalStack
from tests.libraries.device import Library, contents, eventually
from tests.support.issuer import AUDIENCE, Issuer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Of the tests' own; it ends with the process."""
    return Issuer()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(issuer: Issuer) -> AsyncIterator[LocalStack]:
    """The line of the operator's guide, with this issuer's address and audience."""
    text = (ROOT / "docs" / "operations.md").read_text()
    (line,) = re.findall(r'^make run PARAMETER_OVERRIDES="(.*)"$', text, re.MULTILINE)
    overrides = re.sub(r"https://\S+", issuer.url, line.replace("<the app client's id>", AUDIENCE))
    async with LocalStack(Options(port=0, parameter_overrides=overrides, log_level="ERROR")) as running:
        yield running


async def test_tokens_of_the_issuer_open_and_the_client_names_the_device(
    library: Library, stack: LocalStack, issuer: Issuer
) -> None:
    """Two devices of one person, with one token, and Bob."""
    alice_uid = f"alice-{library.name}"
    alice = issuer.token(sub=alice_uid, deviceId=None)
    bob = issuer.token("ec-1", sub="bob", deviceId=None)
    async with (
        library.device(stack.url, alice, device_id="phone") as phone,
        library.device(stack.url, alice, device_id="laptop") as laptop,
        library.device(stack.url, bob, device_id="phone") as other,
    ):
        for device in (phone, laptop, other):
            await device.logged_in()
        sent = await other.send(alice_uid, {"message": "hello"})
        for device in (phone, laptop):
            await eventually([{"message": "hello"}], contents, device, sent.session_id)


@pytest.mark.parametrize("changes", [{"aud": "mail"}, {"iss": "https://elsewhere"}, {"exp": 1}])
async def test_a_token_for_others_does_not(
    stack: LocalStack, issuer: Issuer, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """401."""
    async with Client(stack.url, issuer.token(**changes), tmp_path / "store") as client:
        with pytest.raises(TokenRefused, match="401 at the handshake"):
            await client.logged_in()


async def test_a_device_that_nobody_names_is_noticed_before_a_connection(issuer: Issuer, tmp_path: Path) -> None:
    """And which name counts: the token's."""
    for claims, given, says in (
        ({"deviceId": None}, "", "has no claim deviceId: name the device beside it"),
        ({"deviceId": "a b"}, "phone", "claim deviceId does not match"),
        ({"sub": "auth0 1"}, "phone", "claim sub does not match"),
    ):
        with pytest.raises(TokenRefused, match=says):
            await Client("ws://nowhere", issuer.token(**claims), tmp_path / "store", device_id=given).__aenter__()
    token = issuer.token(sub="auth0|1", username="alice")
    async with Client("ws://127.0.0.1:1", token, tmp_path / "store", uid_claim="username") as client:
        assert client.uid == "alice"


async def test_the_stack_makes_no_tokens_then(
    stack: LocalStack, issuer: Issuer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where they come from."""
    with pytest.raises(LocalStackError, match=f"tokens come from {issuer.url}: get one there"):
        stack.token("alice")
    write_state(State(stack.url, stack.jwt_secret, os.getpid()), tmp_path / "stack.json")
    assert main(["token", "--uid", "alice", "--state-file", str(tmp_path / "stack.json")]) == 1
    assert capsys.readouterr().err == "error: the running stack accepts only tokens of its issuer: get one there\n"
    shown = issuer_banner(stack.url, issuer.url, "http://127.0.0.1:3001")
    assert f"Tokens come from {issuer.url}." in shown
    assert f'npx -y wscat -c {stack.url} -s catchup.json.v1 -H "Authorization: Bearer <token>" -H "X-Device-Id' in shown
    assert 'URL=http://127.0.0.1:3001\nT=<token>\ncurl -H "Authorization: Bearer $T" $URL/v1/sessions\n' in shown
