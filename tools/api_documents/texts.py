"""What the documents say in words. All else comes from their sources."""

from collections.abc import Mapping

# The version of the protocol, whose paths begin with /v1.
VERSION = "1"

HTTP = """\
Every request of Catchup but `login` and `ping`, over HTTP.

- **Encodings.** A request's `Content-Type`, and `Accept` for its answer, are `application/json` or
  `application/x-protobuf`: the named message, serialised, without base64. An answer of more than 1 KB is compressed
  with gzip if `Accept-Encoding` allows it. A request has at most {body:,} bytes and is not compressed.
- **Pages.** `limit` is at most {page:,}. A page has at most {answer:,} bytes before gzip, and ends early when it is
  full: `end` is then false.
- **Repeating.** `msgId` makes a message idempotent: the same message sent again is answered with the same seq. All
  other requests may be repeated, too.
- **Numbers.** An int64 is a JSON number from 0 to 2^53 - 1.
- **Unknown members** of a request are ignored; answers may have new ones.
- **Answers of the gateway itself** (an unknown path or method, a token that is not accepted, throttling) have its own
  body, `GatewayFailure`, and no CORS headers.

docs/protocol.md says what each request does, and when to send it.
"""

WEBSOCKET = """\
Requests and their answers, and pushes, as JSON text frames. A request may have a `reqId`, which its answer repeats.

Frames come in two encodings. The JSON form is described here. In the protobuf form a frame has two members: `cmd`, and
`pb`, the base64 of a serialised catchup.v1.Envelope with the same content; the server answers and pushes in the form
that the connection uses.

docs/protocol.md says what each request does, and when to send it.
"""

TAGS: Mapping[str, str] = {
    "catching_up": "Counters, pages of messages, and the list of sessions.",
    "session_settings": "How one wants to see one's sessions.",
    "sending": "Messages.",
    "groups": "Groups and their members.",
    "people": "Whom one does not want to hear from.",
    "revising": "What becomes of messages that were sent.",
    "signals": "What happens in a session and is not kept.",
    "presence": "Who is online.",
    "receipts": "Who has read.",
    "media": "Pictures, voice, videos and files.",
    "hiding": "Messages that one does not want to see any more.",
}

# By operation: a command, or `allCounters`.
SUMMARIES: Mapping[str, str] = {
    "login": "Registers the device, and returns the counters of all sessions with something unread",
    "ping": "Keeps the connection open",
    "allCounters": "Returns the counters of all sessions with something unread",
    "counters": "Returns the counters of named sessions",
    "clear": "Clears counts, which the client has added to its own",
    "ack": "Deletes saved messages from the offline store",
    "chat": "Sends a message",
    "pull": "Returns the next page of waiting messages, and deletes the acked ones",
    "history": "Returns a page of a session's history",
    "sessions": "Lists the caller's sessions, the newest first",
    "settings": "Mutes, pins, hides sessions, or marks them as unread, on all of the caller's devices",
    "create": "Makes a group",
    "join": "Joins an open group",
    "leave": "Leaves a group",
    "add": "Adds people to a group",
    "remove": "Removes people from a group",
    "role": "Gives a member a role",
    "describe": "Changes a group's name or announcement",
    "mute": "Lets a member, or all but the owner and admins, not speak until a time",
    "dissolve": "Ends a group",
    "ask": "Asks to join a group, or takes that back",
    "requests": "Lists who asks to join a group",
    "approve": "Admits people who ask to join a group, or refuses them",
    "members": "Lists the members of a group, and says what it announces",
    "block": "Refuses a person's private messages from now on",
    "unblock": "Takes a person's private messages again",
    "blocked": "Lists whom the caller has blocked",
    "recall": "Recalls a message: its content is removed",
    "edit": "Replaces the content of a message",
    "read": "Says how far the person has read, on whichever device",
    "signal": "Tells those online in a session of something that is not kept, such as typing",
    "online": "Returns who of these people is online",
    "receipts": "Turns receipts on or off for the caller, in both directions",
    "readers": "Returns who has read a message of the caller in a group",
    "hide": "Hides messages from the caller, on all their devices",
    "media": "Tells where the file of a message is",
    "upload": "Tells how to upload a picture, voice, video or file for a message",
    "hidden": "Returns a page of what the caller has hidden in a session",
}
