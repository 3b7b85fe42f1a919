"""The composition root of the command line."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import botocore.session

from catchup.bootstrap.clients import CLIENT_CONFIG, Parts
from catchup.bootstrap.container import Container
from catchup.bootstrap.screening import build_review
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry
from catchup.settings import DAY_SECONDS, Settings
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.group_book import DynamoGroups
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.sent_log import DynamoSentLog
from catchup.usecases.screening.review import Review
from catchup_admin.audit import Audit
from catchup_admin.closing import Closing
from catchup_admin.overview import Look
from catchup_admin.people import People
from catchup_admin.redrive import Redrive
from catchup_admin.stored import History, OfflineStore


class Complaints(FunctionTelemetry):
    """Telemetry for the terminal: no metrics, and rows that can't be read are printed on standard error."""

    def count(self, *_: object, **__: object) -> None:
        """Does nothing."""

    def error(self, line: str, metric: Metric, **keys: Any) -> None:  # noqa: ARG002
        """Prints that a row can't be read. No other errors are logged in these commands."""
        print("a row of {table} can't be read, and is kept: {key}: {reason}".format_map(keys), file=sys.stderr)


@dataclass(frozen=True)
class Admin:
    """The operator's commands."""

    people: People
    audit: Audit
    messages: Redrive
    hints: Redrive
    closing: Closing
    review: Review
    look: Callable[[str | None], Look]


def build_admin(settings: Settings, parts: Parts) -> Admin:
    """Makes the commands for a deployment with these settings."""
    storage = Container(settings, parts).storage
    counters, groups, presence = DynamoCounters(storage), DynamoGroups(storage), DynamoPresenceBook(storage)
    offline = OfflineStore(storage)
    review = build_review(settings, parts)
    people = People(counters, groups, presence, offline)
    audit = Audit(
        counters=counters,
        groups=groups,
        history=History(storage),
        offline=offline,
        sent_log=DynamoSentLog(storage),
        review=review,
        clock=parts.clock,
        # A day less than retries are recognised, so that a message is not forgotten while it is sent again.
        retry_ms=(settings.sent_retention_days - 1) * DAY_SECONDS * 1_000,
    )
    return Admin(
        people=people,
        audit=audit,
        messages=Redrive(parts.clients.sqs, settings.fanout_queue_url),
        hints=Redrive(parts.clients.sqs, settings.hint_queue_url),
        closing=Closing(lambda: parts.clients.management(settings.management_endpoint), presence),
        review=review,
        look=lambda stack: Look(
            parts.clients.dynamodb,
            parts.clock,
            settings,
            parts.clients.sqs,
            _cloudwatch if stack else None,
            stack or "",
        ),
    )


def _cloudwatch() -> Any:
    return botocore.session.get_session().create_client("cloudwatch", config=CLIENT_CONFIG)
