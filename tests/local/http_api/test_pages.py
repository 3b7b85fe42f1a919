"""The static pages of `make run`: a viewer of the HTTP API, which takes nothing from elsewhere."""

import re
from pathlib import Path

from local.pages import PAGES, Page
from tests.local.http_api.support import running_http

OWN = {path: page.file.read_text() for path, page in PAGES.items() if page.file.parent.name == "viewer"}


async def test_the_viewer_of_the_http_api_is_a_page_that_runs_its_own_files_only() -> None:
    async with running_http(pages=PAGES) as api:
        page = await api.request("GET", "/docs/http")
        script = await api.request("GET", "/docs/http/show.js")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert script.headers["Content-Type"].endswith("/javascript")


def test_every_file_that_the_viewer_loads_is_a_page() -> None:
    assert set(re.findall(r'(?:src|href)="([^"]+)"', OWN["/docs/http"])) == set(PAGES) - {"/docs/http"}


def test_the_viewer_shows_what_the_service_serves_and_asks_nobody_else() -> None:
    assert 'url: "/openapi.json"' in OWN["/docs/http/show.js"]
    assert "validatorUrl: null" in OWN["/docs/http/show.js"]
    assert "//" not in re.sub(r"^//.*$", "", "".join(OWN.values()), flags=re.MULTILINE)


async def test_without_the_viewers_files_a_page_says_how_to_get_them(tmp_path: Path) -> None:
    async with running_http(pages={"/docs/gone.js": Page(tmp_path / "gone.js")}) as api:
        answer = await api.request("GET", "/docs/gone.js")
    assert answer.status == 404
    assert b"make dynamodb-local" in answer.body
