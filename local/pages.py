"""The static pages of the local stack: what `make run` shows to a browser beside the APIs.

AWS has no such pages. They are served under their own paths, before the HTTP API is asked.
"""

import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

# What is served that is no file.
Call = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Page:
    """A file that is served as it is at each request, so that a change shows after a reload.

    `headers` are sent beside Content-Type, which comes from the file's name.
    """

    file: Path
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """The answer to a GET. Viewers come from npm, which `make run` does without."""
        if not self.file.exists():
            return web.Response(status=404, text="The viewer comes from npm: say make dynamodb-local, and reload.\n")
        kind = mimetypes.guess_type(self.file.name)[0] or "application/octet-stream"
        return web.Response(body=self.file.read_bytes(), headers={"Content-Type": kind, **self.headers})


_ROOT = Path(__file__).parents[1]
_HERE = _ROOT / "local" / "viewer"
_SWAGGER_UI = _ROOT / "node_modules" / "swagger-ui-dist"
_ASYNCAPI = _ROOT / "node_modules" / "@asyncapi" / "react-component"


def _own_files_only(scripts: str) -> Mapping[str, str]:
    """Everything is from here: viewers set styles and show pictures that are in their own files."""
    return {
        "Content-Security-Policy": f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    }


# By path.
PAGES: dict[str, Page] = {
    "/docs/http": Page(_HERE / "http.html", _own_files_only("'self'")),
    "/docs/http/http.js": Page(_HERE / "http.js"),
    "/docs/http/swagger-ui.css": Page(_SWAGGER_UI / "swagger-ui.css"),
    "/docs/http/swagger-ui-bundle.js": Page(_SWAGGER_UI / "swagger-ui-bundle.js"),
    # AsyncAPI's parser compiles schemas with `new Function`.
    "/docs/websocket": Page(_HERE / "websocket.html", _own_files_only("'self' 'unsafe-eval'")),
    "/docs/websocket/websocket.js": Page(_HERE / "websocket.js"),
    "/docs/websocket/default.min.css": Page(_ASYNCAPI / "styles" / "default.min.css"),
    "/docs/websocket/index.js": Page(_ASYNCAPI / "browser" / "standalone" / "index.js"),
    "/docs/websocket/asyncapi.json": Page(_ROOT / "docs" / "asyncapi.json"),
}
