"""MP3 and AAC without a container: frames, each with a header that says how long it is.

Twelve bits that are set begin a frame, and stand in any other file by chance: so a second frame must follow the first.
Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS), id3.org (ID3v2).
"""

from catchup.domain.content_bytes import ContentBytes

_ID3_HEADER = 10
# Kilobits a second by version and layer, and samples a second by version; an index of 0 or 15 says nothing.
_BITRATES = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_HEADER = 7


def type_of(content: ContentBytes) -> str | None:
    """The type of the file; "" if it has a tag, and no frames behind it; None if it is something else."""
    tag = content.at(0, _ID3_HEADER)
    is_tagged = len(tag) == _ID3_HEADER and tag.startswith(b"ID3")
    start = 0
    if is_tagged:
        # Seven bits of each byte, and a footer if a flag says so.
        size = sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
        start = _ID3_HEADER + size + (_ID3_HEADER if tag[5] & 0x10 else 0)
        # Encoders fill up with zeros, also behind the tag.
        rest = content.at(start, 4_096)
        start += len(rest) - len(rest.lstrip(b"\0"))
    found = _type_of_frames(content, start)
    return found or ("" if is_tagged else None)


def _type_of_frames(content: ContentBytes, start: int) -> str | None:
    for mime, length_of in (("audio/aac", _adts_length), ("audio/mpeg", _mpeg_length)):
        length = length_of(content.at(start, _HEADER))
        if not length:
            continue
        following = start + length
        # A file of one frame is whole.
        if following == content.size or length_of(content.at(following, _HEADER)):
            return mime
    return None


def _adts_length(header: bytes) -> int:
    """How long a frame of AAC is; 0 if none begins here."""
    if len(header) < _HEADER or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > _HEADER else 0


def _mpeg_length(header: bytes) -> int:
    """How long a frame of MPEG audio is; 0 if none begins here."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return 0
    bits = 1_000 * _BITRATES[1 if version == 3 else 2, layer][bitrate]
    samples = _RATES[version][rate]
    if layer == 1:
        return 4 * (12 * bits // samples + padding)
    # 1,152 samples a frame; 576 in the third layer of the later versions.
    return (72 if layer == 3 and version != 3 else 144) * bits // samples + padding
