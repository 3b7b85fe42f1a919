"""Events of the bucket of media, by way of EventBridge: event → key → use case.

They come at least once, and in any order. Whatever comes again is noted already, so nothing is done twice.
Source: S3 user guide, "EventBridge event message structure".
"""

from collections.abc import Callable, Mapping
from typing import Any

from catchup.domain.media import is_key
from catchup.entrypoint.invocation import invocation
from catchup.errors import Unavailable
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry, trace_of
from catchup.usecases.media.uploaded import Uploaded

Event = Mapping[str, Any]
# Objects below it are what people upload. The rule that invokes the function has the same prefix.
_OBJECTS = "media/"


def bucket_handler(uploaded: Uploaded, telemetry: FunctionTelemetry) -> Callable[[Event, Any], dict[str, Any]]:
    """A Lambda handler that answers with what the object is; with nothing if there is none. Nobody waits for that, so
    it is for whoever tries an event. Raises Unavailable: then the event comes again."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        late: Unavailable
        with invocation(telemetry, event, context):
            try:
                return _sniffed(event, uploaded, telemetry)
            except Unavailable as error:
                telemetry.logger.warning("an event comes again", trace=trace_of(error))
                late = error
        raise late

    return handler


def _sniffed(event: Event, uploaded: Uploaded, telemetry: FunctionTelemetry) -> dict[str, Any]:
    key = _key_of(event)
    found = uploaded(key) if key is not None else None
    if found is None:
        return {}
    if found.lies:
        telemetry.warning("a file is not what its sender says", Metric.LYING_FILES, media_key=key, type=found.mime)
    return {"type": found.mime, "lies": found.lies}


def _key_of(event: Event) -> str | None:
    """The key of a person's upload; None if it is another object. Events may encode keys; keys of uploads have no
    character that would be another one then."""
    name = event["detail"]["object"]["key"]
    key = name.removeprefix(_OBJECTS)
    return key if key != name and is_key(key) else None
