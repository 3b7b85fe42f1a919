"""What the bytes of a file are, whatever its sender says."""

import pytest

from catchup.domain.content_bytes import FIRST_BYTES, MAX_READS, MORE_BYTES, ContentBytes
from catchup.domain.media import MIMES
from catchup.domain.sniffed import OF_CONTENTS, OF_SIGNATURES, SHOWN, TYPES, UNKNOWN, lies
from catchup.domain.sniffing import type_of
from catchup.storage.signatures import signature
from tests.support.media import PNG, box, sample

IMAGES, VOICES, FILMS = (sorted(mimes) for mimes in MIMES.values())


class File:
    """A file in a store, which counts how often it is read."""

    def __init__(self, body: bytes) -> None:
        self.body, self.reads = body, 0
        self.content = ContentBytes(body[:FIRST_BYTES], len(body), self._read)

    def _read(self, offset: int, length: int) -> bytes:
        self.reads += 1
        assert 0 < length <= MORE_BYTES
        assert 0 <= offset < len(self.body)
        return self.body[offset : offset + length]

    def type(self) -> str:
        return type_of(self.content, signature)


def sniffed(body: bytes) -> str:
    return File(body).type()


# ---------------------------------------------------------------- real files


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("picture.jpg", "image/jpeg"),
        ("picture.png", "image/png"),
        ("picture.gif", "image/gif"),
        ("picture.webp", "image/webp"),
        ("picture.avif", "image/avif"),
        ("voice.webm", "audio/webm"),
        ("voice.mka", "audio/x-matroska"),
        ("film.webm", "video/webm"),
        ("both.webm", "video/webm"),
        ("film.mkv", "video/x-matroska"),
        ("voice.m4a", "audio/mp4"),
        ("voice.mp4", "audio/mp4"),
        ("voice.mov", "audio/mp4"),
        ("fragmented-voice.mp4", "audio/mp4"),
        ("film.mp4", "video/mp4"),
        ("film.3gp", "video/mp4"),
        ("sound-first.mp4", "video/mp4"),
        ("index-first.mp4", "video/mp4"),
        ("film.mov", "video/quicktime"),
        ("voice.ogg", "audio/ogg"),
        ("opus.ogg", "audio/ogg"),
        ("flac.ogg", "audio/ogg"),
        ("film.ogv", "video/ogg"),
        ("plain.mp3", "audio/mpeg"),
        ("tagged.mp3", "audio/mpeg"),
        ("voice.aac", "audio/aac"),
        ("voice.wav", "audio/wav"),
        ("picture.heic", "image/heic"),
        ("browser-voice.webm", "audio/webm"),
        ("browser-voice.mp4", "audio/mp4"),
        ("browser-film.webm", "video/webm"),
        ("browser-film.mp4", "video/mp4"),
        ("browser-film.mkv", "video/x-matroska"),
    ],
)
def test_a_file_is_what_is_in_it(name: str, mime: str) -> None:
    file = File(sample(name))
    assert file.type() == mime
    assert file.reads == 0


@pytest.mark.parametrize(
    ("first", "mime"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x14ftypavis\0\0\0\0avis", "image/avif"),
        # It says that it is a picture, and of no kind that anybody shows.
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", UNKNOWN),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", "application/zip"),
        (b"\x1f\x8b\x08\0", "application/gzip"),
        (b"MZ\x90\0\x03", "application/vnd.microsoft.portable-executable"),
        (b"II*\0", "image/tiff"),
        (b"BM\x36\0\0\0", "image/bmp"),
        (b'fLaC\0\0\0"', "audio/flac"),
        (b"RIFF\x20\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\x20\0\0\0CDR8vrsn", UNKNOWN),
        # The name of a type, in a place where it means nothing.
        (b"REFF\x20\0\0\0WAVEfmt ", UNKNOWN),
        # A picture that browsers don't show, and the library calls a JPEG.
        (b"\0\0\0\x0cjP  \r\n\x87\n", UNKNOWN),
        (b"\x7fELF\x02\x01\x01", UNKNOWN),
        (b"hello", UNKNOWN),
        (b"", UNKNOWN),
        (b"\0" * 100, UNKNOWN),
        (b"#!AMR\n<", UNKNOWN),
    ],
)
def test_a_signature_names_a_file(first: bytes, mime: str) -> None:
    assert sniffed(first) == mime


# ---------------------------------------------------------------- what a browser would run


@pytest.mark.parametrize(
    ("text", "mime"),
    [
        ("<!DOCTYPE html><p>", "text/html"),
        ("<html>", "text/html"),
        ("  \n\t<ScRiPt>alert(1)</script>", "text/html"),
        ("<!-- a comment --> words", "text/html"),
        ("<!-- a comment without an end", "text/html"),
        ("<!-- x --><svg onload=alert(1)>", "image/svg+xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        ("<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC 'x'><svg>", "image/svg+xml"),
        ("<?xml version='1.0'?><s:svg xmlns:s='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "text/html"),
        ("<?xml version='1.0'?><a/>", "text/xml"),
        ("<?xml version='1.0'", "text/xml"),
        ("<note>", "text/xml"),
        ("<iframe src=//evil.example>", "text/html"),
        ("#!/bin/sh\nrm -r", "text/x-shellscript"),
        ("\0<script>", "text/html"),
        ("<3 you", UNKNOWN),
        ("1 < 2", UNKNOWN),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_markup_is_named_whatever_comes_before_it(text: str, mime: str, encoding: str) -> None:
    assert sniffed(text.encode(encoding)) == mime


def test_pages_behind_the_names_of_pictures_and_sounds_are_none() -> None:
    """Half of a signature is no signature."""
    page = b"<html><script>alert(1)</script>"
    tag = b"ID3\x04\0\0\0\0\0\0"
    for beginning in (b"GIF", b"\x89PNG\r\n", b"ID3", tag, b"OggS", b"RIFF", b"\xff\xfb", b"\xff\xf1"):
        assert sniffed(beginning + page) == UNKNOWN, beginning
    assert sniffed(box(b"ftyp", b"M4A \0\0\0\0") + page) == UNKNOWN
    assert sniffed(b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + page) == UNKNOWN


# ---------------------------------------------------------------- indexes that are elsewhere


@pytest.mark.parametrize(("name", "mime"), [("voice.m4a", "audio/mp4"), ("sound-first.mp4", "video/mp4")])
def test_an_index_at_the_end_of_a_large_file_is_found(name: str, mime: str) -> None:
    body = sample(name)
    first = int.from_bytes(body[:4])
    file = File(body[:first] + box(b"free", bytes(300_000)) + body[first:])
    assert file.type() == mime
    assert file.reads <= 2


def track(handler: bytes, size: int = 0) -> bytes:
    """A track with an index of this many bytes."""
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", bytes(size))))


FTYP = box(b"ftyp", b"isom\0\0\2\0isom")


def test_a_film_whose_first_track_has_a_long_index_is_a_film() -> None:
    file = File(FTYP + box(b"moov", track(b"soun", 100_000), track(b"vide", 100_000)))
    assert file.type() == "video/mp4"
    assert file.reads == 1


def test_who_hides_a_film_behind_more_than_is_read_has_no_voice() -> None:
    """Nine tracks of sound, each behind a long index: the tenth might be of pictures."""
    file = File(FTYP + box(b"moov", *[track(b"soun", 10_000) for _ in range(MAX_READS + 1)], track(b"vide")))
    assert file.type() == UNKNOWN
    assert file.reads == MAX_READS


def test_a_track_of_subtitles_alone_is_nothing_to_show() -> None:
    assert sniffed(FTYP + box(b"moov", track(b"text"))) == UNKNOWN


def test_boxes_of_64_bits_and_boxes_without_an_end_are_read() -> None:
    large = b"\0\0\0\1free" + (16 + 20_000).to_bytes(8, "big") + bytes(20_000)
    moov = box(b"moov", track(b"soun"))
    assert sniffed(FTYP + large + moov) == "audio/mp4"
    assert sniffed(FTYP + b"\0\0\0\0" + moov[4:]) == "audio/mp4"
    assert sniffed(FTYP + b"\0\0\0\0free" + moov) == UNKNOWN


def test_a_tag_with_a_large_picture_does_not_hide_the_sound_behind_it() -> None:
    size = 50_000
    tag = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    file = File(tag + bytes(size) + sample("plain.mp3"))
    assert file.type() == "audio/mpeg"
    assert file.reads <= 2
    # Streams of AAC have such tags as well.
    assert sniffed(tag + bytes(size) + sample("voice.aac")) == "audio/aac"


def test_tracks_of_webm_behind_a_long_list_of_tags_are_found() -> None:
    body = sample("voice.webm")
    segment = body.index(b"\x18\x53\x80\x67") + 4
    # As browsers record it: nobody knows the size of the whole.
    endless = b"\x01" + 7 * b"\xff"
    void = b"\xec\x10\x01\x86\xa0" + bytes(100_000)
    assert sniffed(body[:segment] + endless + void + body[segment + 8 :]) == "audio/webm"
    assert sniffed(body[:segment] + endless + body[segment + 8 :]) == "audio/webm"


def test_a_long_voice_that_was_recorded_piece_by_piece_is_a_voice() -> None:
    """As browsers do: an index, and then hundreds of pieces."""
    pieces = b"".join(box(b"moof", bytes(500)) + box(b"mdat", bytes(5_000)) for _ in range(200))
    file = File(sample("browser-voice.mp4") + pieces)
    assert file.type() == "audio/mp4"
    assert file.reads == 0


def test_a_long_voice_in_many_clusters_is_a_voice() -> None:
    body = sample("voice.webm")
    segment = body.index(b"\x18\x53\x80\x67") + 4
    cluster = b"\x1f\x43\xb6\x75\x10\x00\x13\x88" + bytes(5_000)
    file = File(body[:segment] + b"\x01" + 7 * b"\xff" + body[segment + 8 :] + cluster * 200)
    assert file.type() == "audio/webm"
    assert file.reads == 0


def test_what_follows_the_first_index_is_not_played() -> None:
    assert sniffed(FTYP + box(b"moov", track(b"soun")) + box(b"moov", track(b"vide"))) == "audio/mp4"


def test_a_tail_of_boxes_that_lead_nowhere_costs_no_more_than_the_bound() -> None:
    file = File(FTYP + b"".join(box(b"free", bytes(5_000)) for _ in range(200)))
    assert file.type() == UNKNOWN
    assert file.reads == MAX_READS


# ---------------------------------------------------------------- lies


@pytest.mark.parametrize("declared", [*IMAGES, *VOICES, *FILMS])
def test_a_page_a_script_and_what_nobody_knows_are_no_media(declared: str) -> None:
    for mime in ("text/html", "image/svg+xml", "text/x-shellscript", "application/pdf", "application/zip", UNKNOWN):
        assert lies(declared, mime)
    assert not lies(declared, declared)


@pytest.mark.parametrize("kinds", [IMAGES, VOICES, FILMS])
def test_media_of_the_same_kind_may_have_another_name(kinds: list[str]) -> None:
    assert not any(lies(declared, mime) for declared in kinds for mime in kinds)
    others = {*IMAGES, *VOICES, *FILMS} - set(kinds)
    assert all(lies(declared, mime) for declared in kinds for mime in others)


def test_a_file_that_is_only_downloaded_never_lies() -> None:
    for declared in ("application/pdf", "application/octet-stream", "text/html", "image/svg+xml"):
        assert not any(lies(declared, mime) for mime in TYPES)


def test_a_rare_kind_is_believed_unless_it_is_seen_to_be_another() -> None:
    assert not lies("image/vnd.adobe.photoshop", UNKNOWN)
    assert not lies("video/x-matroska", "video/webm")
    assert lies("image/vnd.adobe.photoshop", "text/html")
    assert lies("audio/amr", "video/mp4")


def test_every_type_that_is_shown_is_one_that_can_be_told() -> None:
    assert SHOWN <= OF_SIGNATURES | OF_CONTENTS
    assert not OF_SIGNATURES & OF_CONTENTS
    assert sniffed(PNG) in SHOWN
