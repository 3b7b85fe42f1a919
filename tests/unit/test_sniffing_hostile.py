"""Any bytes are some type: nothing that a stranger uploads raises, takes long, or is read without a bound."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchup.domain.content_bytes import FIRST_BYTES, MAX_READS, MORE_BYTES
from catchup.domain.sniffed import SHOWN, TYPES
from tests.support.media import SAMPLES, box, sample
from tests.unit.test_sniffing import FTYP, File, track

# The same run each time.
EXAMPLES = settings(max_examples=150, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".md")
BEGINNINGS = st.sampled_from(
    [
        *(b"", b"\0\0\0\x14ftyp", b"\0\0\0\x01ftyp", b"\0\0\0\0moov", b"\x1a\x45\xdf\xa3", b"OggS\0\x02", b"ID3\x04\0"),
        *(b"\xff\xfb\x90", b"\xff\xf1\x50", b"RIFF", b"<!--", b"<?xml", b"\xff\xfe<", b"\xfe\xff\0<", b"PK\x03\x04"),
    ]
)
# Twenty times what the dearest of these takes on a slow machine.
LONGEST_SECONDS = 1.0


def judged(body: bytes) -> File:
    file = File(body)
    assert file.type() in TYPES
    assert file.reads <= MAX_READS
    return file


@EXAMPLES
@given(beginning=BEGINNINGS, rest=st.binary(max_size=300))
def test_any_bytes_are_of_some_type(beginning: bytes, rest: bytes) -> None:
    judged(beginning + rest)


@EXAMPLES
@given(name=st.sampled_from(NAMES), at=st.integers(0, 600), byte=st.integers(0, 255), cut=st.integers(0, 2_000))
def test_a_file_that_is_spoilt_or_cut_is_of_some_type(name: str, at: int, byte: int, cut: int) -> None:
    body = bytearray(sample(name))
    body[at % len(body)] = byte
    judged(bytes(body))
    judged(bytes(body[: cut % len(body)]))


@EXAMPLES
@given(sizes=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20), kind=st.sampled_from([b"moov", b"free"]))
def test_sizes_that_lie_lead_nowhere(sizes: list[int], kind: bytes) -> None:
    boxes = b"".join(b"\0\0\0\1" + kind + size.to_bytes(8, "big") for size in sizes)
    judged(FTYP + boxes + bytes(20_000))


DEAR = {
    "boxes of nothing": FTYP + box(b"free") * 20_000,
    "indexes of nothing": FTYP + box(b"moov", box(b"trak") * 20_000),
    "tracks of nothing": FTYP + box(b"moov", box(b"trak", box(b"mdia") * 20_000)),
    "indexes in indexes": FTYP + b"".join(b"\0\0\0\0" + kind for kind in [b"moov", b"trak", b"mdia"] * 2_000),
    "elements of nothing": b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\xff" + b"\xec\x80" * 50_000,
    "tracks of webm without a type": b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\xff"
    + (b"\x16\x54\xae\x6b\xff" + b"\xae\x80" * 20) * 1_000,
    "pages of nothing": (b"OggS\0\x02" + bytes(20) + b"\0") * 1_000,
    "comments": b"<!---->" * 2_000,
    "declarations": b"<!>" * 4_000,
    "spaces": b" " * 20_000 + b"<html>",
    "a name": b"<" + b"a:" * 10_000,
    "a long name": b"<" + b"a" * 10_000,
    "zeros": bytes(100_000),
}


@pytest.mark.parametrize("name", DEAR)
def test_what_is_made_to_take_long_does_not(name: str) -> None:
    began = time.process_time()
    file = judged(DEAR[name])
    assert time.process_time() - began < LONGEST_SECONDS
    assert sum(len(piece) for _, piece in file.content._pieces) <= FIRST_BYTES + MAX_READS * MORE_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_hidden_behind_a_file_changes_nothing(name: str) -> None:
    """A zip bomb or a page behind a picture is only bytes."""
    body = sample(name)
    assert judged(body + b"<html><script>alert(1)</script>" + b"PK\x03\x04").type() == judged(body).type()


@pytest.mark.parametrize("page", [b"<html>", b"<svg>", b"<?xml version='1.0'?><svg>", b" <script>"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_with_a_file_in_it_is_never_shown(page: bytes, name: str) -> None:
    assert judged(page + sample(name)).type() not in SHOWN


def test_a_film_in_the_middle_of_tracks_of_sound_is_found() -> None:
    assert judged(FTYP + box(b"moov", track(b"soun"), track(b"vide"), track(b"soun"))).type() == "video/mp4"
