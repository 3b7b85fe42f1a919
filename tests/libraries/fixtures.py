"""The fixture that runs a scenario over each client library."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.libraries.device import Library
from tests.libraries.python import PythonLibrary
from tests.libraries.web import Host, WebLibrary


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["python", "web"])
async def library(request: pytest.FixtureRequest) -> AsyncIterator[Library]:
    """Each client library in turn. A module's devices share one Node process."""
    if request.param == "python":
        yield PythonLibrary()
        return
    async with Host() as host:
        yield WebLibrary(host)
