"""The calls of the page: tokens, bad requests, who may use them, and the files."""

import asyncio
import base64
import hashlib
import json
import posixpath
import re
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from catchup_client import Client
from local.options import ROOT, Options
from local.playground.files import pages
from local.stack import LocalStack

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLS = [
    ("GET", "/playground/token?uid=bob&device=phone"),
    ("POST", "/playground/backlog"),
    ("GET", "/playground/old-way?uid=bob"),
    ("GET", "/playground/words"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


async def ask(
    stack: LocalStack, method: str, path: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, str, Mapping[str, str]]:
    """Status, text and headers of an answer."""
    async with aiohttp.ClientSession() as http:
        url = f"{stack.http_url}{path}"
        async with http.request(method, url, headers=headers, data=data, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers


async def test_a_token_opens_a_connection_of_that_person_and_device(stack: LocalStack, tmp_path: Path) -> None:
    status, token, headers = await ask(stack, "GET", "/playground/token?uid=carol%40example.org&device=tablet")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    async with Client(stack.url, token, tmp_path / "carol.sqlite") as carol:
        assert (await carol.logged_in()).unread == 0
        assert carol.uid == "carol@example.org"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "uid: a uid, which is [!-~]{1,64} without : and #"),
        ("device=phone", "uid: "),
        ("uid=&device=phone", "uid: "),
        ("uid=a:b&device=phone", "uid: "),
        ("uid=a%20b&device=phone", "uid: "),
        (f"uid={'x' * 65}&device=phone", "uid: "),
        ("uid=bob", "device: an id, which matches [A-Za-z0-9_-]{1,64}"),
        ("uid=bob&device=", "device: "),
        ("uid=bob&device=my%20phone", "device: "),
    ],
)
async def test_a_token_for_nobody_is_refused_with_the_rule(stack: LocalStack, query: str, why: str) -> None:
    status, text, _ = await ask(stack, "GET", f"/playground/token?{query}")
    assert (status, text[: len(why)]) == (400, why)


async def test_a_stack_whose_tokens_come_from_an_issuer_says_so(stack: LocalStack, monkeypatch: Any) -> None:
    monkeypatch.setattr(stack, "issuer", "https://issuer.example.org")
    status, text, _ = await ask(stack, "GET", "/playground/token?uid=bob&device=phone")
    assert (status, text) == (409, "tokens come from https://issuer.example.org: get one there\n")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "send {"),
        (b"[]", "send {"),
        (b'"bob"', "send {"),
        (b"\xff", "send {"),
        (b"[" * 100_000, "send {"),
        (b"{}", "to: a uid, which is [!-~]{1,64} without : and #"),
        (json.dumps({"to": "", "count": 1}).encode(), "to: "),
        (json.dumps({"to": "a:b", "count": 1}).encode(), "to: "),
        (json.dumps({"to": 7, "count": 1}).encode(), "to: "),
        (json.dumps({"to": ["bob"], "count": 1}).encode(), "to: "),
        (json.dumps({"to": "bob"}).encode(), "count: a whole number from 1 to 100000"),
        *[
            (b'{"to": "bob", "count": %s}' % count, "count: ")
            for count in (b"0", b"-1", b"100001", b"1.5", b'"10"', b"true", b"null", b"[1]", b"1e400", b"NaN")
        ],
        (b'{"to": "bob", "count": %s}' % (b"9" * 5_000), "send {"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_malformed_request_for_a_backlog_is_refused_with_the_rule(
    stack: LocalStack, body: bytes, why: str
) -> None:
    for kind in ("application/json", "application/json; charset=none", "text/plain"):
        status, text, _ = await ask(stack, "POST", "/playground/backlog", {"Content-Type": kind}, body)
        assert (status, text[: len(why)]) == (400, why)


async def test_the_old_way_is_for_websockets_and_for_somebody(stack: LocalStack) -> None:
    status, text, _ = await ask(stack, "GET", "/playground/old-way?uid=bob")
    assert (status, text) == (426, "open a WebSocket here\n")
    status, text, _ = await ask(stack, "GET", "/playground/old-way")
    assert (status, text[:5]) == (400, "uid: ")


# ------------------------------------------------------------------ who may ask


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.org"},
        {"Host": "evil.example.org:3001", "Origin": "http://evil.example.org:3001", "Sec-Fetch-Site": "same-origin"},
        {"Host": "127.0.0.1.evil.example.org"},
        {"Host": "localhost.evil.example.org"},
        {"Host": "notlocalhost"},
        {"Host": "2130706433.example"},
        {"Host": ""},
        {"Host": "["},
        {"Host": "evil.example.org@127.0.0.1:1/"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "something new"},
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
async def test_a_page_of_another_site_gets_nothing(
    stack: LocalStack, method: str, path: str, headers: dict[str, str]
) -> None:
    """By a script, a form, an image, or by DNS rebinding, which makes its own name that of this machine."""
    data = b'{"to": "bob", "count": 1}' if method == "POST" else None
    status, text, answered = await ask(stack, method, path, headers, data)
    assert status == 403
    assert text.startswith(("this page is served as ", "this is only for "))
    assert not [name for name in answered if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "phone.localhost", "127.0.0.1", "[::1]", "192.168.1.7"])
async def test_the_page_itself_may_ask_under_each_address_of_the_machine(stack: LocalStack, host: str) -> None:
    address = f"{host}:{urlsplit(stack.http_url).port}"
    headers = {"Host": address, "Origin": f"http://{address.lower()}", "Sec-Fetch-Site": "same-origin"}
    status, _, _ = await ask(stack, "GET", "/playground/token?uid=bob&device=phone", headers)
    assert status == 200


async def test_a_stack_that_listens_on_a_name_is_served_as_this_name() -> None:
    async with LocalStack(Options(port=0, host="localhost", log_level="ERROR")) as stack:
        status, _, _ = await ask(stack, "GET", "/playground/token?uid=bob&device=phone")
        assert status == 200


# ------------------------------------------------------------------ files


async def test_the_page_and_each_of_its_modules_is_served_with_its_type(stack: LocalStack) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
    for path, page in pages().items():
        status, text, headers = await ask(stack, "GET", path)
        assert (status, text) == (200, page.file.read_text())
        assert headers["Content-Type"].split(";")[0] == kinds[page.file.suffix]


async def test_each_import_of_the_page_is_served() -> None:
    """Without npm: from the import map, or relative to the module."""
    served, html = set(pages()), pages()["/"].file.read_text()
    named = json.loads(re.findall(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)[0])
    assert set(named["imports"].values()) <= served
    for path, page in pages().items():
        if page.file.suffix == ".js":
            for wanted in re.findall(r'^(?:import|export)[^"]*? from "([^"]+)";$', page.file.read_text(), re.MULTILINE):
                at = named["imports"].get(wanted) or posixpath.normpath(f"{posixpath.dirname(path)}/{wanted}")
                assert at in served, f"{path} imports {wanted}"


async def test_the_page_may_run_its_own_files_and_its_one_inline_script_alone(stack: LocalStack) -> None:
    _, html, headers = await ask(stack, "GET", "/")
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    (inline,) = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self' ws: wss: http://127.0.0.1:*"
    assert not re.search(r"\son\w+=|style=|https?:", re.sub(r"<!--.*?-->", "", html))


@pytest.mark.parametrize(
    "path",
    [
        "/playground",
        "/playground/",
        "/playground/none.js",
        "/playground/index.html",
        "/playground/tsconfig.json",
        "/playground/client/../../package.json",
        "/playground/../../../template.yaml",
        f"/playground/{quote('../../../template.yaml', safe='')}",
        "/playground/%2e%2e/%2e%2e/template.yaml",
        "/playground/client/%2e%2e%2fpackage.json",
        "/playground//etc/passwd",
        "//etc/passwd",
        "/playground/..%5c..%5ctemplate.yaml",
        "/playground/main.js%00",
        "/playground/vendor/",
    ],
)
async def test_no_other_file_is_served(stack: LocalStack, path: str) -> None:
    """The request is written as it is: clients tidy paths up."""
    address = urlsplit(stack.http_url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0)) as raw:
        raw.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=raw)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
    assert answer.split(" ")[1] in {"400", "404"}
    assert (ROOT / "template.yaml").read_text()[:40] not in answer


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/"), ("DELETE", "/playground/token"), ("GET", "/playground/backlog"), ("PUT", "/")]
)
async def test_another_method_is_not_found(stack: LocalStack, method: str, path: str) -> None:
    status, _, _ = await ask(stack, method, path)
    assert status == 404
