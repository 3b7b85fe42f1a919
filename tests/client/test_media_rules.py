"""What a device says of a file, without a server: checksums, type, size in pixels, and what it leaves out."""

import base64
import hashlib

import pytest

from catchup.domain import media
from catchup_client.protocol import jpeg, pictures
from catchup_client.protocol.digests import Digests, digests_of
from catchup_client.settings import UPLOAD_PART_BYTES
from tests.support.media import SAMPLES, sample


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def exif(turned: int, order: str = "big") -> bytes:
    """What a phone writes: how the picture is turned, and where it was taken."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "big" if order == "big" else "little")

    def entry(tag: int, kind: int, value: bytes) -> bytes:
        return number(tag, 2) + number(kind, 2) + number(1, 4) + value.ljust(4, b"\0")

    entries = [entry(0x010F, 2, b"Sam"), entry(0x0112, 3, number(turned, 2)), entry(0x8825, 4, number(99, 4))]
    head = b"MM\0*" if order == "big" else b"II*\0"
    tiff = head + number(8, 4) + number(len(entries), 2) + b"".join(entries) + bytes(4) + b"GPS 52.52 13.40"
    return segment(0xE1, b"Exif\0\0" + tiff)


FRAME = segment(0xC0, b"\x08" + (480).to_bytes(2, "big") + (640).to_bytes(2, "big") + b"\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
JFIF, PROFILE, ADOBE = segment(0xE0, b"JFIF\0\1\1"), segment(0xE2, b"ICC_PROFILE\0\1\1x"), segment(0xEE, b"Adobe\0d")
END = b"\xff\xd9"


def test_where_a_picture_was_taken_stays_at_home_and_its_pixels_go() -> None:
    secrets = exif(1) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0GPS") + segment(0xED, b"Photoshop 3.0\0Berlin")
    more = segment(0xE2, b"MPF\0GPS") + segment(0xE5, b"GPS") + segment(0xFE, b"GPS by me")
    tail = b"\xff\xd8" + exif(1) + END
    picture = jpeg.START + JFIF + secrets + PROFILE + more + ADOBE + FRAME + SCAN + SCAN + END + tail
    assert jpeg.without_metadata(picture) == jpeg.START + JFIF + PROFILE + ADOBE + FRAME + SCAN + SCAN + END


@pytest.mark.parametrize("order", ["big", "little"])
@pytest.mark.parametrize(("turned", "size"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640)), (8, (480, 640))])
def test_a_picture_of_a_phone_stays_turned_as_it_was(order: str, turned: int, size: tuple[int, int]) -> None:
    picture = jpeg.START + exif(turned, order) + FRAME + SCAN + END
    clean = jpeg.without_metadata(picture)
    assert b"GPS" not in clean
    assert b"Sam" not in clean
    for each in (picture, clean):
        assert (jpeg.orientation(each), jpeg.size_of(each)) == (turned, size)
    assert jpeg.without_metadata(clean) == clean, "so a second try has the same checksum"


@pytest.mark.parametrize("turned", [0, 9, 65_535])
def test_a_turn_that_means_nothing_is_none(turned: int) -> None:
    assert jpeg.orientation(jpeg.START + exif(turned) + FRAME + SCAN + END) == 1


def test_what_is_cut_off_is_no_picture_wherever_it_ends() -> None:
    picture = jpeg.START + JFIF + exif(6) + FRAME + SCAN + END
    for end in range(len(picture)):
        with pytest.raises(jpeg.NotAJpeg):
            jpeg.without_metadata(picture[:end])


def test_broken_notes_of_a_camera_hurt_nobody() -> None:
    whole = exif(6)
    for at in range(10, len(whole)):
        broken = whole[:at] + b"\xfe" + whole[at + 1 :]
        picture = jpeg.START + broken + FRAME + SCAN + END
        assert 1 <= jpeg.orientation(picture) <= 8
        assert b"GPS" not in jpeg.without_metadata(picture)


def test_a_real_picture_stays_one() -> None:
    picture = sample("picture.jpg")
    assert jpeg.size_of(jpeg.without_metadata(picture)) == jpeg.size_of(picture)


@pytest.mark.parametrize("name", ["picture.jpg", "picture.png", "picture.gif", "picture.webp"])
def test_the_size_of_a_picture_is_read_from_its_bytes(name: str) -> None:
    assert pictures.size_of(sample(name)) == (32, 24)


def test_other_webps_have_sizes_too() -> None:
    lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (639 | 479 << 14).to_bytes(4, "little")
    extended = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
    assert pictures.size_of(lossless) == pictures.size_of(extended) == (640, 480)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.*")))
def test_whatever_a_file_is_nothing_is_made_up(name: str) -> None:
    data = sample(name)
    for end in (0, 1, 8, 12, 20, 30, len(data)):
        size = pictures.size_of(data[:end])
        assert size is None or (min(size) > 0 and pictures.mime_of(data, "") in pictures.PICTURES)


def test_the_first_bytes_count_more_than_the_name() -> None:
    assert pictures.mime_of(sample("picture.png"), "holiday.jpg") == "image/png"
    assert pictures.mime_of(b"\0\0", "film.MOV") == "video/quicktime"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_small_file_has_one_checksum_and_a_larger_one_that_of_its_parts() -> None:
    whole, rest = bytes(UPLOAD_PART_BYTES), b"x"
    assert digests_of([whole]) == Digests(len(whole), _base64(hashlib.sha256(whole).digest()))
    both = [hashlib.sha256(part).digest() for part in (whole, rest)]
    composite = f"{_base64(hashlib.sha256(b''.join(both)).digest())}-2"
    assert digests_of([whole, rest]) == Digests(len(whole) + 1, composite, tuple(map(_base64, both)))


def test_the_server_takes_these_checksums() -> None:
    assert media.PART_BYTES == UPLOAD_PART_BYTES
    large = digests_of([bytes(UPLOAD_PART_BYTES), b"x"])
    assert media.checksum_of(large.parts) == large.sha256
    assert media.is_checksum(large.sha256, large.bytes)
    assert all(mime in media.MIMES[media.MediaType.IMAGE] for mime in pictures.PICTURES)
