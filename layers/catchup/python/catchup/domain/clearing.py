"""What a clear leaves in the row of a person in a group."""

from dataclasses import replace

from catchup.domain.membership import Membership
from catchup.domain.reading import at_number

# Own numbers, and mentions, that a clear leaves in the row because they are not read. Whoever has written more often
# since they last read has read up to the oldest ones: so rows of people whose clients never tell do not grow.
OWN_KEPT_UNREAD = 32
MENTIONS_KEPT_UNREAD = 16


def cleared(row: Membership, number: int, own_left: int) -> Membership:
    """The row after a clear up to this number. `own_left`: own messages above it, up to `own_floor`.

    Own numbers that are not read stay, but for the oldest if they are many, and but for those that only a count is left
    of: up to there, the person counts as having read. Of mentions that are not read the newest stay, hidden or not.
    """
    least = max(row.read_number, min(row.own_floor, number))
    kept = sorted((own for own in row.own if least < own <= number), reverse=True)
    least = kept[OWN_KEPT_UNREAD] if len(kept) > OWN_KEPT_UNREAD else least
    low = min(number, least)
    mentions = sorted(each for each in row.mentions if low < each.number <= number)[-MENTIONS_KEPT_UNREAD:]
    hidden = sorted(each for each in row.hidden_mentions if low < each.number <= number)[-MENTIONS_KEPT_UNREAD:]
    floor = row.own_floor if row.own_floor > number else 0
    return replace(
        row,
        cleared=number,
        seen=row.last_turn,
        own=frozenset(own for own in row.own if own > low),
        own_floor=floor,
        own_below=own_left if floor else 0,
        mentions=frozenset(mentions) | {each for each in row.mentions if each.number > number},
        hidden_mentions=frozenset(hidden) | {each for each in row.hidden_mentions if each.number > number},
        read=max(row.read, at_number(least)) if least > row.read_number else row.read,
    )
