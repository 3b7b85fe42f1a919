"""Objects at rest: what a message shows is there for as long as the message is, and what was recalled is gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catchup.domain.message import Message
from catchup.wire.media_contents import media_of
from tests.people.person import Person
from tests.people.revising_invariants import revision_logs
from tests.people.rows import Rows
from tests.support.bucket import Bucket
from tests.support.world import World


def check_media(world: World, rows: Rows, people: Sequence[Person]) -> Iterator[str]:
    """Returns a sentence for each violation."""
    bucket = world.clients.bucket
    shown = {
        key: message
        for log in revision_logs(rows, people)
        for message in log.messages.values()
        if not message.is_recalled and (key := _key_of(message))
    }
    for key, message in shown.items():
        there = bucket.objects.get(f"media/{key}")
        if there is None:
            yield f"{message.session_id}: {message.seq} shows what is deleted"
        elif there.tags == {"keep": "1"}:
            yield f"{message.session_id}: {message.seq} shows what is deleted in a day"
    yield from _false_notes(bucket)
    for row in rows["Message"]:
        key = row.get("media", {"S": ""})["S"]
        if key and key not in shown:
            yield from _left(row, key, bucket)


def _false_notes(bucket: Bucket) -> Iterator[str]:
    """Notes of what is in the bucket say what it is. People here tell no lies, and show pictures in PNG."""
    for name, noted in bucket.objects.items():
        if name.startswith("types/") and noted.head["Metadata"] != {"type": "image/png", "verdict": "ok"}:
            yield f"{name} says {noted.head['Metadata']}"


def _key_of(message: Message) -> str:
    media = media_of(message.draft.content)
    return "" if media is None else media.key


def _left(row: Mapping[str, Any], key: str, bucket: Bucket) -> Iterator[str]:
    """The object of a recalled message, unless somebody has forwarded it."""
    if f"media/{key}" in bucket.objects and f"shared/{key}" not in bucket.objects:
        yield f"{row['sessionId']['S']}: {row['seq']['N']} was recalled, and its object is still there"
