"""The static pages of the local stack: what `make run` shows to a browser beside the APIs.

AWS has no such pages. They are served under their own paths, before the HTTP API is asked.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web


@dataclass(frozen=True)
class Page:
    """A file that is served as it is at each request, so that a change shows after a reload.

    `headers` are sent beside Content-Type, which comes from the file's name.
    """

    file: Path
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """The answer to a GET."""
        kind = mimetypes.guess_type(self.file.name)[0] or "application/octet-stream"
        return web.Response(body=self.file.read_bytes(), headers={"Content-Type": kind, **self.headers})


# By path, such as "/docs/http".
PAGES: dict[str, Page] = {}
