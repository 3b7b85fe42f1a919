"""Makes reads lag behind, as eventually consistent reads may."""

from typing import Any

import pytest

from tests.support.world import World


def hide_what_was_sent(world: World, patch: pytest.MonkeyPatch) -> None:
    """Hides the rows of Sent from eventually consistent reads, until the patch is undone."""
    sent, read = world.tables["SentTable"], world.dynamodb.batch_get_item

    def stale(RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - boto3's name
        answer = read(RequestItems=RequestItems)
        if sent in RequestItems and not RequestItems[sent]["ConsistentRead"]:
            answer["Responses"][sent] = []
        return answer

    patch.setattr(world.dynamodb, "batch_get_item", stale)
