"""What people have hidden from themselves: the Hidden table, a mark in the messages of private sessions, and a version
in the Counter table's rows (docs/adr/0042-hiding.md)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.attributes import NumberSetAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from catchup.domain.ids import MAX_NUMBER, Seq, SessionId, Uid
from catchup.domain.membership import Mention
from catchup.storage.attributes import always
from catchup.storage.dynamo import Item, KeysOf, WrongType
from catchup.storage.inbox import inbox_key, seq_of_key
from catchup.storage.member_book import counter_key
from catchup.storage.mention_texts import mention_text
from catchup.storage.message_log import author_of_row
from catchup.storage.reading import Storage
from catchup.storage.tables import CounterRow, MembershipRow, MessageRow
from catchup.usecases.hiding.ports import HiddenPage

# A row with all of its seqs, and with the longest ids, has 740 bytes: a change costs one write unit.
SEQS_PER_BLOCK = 128
# What `hidden` answers at once fits into a frame with the largest numbers, which have 17 bytes each there.
BLOCKS_PER_PAGE = 8


class HiddenRow(Model):
    """A block of a session's seqs. The key is `<sessionId>#<block, 16 digits>`."""

    uid = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    # Which seqs of the block are hidden, from 0 on: small numbers keep the row small.
    places = NumberSetAttribute(null=True)


class DynamoHiding:
    """The rows of one person and session are its blocks in which something is hidden."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._concurrency = of.dynamo, of.concurrency
        self._reader, self._messages = of.reader("hidden"), of.reader("message")
        self._table, self._counter_table = self._reader.table, of.table("counter")

    def mark(self, owner: Uid, session: SessionId, seq: Seq) -> Uid | None:
        """ADD hiddenBy {owner}, if the message is there."""
        key = {"sessionId": {"S": session}, "seq": {"N": str(seq)}}
        actions: list[Action] = [MessageRow.hidden_by.add({owner})]
        try:
            _, row = self._dynamo.update(
                self._messages.table, key, actions, MessageRow.session_id.exists(), returns="ALL_NEW"
            )
        except WrongType as error:
            self._messages.report(key, error)
            return Uid("")
        return None if row is None else self._messages.one(row, author_of_row) or Uid("")

    def add(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> None:
        """ADD places, one write unit a block, side by side."""
        blocks: dict[int, set[int]] = {}
        for seq in seqs:
            block, place = divmod(seq, SEQS_PER_BLOCK)
            blocks.setdefault(block, set()).add(place)

        def add(block: int, places: set[int]) -> None:
            key = _key(owner, session, block)
            # Nothing is ever taken out, so the addition needs no condition of its own.
            try:
                self._dynamo.update(self._table, key, [HiddenRow.places.add(places)], always(HiddenRow.uid))
            except WrongType as error:
                self._reader.report(key, error)

        self._concurrency.run(*(lambda each=each: add(*each) for each in blocks.items()))

    def raise_version(self, owner: Uid, session: SessionId, seqs: Sequence[Seq], mentions: Sequence[Mention]) -> int:
        """ADD hiddenVersion 1 and hiddenMentions, SET hiddenLast, if that is another: a request that is repeated finds
        its own digest. If others came between, it raises the version once more, which is one look more for each
        device."""
        last = digest_of(seqs)
        actions: list[Action] = [CounterRow.hidden_version.add(1), CounterRow.hidden_last.set(last)]
        if mentions:
            actions.append(MembershipRow.hidden_mentions.add({mention_text(each) for each in mentions}))
        is_new = CounterRow.hidden_last.does_not_exist() | (CounterRow.hidden_last != last)
        key = counter_key(owner, session)
        _, row = self._dynamo.update(self._counter_table, key, actions, is_new, returns="ALL_NEW")
        return int((row or {})["hiddenVersion"]["N"])

    def among(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> frozenset[Seq]:
        """One BatchGet of one or two rows for a page; none if there is nothing to look up."""
        blocks = sorted({seq // SEQS_PER_BLOCK for seq in seqs})
        keys = [_key(owner, session, block) for block in blocks]
        items = self._dynamo.get_many([KeysOf(self._table, keys)])[self._table]
        return frozenset(self._seqs_of(items)) & frozenset(seqs)

    def page(self, owner: Uid, session: SessionId, after: Seq) -> HiddenPage:
        """One query."""
        first = (after + 1) // SEQS_PER_BLOCK
        where = (HiddenRow.uid == owner) & HiddenRow.key.between(
            inbox_key(session, first), inbox_key(session, MAX_NUMBER)
        )
        items, _ = self._dynamo.query(self._table, where, limit=BLOCKS_PER_PAGE + 1)
        page = items[:BLOCKS_PER_PAGE]
        seqs = sorted(seq for seq in self._seqs_of(page) if seq > after)
        return HiddenPage(seqs, more=len(items) > BLOCKS_PER_PAGE)

    def _seqs_of(self, items: Sequence[Item]) -> list[Seq]:
        return [seq for seqs in self._reader.readable(items, _seqs_of_row) for seq in seqs]


def digest_of(seqs: Sequence[Seq]) -> str:
    """A short name of these seqs."""
    return hashlib.sha256(",".join(map(str, seqs)).encode()).hexdigest()[:16]


def _key(owner: Uid, session: SessionId, block: int) -> Mapping[str, Any]:
    return {"uid": {"S": owner}, "key": {"S": inbox_key(session, block)}}


def _seqs_of_row(item: Any) -> list[Seq]:
    """The hidden seqs of a block. Raises ValueError or the like for a corrupt row."""
    row = HiddenRow.from_raw_data(item)
    block = seq_of_key(item)
    return [Seq(block * SEQS_PER_BLOCK + int(place)) for place in row.places or ()]
