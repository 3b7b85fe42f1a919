"""Signatures of posts are those of botocore's signer."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from catchup.push.signature import Signer

TEXT = st.text("abcXYZ019+/=", min_size=1, max_size=40)
# What is left of a connection id when it is percent-encoded.
PATHS = st.text("abcXYZ019-_.~%", min_size=1, max_size=20).map(lambda name: f"/v1/@connections/{name}")


@given(
    method=st.sampled_from(["POST", "DELETE"]),
    path=PATHS.filter(lambda path: path.rpartition("/")[2] not in (".", "..")),
    body=st.binary(max_size=40),
    host=st.sampled_from(["a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "127.0.0.1:8080"]),
    region=st.sampled_from(["eu-central-1", "us-gov-west-1"]),
    keys=st.tuples(TEXT, TEXT, st.none() | TEXT),
    at=st.integers(0, 4_000_000_000),
)
def test_they_are_what_botocore_signs(
    method: str, path: str, body: bytes, host: str, region: str, keys: tuple[str, str, str | None], at: int
) -> None:
    credentials = ReadOnlyCredentials(*keys)
    expected: Any = AWSRequest(method, f"https://{host}{path}", data=body)
    with patch.object(botocore.auth, "get_current_datetime", lambda: datetime.fromtimestamp(at, UTC)):
        SigV4Auth(credentials, "execute-api", region).add_auth(expected)
    signed = Signer(host, region, lambda: credentials, clock=lambda: at).headers(method, path, body)
    assert signed.pop("host") == host
    assert signed == {name.lower(): value for name, value in expected.headers.items()}


def test_what_signatures_share_is_made_anew_for_another_second_and_for_other_credentials() -> None:
    former, current = ReadOnlyCredentials("AKIA1", "secret1", "token1"), ReadOnlyCredentials("AKIA2", "secret2", "")
    # The last second of a day, and the first one of the next.
    moments = [(86_399.2, former), (86_399.9, former), (86_399.9, current), (86_400.0, current)]

    def signer(times: list[float], credentials: list[ReadOnlyCredentials]) -> Signer:
        return Signer("a.b", "eu-central-1", lambda: credentials.pop(0), clock=lambda: times.pop(0))

    kept = signer([at for at, _ in moments], [each for _, each in moments])
    for at, each in moments:
        assert kept.headers("POST", "/v1/x", b"x") == signer([at], [each]).headers("POST", "/v1/x", b"x")
