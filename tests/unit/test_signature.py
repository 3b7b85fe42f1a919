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
