"""The seeds of the coverage-guided fuzzer."""

from catchup.domain.presence import Encoding
from catchup.wire.codec import Exchange, decode
from tests.fuzz import corpus
from tests.support.requests import REQUESTS


def test_the_seeds_are_frames_of_every_cmd_in_both_encodings() -> None:
    read = set()
    for seed in corpus.seeds():
        exchange = Exchange()
        try:
            decode(corpus.frame_of(seed), exchange)
        except Exception:  # noqa: BLE001, S112  some of the events are refused on purpose
            continue
        read.add((exchange.cmd, exchange.encoding))
    assert read == {(cmd, encoding) for cmd in REQUESTS for encoding in Encoding}
