"""The files of the page, by path. They are served as they are: neither npm nor a build step is needed."""

import base64
import hashlib
import re
from pathlib import Path

from local.pages import Page

_WEB = Path(__file__).parents[2] / "clients" / "web"
_PAGE, _CLIENT = _WEB / "demo", _WEB / "src"

# The store of files has a port of its own.
_STORE = "http://127.0.0.1:*"


def pages() -> dict[str, Page]:
    """Every file of the page and of the library that it shows."""
    index = _PAGE / "index.html"
    served = {"/": Page(index, {"Content-Security-Policy": _policy(index)})}
    for folder, path in ((_PAGE, "/playground"), (_CLIENT, "/playground/client")):
        for file in folder.rglob("*"):
            if file.suffix in {".js", ".css", ".svg"}:
                served[f"{path}/{file.relative_to(folder).as_posix()}"] = Page(file)
    return served


def _policy(index: Path) -> str:
    """Only the page's own files, and its one inline script, which says where modules are."""
    map_of_imports = re.search(r'<script type="importmap">(.*?)</script>', index.read_text(), re.DOTALL)
    assert map_of_imports is not None
    digest = base64.b64encode(hashlib.sha256(map_of_imports[1].encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self' data: {_STORE}; "
        f"connect-src 'self' ws: wss: {_STORE}; media-src {_STORE}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
