"""The static pages of `make run`: viewers of the two APIs, which take nothing from elsewhere."""

import json
import re
from pathlib import Path

import pytest

from local.pages import PAGES, Page
from tests.local.http_api.support import running_http
from tests.support.world import ROOT

OWN = {path: page.file.read_text() for path, page in PAGES.items() if page.file.parent.name == "viewer"}
VIEWERS = ("/docs/http", "/docs/websocket")
each_viewer = pytest.mark.parametrize("path", VIEWERS)


@each_viewer
async def test_a_viewer_is_a_page_that_runs_its_own_files_only(path: str) -> None:
    async with running_http(pages=PAGES) as api:
        page = await api.request("GET", path)
        script = await api.request("GET", f"{path}/{path.rpartition('/')[2]}.js")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html")
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]
    assert script.headers["Content-Type"].endswith("/javascript")


def test_only_the_viewer_with_a_parser_of_its_own_may_compile_code() -> None:
    may = {path for path, page in PAGES.items() if "unsafe-eval" in page.headers.get("Content-Security-Policy", "")}
    assert may == {"/docs/websocket"}


@each_viewer
def test_every_file_that_a_viewer_loads_is_a_page(path: str) -> None:
    loaded = set(
        re.findall(r'(?:src|href|url:)[= ]"(/[^"]+)"', OWN[path] + OWN[f"{path}/{path.rpartition('/')[2]}.js"])
    )
    assert loaded - {"/openapi.json"} == {each for each in PAGES if each.startswith(f"{path}/")}


def test_the_viewers_show_the_two_documents_and_ask_nobody_else() -> None:
    assert 'url: "/openapi.json"' in OWN["/docs/http/http.js"]
    assert "validatorUrl: null" in OWN["/docs/http/http.js"]
    assert 'url: "/docs/websocket/asyncapi.json"' in OWN["/docs/websocket/websocket.js"]
    assert "//" not in re.sub(r"^//.*$", "", "".join(OWN.values()), flags=re.MULTILINE)


async def test_the_description_of_the_websocket_is_served_as_it_is_in_the_repository() -> None:
    async with running_http(pages=PAGES) as api:
        answer = await api.request("GET", "/docs/websocket/asyncapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == json.loads((ROOT / "docs" / "asyncapi.json").read_text())


async def test_without_the_viewers_files_a_page_says_how_to_get_them(tmp_path: Path) -> None:
    async with running_http(pages={"/docs/gone.js": Page(tmp_path / "gone.js")}) as api:
        answer = await api.request("GET", "/docs/gone.js")
    assert answer.status == 404
    assert b"make dynamodb-local" in answer.body
