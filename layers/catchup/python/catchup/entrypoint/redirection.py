"""Answers over HTTP that say where something else is: a browser goes there by itself."""

from collections.abc import Mapping

from catchup.wire import catchup_pb2 as pb


def redirection(answer: pb.Envelope, now_ms: int) -> Mapping[str, str]:
    """The headers of a redirection (302); none, if the answer is no such. It may be kept half as long as the address
    lives: who comes at the end of that can still read the file. It is for whoever has asked alone."""
    if answer.WhichOneof("body") != "media_reply":
        return {}
    found = answer.media_reply
    seconds = max(0, found.expires_at - now_ms) // 2_000
    return {
        "location": found.url,
        "cache-control": f"private, max-age={seconds}",
        "vary": "Accept, Accept-Encoding, Authorization",
    }
