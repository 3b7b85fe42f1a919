"""What one person sees of others: their rows of Presence, and their counters in the sessions with this person."""

from collections.abc import Mapping, Sequence

from catchup.domain.ids import Uid, private_session
from catchup.domain.presence import Sighting
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import KeysOf
from catchup.storage.member_book import counter_key
from catchup.storage.presence_book import last_seen_of, presence_key, presence_of
from catchup.storage.reading import Storage


class DynamoSightings:
    """Sightings. The other person's counter says all: whether anybody has written in the session, and a block."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._reader = of.dynamo, of.clock, of.reader("counter")
        self._presence_table, self._counter_table = of.table("presence"), self._reader.table

    def of(self, looking: Uid, people: Sequence[Uid]) -> Mapping[Uid, Sighting]:
        """One BatchGet for up to fifty people, which costs a read unit each; two for up to a hundred."""
        others = [uid for uid in people if uid != looking]
        found = self._dynamo.get_many(
            [
                KeysOf(self._presence_table, [presence_key(uid) for uid in people], consistent=False),
                *self._counters(looking, others),
            ]
        )
        now, items = self._clock(), found[self._presence_table]
        online = presence_of(people, items, now)
        last_seen = {item["uid"]["S"]: last_seen_of(item, now) for item in items}
        counters = self._reader.readable(found.get(self._counter_table, ()), lambda item: (item, counter_of_row(item)))
        known = {item["uid"]["S"]: counter for item, counter in counters}
        return {
            uid: Sighting(
                devices=online[uid],
                last_seen_ms=last_seen.get(uid, 0),
                is_known=uid == looking or (uid in known and known[uid].is_listed),
                blocks=uid in known and known[uid].blocked,
            )
            for uid in people
        }

    def _counters(self, looking: Uid, others: Sequence[Uid]) -> Sequence[KeysOf]:
        keys = [counter_key(uid, private_session(looking, uid)) for uid in others]
        return [KeysOf(self._counter_table, keys, consistent=False)] if keys else []
