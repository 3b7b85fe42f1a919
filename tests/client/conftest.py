"""What the tests of the client share."""

import pytest

from tests.client.fake_server import FakeServer


@pytest.fixture
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let all phones of a test use this transport; see `support.both_transports`."""
    chosen: str = request.param
    monkeypatch.setattr(FakeServer, "transport", chosen)
    return chosen
