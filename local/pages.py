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


_HERE = Path(__file__).parent / "viewer"
_NPM = Path(__file__).parents[1] / "node_modules" / "swagger-ui-dist"
# Everything is from here: the viewer sets styles and shows pictures that are in its own files.
_OWN_FILES_ONLY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
}

# By path.
PAGES: dict[str, Page] = {
    "/docs/http": Page(_HERE / "http.html", _OWN_FILES_ONLY),
    "/docs/http/show.js": Page(_HERE / "show.js"),
    "/docs/http/swagger-ui.css": Page(_NPM / "swagger-ui.css"),
    "/docs/http/swagger-ui-bundle.js": Page(_NPM / "swagger-ui-bundle.js"),
}
