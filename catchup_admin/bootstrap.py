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
from catchup.usecases.screening.review import Review
from catchup_admin.audit import Audit
from catchup_admin.closing import Closing
from catchup_admin.overview import Look
from catchup_admin.people import People
from catchup_admin.redrive import Redrive
from catchup_admin.stored import History, OfflineStore


class Complaints(FunctionTelemetry):
    """On the terminal there are no metrics; rows that can't be read are named on standard error."""

    def count(self, *_: object, **__: object) -> None:
        """Nothing."""

    def error(self, line: str, metric: Metric, **keys: Any) -> None:  # noqa: ARG002
        """Of a row that can't be read: commands meet no other error that is logged."""
        print("a row of {table} can't be read, and is kept: {key}: {reason}".format_map(keys), file=sys.stderr)


@dataclass(frozen=True)
class Admin:
    """What an operator can do."""

    people: People
    audit: Audit
    messages: Redrive
    hints: Redrive
    closing: Closing
    review: Review
    look: Callable[[str | None], Look]


def build_admin(settings: Settings, parts: Parts) -> Admin:
    """The commands, on a deployment of these settings."""
    of = Container(settings, parts)
    offline = OfflineStore(of.storage)
    review = build_review(settings, parts)
    people = People(of.counters, of.groups, of.presence, offline)
    audit = Audit(
        counters=of.counters,
        groups=of.groups,
        history=History(of.storage),
        offline=offline,
        sent_log=of.sent_log,
        review=review,
        clock=parts.clock,
        # A day less than a retry is recognised: what is sent again must not be forgotten meanwhile.
        retry_ms=(settings.sent_retention_days - 1) * DAY_SECONDS * 1_000,
    )
    return Admin(
        people=people,
        audit=audit,
        messages=Redrive(parts.clients.sqs, settings.fanout_queue_url),
        hints=Redrive(parts.clients.sqs, settings.hint_queue_url),
        closing=Closing(lambda: parts.clients.management(settings.management_endpoint), of.presence),
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
