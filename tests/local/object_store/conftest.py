"""A store for each test."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from local.aws import client
from local.engine.moto import MotoServer
from local.object_store.created import Created
from local.object_store.gate import ObjectStoreGate
from local.ports import listen
from tests.local.object_store.support import BUCKET, REGION, RULE, Store, signer


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    with MotoServer() as moto:
        await asyncio.to_thread(client("s3", moto.endpoint, "us-east-1").create_bucket, Bucket=BUCKET)
        told: list[Created] = []
        ahead = [timedelta()]
        gate = ObjectStoreGate(
            moto.endpoint, {BUCKET: [RULE]}, REGION, told.append, lambda: datetime.now(UTC) + made.ahead
        )
        with listen("127.0.0.1", 0) as listener:
            address = await gate.start(listener)
            async with aiohttp.ClientSession() as http:
                made = Store(address, signer(address), http, told, *ahead)
                yield made
            await gate.close()
