"""Command line → place → one call → lines, or JSON, and an exit status."""

import json
import os
import re
import sys
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from catchup.bootstrap.clients import Parts
from catchup.domain.ids import ConnectionId, DeviceId, MsgId, SessionId, Uid, is_uid
from catchup.errors import CatchupError
from catchup.settings import Settings
from catchup.usecases.screening.ports import HeldMessage
from catchup_admin import report
from catchup_admin.arguments import Options, parse
from catchup_admin.bootstrap import Admin, Complaints, build_admin
from catchup_admin.errors import DRIFT, FAILED, USAGE, AdminError, told
from catchup_admin.output import as_json, printable
from catchup_admin.place import environment_settings, local_settings, stack_settings
from catchup_admin.recount import Exactness

# The form of API Gateway's connection ids.
_CONNECTION = re.compile(r"[A-Za-z0-9_-]{8,}=")

# The result as data, the same as lines, and the exit status.
Outcome = tuple[object, Sequence[str], int]


def main(
    arguments: Sequence[str],
    environment: MutableMapping[str, str] = os.environ,
    build: Callable[[Settings, Parts], Admin] = build_admin,
) -> int:
    """Runs a command line and returns the exit status."""
    try:
        options = parse(arguments)
        settings = _settings(options, environment)
        admin = build(settings, Parts(telemetry=Complaints()))
        data, lines, status = run(options, admin)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        print(f"error: {' '.join(error.format_message().split())}", file=sys.stderr)
        return USAGE
    except AdminError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except (CatchupError, ClientError, BotoCoreError) as error:
        print(f"error: {told(error)}", file=sys.stderr)
        return FAILED
    print(as_json(data) if options.json else "\n".join(lines))
    return status


def _settings(options: Options, environment: MutableMapping[str, str]) -> Settings:
    if options.local:
        return local_settings(environment, options.state_file, options.port)
    return stack_settings(options.stack) if options.stack else environment_settings(environment)


def run(options: Options, admin: Admin) -> Outcome:
    """Runs a command. Raises AdminError, and errors of AWS and of the service."""
    name = f"held_{options.action}" if options.command == "held" else options.command
    return COMMANDS[name](options, admin)


def _overview(options: Options, admin: Admin) -> Outcome:
    overview = admin.look(options.stack).overview(options.rows)
    return overview, report.overview_lines(overview), 0


def _person(options: Options, admin: Admin) -> Outcome:
    person = admin.people.person(Uid(options.uid), options.backlog)
    if not person.is_known:
        raise AdminError(f"nothing is stored for {options.uid}: check the uid (upper and lower case differ)")
    return person, report.person_lines(person), 0


def _recount(options: Options, admin: Admin) -> Outcome:
    uid, session = Uid(options.uid), SessionId(options.session) if options.session else None

    def recounts() -> list[Any]:
        return list(admin.audit.recount(uid, session, options.history))

    found, repairs = recounts(), []
    if not found:
        raise AdminError(f"{uid} has no sessions: check the uid (upper and lower case differ)")
    if options.repair:
        repairs = list(admin.audit.repair(found))
        found = recounts() if repairs else found
    status = DRIFT if any(recount.outcome is Exactness.DRIFT for recount in found) else 0
    data = {"sessions": found, "repairs": repairs}
    return data, report.recount_lines(found, repairs), status


def _redrive(options: Options, admin: Admin) -> Outcome:
    queue = admin.hints if options.hints else admin.messages
    jobs = list(queue.jobs(options.limit, dry_run=options.dry_run))
    return {"jobs": jobs, "moved": not options.dry_run}, report.job_lines(jobs, options.dry_run), 0


def _close(options: Options, admin: Admin) -> Outcome:
    target = options.target
    device = DeviceId(options.device) if options.device else None
    is_person = is_uid(target) and not options.connection
    # A uid may look like a connection id. If a person with this uid is connected, it is a uid.
    closed = list(admin.closing.person(Uid(target), device)) if is_person else []
    if not closed and (options.connection or _CONNECTION.fullmatch(target)):
        if device:
            raise AdminError("--device needs a uid; a connection has only one device")
        closed = [admin.closing.connection(ConnectionId(target))]
    if not closed:
        what = f"device {device} of {target}" if device else target
        raise AdminError(f"{what} is not connected; if this is a connection that looks like a uid, add --connection")
    return closed, report.closed_lines(closed), 0


def _held_list(options: Options, admin: Admin) -> Outcome:
    found: list[HeldMessage] = []
    after = None
    while len(found) < options.limit:
        page, after = admin.review.list(after, options.limit - len(found))
        found += page
        if after is None:
            break
    return [_held_data(held) for held in found], report.held_lines(found, after is not None), 0


def _held_show(options: Options, admin: Admin) -> Outcome:
    held = admin.review.held.get(Uid(options.uid), MsgId(options.msg_id))
    if held is None:
        raise _not_held(options)
    data = {**_held_data(held), "msg": MessageToDict(Struct.FromString(held.draft.content))}
    text = json.dumps(data["msg"], ensure_ascii=False)
    return data, [*report.held_lines([held], False)[:2], "", printable(text)], 0


def _held_release(options: Options, admin: Admin) -> Outcome:
    message = admin.review.release(Uid(options.uid), MsgId(options.msg_id))
    if message is None:
        raise _not_held(options)
    done = {"session_id": message.session_id, "seq": message.seq}
    return done, [f"released: {message.session_id} #{message.seq}"], 0


def _held_drop(options: Options, admin: Admin) -> Outcome:
    uid, msg_id = Uid(options.uid), MsgId(options.msg_id)
    if admin.review.held.get(uid, msg_id) is None:
        raise _not_held(options)
    admin.review.drop(uid, msg_id)
    return {"dropped": msg_id}, [f"dropped: {msg_id} of {uid}"], 0


def _held_data(held: HeldMessage) -> dict[str, object]:
    draft = held.draft
    return {
        "uid": draft.sender,
        "msg_id": draft.msg_id,
        "session_id": held.session_id,
        "held_at_ms": held.held_at_ms,
        "sources": held.sources,
    }


def _not_held(options: Options) -> AdminError:
    return AdminError(f"{options.msg_id} of {options.uid} is not held (any more): see `held list`")


COMMANDS: dict[str, Callable[[Options, Admin], Outcome]] = {
    "overview": _overview,
    "person": _person,
    "recount": _recount,
    "redrive": _redrive,
    "close": _close,
    "held_list": _held_list,
    "held_show": _held_show,
    "held_release": _held_release,
    "held_drop": _held_drop,
}
