"""The content of requests and answers: its size, and which encoding it has or gets, by the headers of RFC 9110.

API Gateway gives the names of headers in lower case, and joins the lines of one header by commas.
"""

import re
from collections.abc import Iterator, Mapping

from catchup.domain.presence import Encoding
from catchup.errors import InvalidRequest
from catchup.settings import GZIP_FROM_BYTES, MAX_HTTP_BODY_BYTES
from catchup.wire import catchup_pb2 as pb

JSON, PROTOBUF = "application/json", "application/x-protobuf"
CONTENT_TYPES = {Encoding.JSON: f"{JSON}; charset=utf-8", Encoding.PB: PROTOBUF}
# What curl says of `-d` unless it is told otherwise.
FORM = "application/x-www-form-urlencoded"
# JSON that is sent over a network is UTF-8 (RFC 8259, section 8.1); ASCII is a part of it.
_CHARSETS = ("", "utf-8", "utf8", "us-ascii")
_QUOTED, _WEIGHT = re.compile('"[^"]*"'), re.compile(r"[01](\.[0-9]*)?")
# The gzip format of zlib: its largest window, and 16 (zlib manual, "deflateInit2").
_GZIP = 31

Headers = Mapping[str, str]


class HttpFault(InvalidRequest):
    """A request that HTTP itself has a status for."""

    def __init__(
        self, field: str, rule: str, fix: str, status: int, code: pb.Code.ValueType = pb.INVALID_ARGUMENT
    ) -> None:
        super().__init__(field, rule, fix)
        self.status = status
        self.code = code


def answer_encoding(headers: Headers) -> Encoding:
    """Returns the acceptable encoding that the client likes best: JSON if it has no preference, but to a request in
    protobuf without `Accept`, protobuf. Raises HttpFault (406)."""
    accept = headers.get("accept", "").strip()
    if not accept:
        return Encoding.PB if _media_type(headers) == PROTOBUF else Encoding.JSON
    liked = {Encoding.JSON: _quality(accept, JSON), Encoding.PB: _quality(accept, PROTOBUF)}
    best = max(liked, key=lambda encoding: liked[encoding])
    if not liked[best]:
        raise HttpFault("header.Accept", f"{JSON} or {PROTOBUF}", "accept one of them", 406)
    return best


def content_encoding(headers: Headers, content: bytes) -> Encoding:
    """Returns the encoding of a request's content. Raises HttpFault (415)."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise HttpFault("header.Content-Encoding", "not compressed", "send the body as it is", 415)
    kind = _media_type(headers)
    if kind == PROTOBUF:
        return Encoding.PB
    is_json = kind in ("", JSON) or (kind.startswith("application/") and kind.endswith("+json"))
    # curl -d '{…}' sends JSON under the name of a form.
    if content and not is_json and not (kind == FORM and content.lstrip().startswith(b"{")):
        raise HttpFault("header.Content-Type", f"{JSON} or {PROTOBUF}", "send one of them", 415)
    if content and _parameter(headers.get("content-type", ""), "charset", "").strip('"') not in _CHARSETS:
        raise HttpFault("header.Content-Type", "charset=utf-8, or none", "send JSON in UTF-8", 415)
    return Encoding.JSON


def check_size(content: bytes) -> None:
    """Checks the size of a request's content. Raises HttpFault (413)."""
    if len(content) > MAX_HTTP_BODY_BYTES:
        raise HttpFault("body", f"at most {MAX_HTTP_BODY_BYTES} bytes", "send less, or in several requests", 413)


def compressed(headers: Headers, content: bytes) -> bytes | None:
    """Returns the content in gzip; None if the client does not accept gzip, or if it is short and may be sent as it
    is."""
    accepted = headers.get("accept-encoding", "")
    is_short = len(content) < GZIP_FROM_BYTES and _quality(accepted, "identity", unlisted=1.0) > 0
    if is_short or not _quality(accepted, "gzip"):
        return None
    # Imported only here: most answers are short.
    import zlib

    packer = zlib.compressobj(wbits=_GZIP)
    return packer.compress(content) + packer.flush()


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _parameter(item: str, wanted: str, unnamed: str) -> str:
    """A parameter of a media type or of a range, in lower case."""
    pairs = (part.partition("=") for part in item.lower().split(";")[1:])
    return next((value.strip() for name, _, value in pairs if name.strip() == wanted), unnamed)


def _quality(listed: str, wanted: str, unlisted: float = 0.0) -> float:
    """The weight that a list of media ranges or codings gives to `wanted`; the most specific one decides.

    >>> _quality("application/*;q=0.5, application/json;q=0", "application/json")
    0.0
    """
    ranges, weights = (wanted, f"{wanted.partition('/')[0]}/*", "*/*", "*"), dict[str, float]()
    for name, weight in _weights(listed):
        weights[name] = max(weight, weights.get(name, 0.0))
    return next((weights[each] for each in ranges if each in weights), unlisted)


def _weights(listed: str) -> Iterator[tuple[str, float]]:
    """Each item and its weight. One whose weight is no number (RFC 9110, section 12.4.2) is not acceptable."""
    for item in _QUOTED.sub("", listed.lower()).split(","):
        weight = _parameter(item, "q", "1")
        yield item.partition(";")[0].strip(), min(float(weight), 1.0) if _WEIGHT.fullmatch(weight) else 0.0
