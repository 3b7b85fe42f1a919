"""Does what the frame tells it to, so that tests can look into a function's process."""

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import layered  # type: ignore[import-not-found] # on the path in the function only

Event = dict[str, Any]
COLD = {"starts": 0}


def authorizer(event: Event, _context: Any) -> Event:
    """Lets everybody in whose token has a subject, without looking at the signature."""
    over_http = "routeArn" in event
    token = event["headers"].get("authorization" if over_http else "Authorization", "").removeprefix("Bearer ")
    if token.count(".") != 2:
        raise Exception("Unauthorized")
    claims = token.split(".")[1]
    subject = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
    if over_http:
        return {"isAuthorized": True, "context": {"uid": subject}}
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": subject, "policyDocument": policy, "context": {"uid": subject}}


def handler(event: Event, context: Any) -> Event:
    """Answers {"result": …}, or fails as told."""
    route = event["requestContext"]["routeKey"]
    if route in {"$connect", "$disconnect"}:
        print(f"probe saw {route} of {event['requestContext']['authorizer']['uid']}")
        return {"statusCode": 200}
    return {"statusCode": 200, "body": json.dumps({"result": act(json.loads(event["body"]), context)})}


def web(event: Event, _context: Any) -> Event:
    """Answers a request of the HTTP API with its event."""
    return event


def act(frame: Event, context: Any) -> Any:
    """The things to be told."""
    match frame:
        case {"do": "environment"}:
            return dict(os.environ)
        case {"do": "where"}:
            return {"cwd": str(Path.cwd()), "layer": layered.WORD, "pid": os.getpid(), "path": sys.path}
        case {"do": "context"}:
            return [context.function_name, context.aws_request_id, context.get_remaining_time_in_millis()]
        case {"do": "pid", "seconds": seconds}:
            time.sleep(seconds)
            return os.getpid()
        case {"do": "print", "text": text}:
            print(text)
        case {"do": "raise"}:
            raise ValueError("told to")
        case {"do": "exit"}:
            os._exit(3)
        case {"do": "child"}:
            return subprocess.Popen(["sleep", "60"]).pid
    return None


def worker(event: Event, _context: Any) -> Event:
    """Writes what it was given into the file that the message names; fails, in part or whole, as told."""
    failures = []
    for each in event["Records"]:
        body = json.loads(each["body"])
        with Path(body["file"]).open("a", encoding="utf-8") as file:
            seen = {"size": len(event["Records"]), "name": body["name"], "at": time.time(), "record": each}
            file.write(json.dumps(seen) + "\n")
        time.sleep(body.get("seconds", 0))
        if body.get("fails"):
            failures.append({"itemIdentifier": each["messageId"]})
        if body.get("raises") or (body.get("stumbles") and each["attributes"]["ApproximateReceiveCount"] == "1"):
            raise ValueError("told to")
    return {"batchItemFailures": failures}


def sender(event: Event, _context: Any) -> None:
    """Sends the event's body to the queue, with a client that is told nothing but what the environment says."""
    import botocore.session  # slow to import, and needed here only

    sqs: Any = botocore.session.get_session().create_client("sqs")
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event["body"]))
