"""A gate before moto's S3, and who talks to it."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import botocore.session
from botocore.config import Config
from yarl import URL

from catchup.domain.media import MediaType, Upload
from catchup.storage.media_addresses import S3Addresses
from catchup.storage.media_uploads import S3Uploads
from catchup.usecases.media.ports import Served
from local.aws import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.object_store.cors import CorsRule
from local.object_store.created import Created

REGION, BUCKET, KEY = "eu-central-1", "stack-media", "aaaa/bbbb"
BODY = b"a picture, as far as this is concerned"
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
PICTURE = Upload(MediaType.IMAGE, "image/png", len(BODY), SHA256)
PAGE = "http://127.0.0.1:8000"
RULE = CorsRule([PAGE], ["GET", "POST", "PUT"], ["*"], ["ETag"], 60)


@dataclass
class Store:
    """The gate, what it has told, and what signs for it. `ahead`: how far its clock is ahead."""

    address: str
    s3: Any
    http: aiohttp.ClientSession
    told: list[Created]
    ahead: timedelta = field(default_factory=timedelta)

    @property
    def uploads(self) -> S3Uploads:
        return S3Uploads(lambda: self.s3, BUCKET)

    def form(self) -> tuple[str, dict[str, str]]:
        form = self.uploads.form(KEY, PICTURE, 900)
        return form.url, dict(form.fields)

    async def post(self, url: str, fields: dict[str, str], body: bytes = BODY) -> tuple[int, str]:
        data = aiohttp.FormData()
        for name, value in fields.items():
            data.add_field(name, value)
        data.add_field("file", body, filename="x", content_type="application/octet-stream")
        async with self.http.post(url, data=data) as answer:
            return answer.status, code_of(await answer.text())

    async def get(self, url: str | URL, method: str = "GET", **said: Any) -> tuple[int, str]:
        async with self.http.request(method, url, **said) as answer:
            return answer.status, code_of(await answer.text())

    async def upload(self) -> None:
        assert await self.post(*self.form()) == (204, "")


def code_of(text: str) -> str:
    found = re.search("<Code>(.+?)</Code>", text)
    return found[1] if found else ""


def signer(address: str, key: str = ACCESS_KEY_ID, secret: str = SECRET_ACCESS_KEY) -> Any:
    session = botocore.session.get_session()
    session.set_credentials(key, secret)
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, proxies={})
    return session.create_client("s3", region_name=REGION, endpoint_url=address, config=config)


def address(store: Store, *, seconds: int = 450, ago: int = 0) -> str:
    signing = store.s3._request_signer._credentials, REGION
    now_ms = int(datetime.now(UTC).timestamp() - ago) * 1_000
    addresses = S3Addresses(lambda: store.s3, lambda: signing, BUCKET)
    return addresses.address(KEY, Served("image/png", "ä b.png"), now_ms, seconds)
