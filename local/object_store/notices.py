"""Tells functions of objects that were made, as EventBridge does: beside the request that made them."""

import asyncio
import logging

from local.functions.invocation import Invoke
from local.object_store.created import Created, event_of, matches, rules_of
from local.template import ExpandedTemplate

logger = logging.getLogger(__name__)


class BucketNotices:
    """Invokes the functions whose rules want to hear of an object. A failure is logged, and not tried again."""

    def __init__(self, template: ExpandedTemplate, account_id: str, region: str, invoke: Invoke) -> None:
        self._rules = rules_of(template.resources, template.functions)
        self._account_id, self._region, self._invoke = account_id, region, invoke
        self._telling: set[asyncio.Task[object]] = set()

    def tell(self, created: Created) -> None:
        """Tells of an object."""
        event = event_of(created, self._account_id, self._region)
        for rule in self._rules:
            if matches(rule.pattern, event):
                telling = asyncio.ensure_future(self._invoke(rule.function, event))
                self._telling.add(telling)
                telling.add_done_callback(self._told)

    def _told(self, telling: "asyncio.Task[object]") -> None:
        self._telling.discard(telling)
        if not telling.cancelled() and telling.exception() is not None:
            logger.error("an event of the bucket failed", exc_info=telling.exception())
