"""The text that `make run` prints: addresses, tokens, and what to paste to see what Catchup does."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

DEVICE = "phone"
SESSION = "p:alice:bob"


@dataclass(frozen=True)
class Step:
    """A frame to type, and what to look for in the answer."""

    frame: str
    shows: str


@dataclass(frozen=True)
class Session:
    """The steps of one person, who has a separate terminal."""

    uid: str
    title: str
    steps: tuple[Step, ...]


SESSIONS = (
    Session(
        "alice",
        "Alice writes to Bob, who is away.",
        (
            Step('{"cmd":"login"}', "she is online"),
            Step(
                '{"cmd":"chat","body":{"msgId":"m1","chatType":1,"ackFlg":1,"to":"bob","msg":{"message":"hello"}}}',
                "chatAck: the message is stored, and has seq 1",
            ),
        ),
    ),
    Session(
        "bob",
        "Bob comes back.",
        (
            Step('{"cmd":"login"}', "one unread message is counted, and comes along as lastMsg"),
            Step('{"cmd":"clear","body":{"sessions":{"' + SESSION + '":1}}}', "counted: the counter is cleared"),
            Step(
                '{"cmd":"pull","body":{"sessionId":"' + SESSION + '"}}', "the page: the message waits until it is acked"
            ),
            Step(
                '{"cmd":"pull","body":{"sessionId":"' + SESSION + '","ack":[1]}}',
                "acked: it is deleted, and end is true",
            ),
            Step(
                '{"cmd":"read","body":{"sessions":{"' + SESSION + '":{"seq":1,"received":1}}}}',
                "Bob has read it: his other devices learn that nothing is unread any more",
            ),
            Step('{"cmd":"login"}', "nothing is unread, so no session is told of"),
        ),
    ),
)


# What describes the two APIs in a browser: local/pages.py serves them.
DESCRIPTIONS = ("/docs/http", "/docs/websocket")

# What a terminal can paste as it is, with URL and T (a token of Alice) set.
HTTP_LINES = (
    'curl -H "Authorization: Bearer $T" $URL/v1/sessions',
    """curl -H "Authorization: Bearer $T" -d '{"limit":20,"ack":[21,20]}' $URL/v1/sessions/p:alice:bob/pull""",
    'curl -H "Authorization: Bearer $T" "$URL/v1/sessions/p:alice:bob/messages?before=21&limit=50"',
    'curl -H "Authorization: Bearer $T" '
    """-d '{"msgId":"m7","chatType":1,"to":"bob","msg":{"message":"hello"}}' $URL/v1/messages""",
    'curl -s -H "Authorization: Bearer $T" -H "Accept: application/x-protobuf" '
    "$URL/v1/sessions/p:alice:bob/messages | od -c",
)


def connect_command(url: str, token: str) -> str:
    """The command line that connects a terminal."""
    return f'npx -y wscat -c {url} -s catchup.json.v1 -H "Authorization: Bearer {token}"'


def banner(url: str, tokens: dict[str, str], http_url: str = "") -> str:
    """The text for the terminal.

    Args:
        tokens: a token for each person in SESSIONS, by uid.
        http_url: the address of the HTTP API; "" if there is none.
    """
    lines = ["", f"open {page_of(url)} in a browser: two phones, Alice's and Bob's", ""]
    lines += [f"Catchup runs at  {url}", *_and_at(http_url), ""]
    lines += [f"token of {uid}: {token}" for uid, token in tokens.items()]
    lines += ["others:  .venv/bin/python -m local token --uid carol --device laptop"]
    lines += ['to look inside, in another terminal:  make admin ARGS="person bob --local"']
    for number, session in enumerate(SESSIONS, 1):
        lines += ["", f"{number}. {session.title} In a terminal:", "", connect_command(url, tokens[session.uid])]
        lines += ["", "   and then, line by line:", ""]
        for step in session.steps:
            lines += [step.frame, f"   → {step.shows}"]
    if http_url:
        lines += [
            "",
            f"{len(SESSIONS) + 1}. The same over HTTP, as Alice. In a terminal, all at once or line by line:",
            "",
        ]
        lines += [f"URL={http_url}", f"T={tokens['alice']}", *HTTP_LINES]
    return "\n".join([*lines, *_END])


def issuer_banner(url: str, issuer: str, http_url: str = "") -> str:
    """The text for the terminal if an issuer signs the tokens. `http_url`: as above."""
    lines = [
        "",
        f"Catchup runs at  {url}",
        *_and_at(http_url),
        "",
        f"Tokens come from {issuer}. With one of them, in a terminal:",
        "",
    ]
    lines += [f'{connect_command(url, "<token>")} -H "X-Device-Id: {DEVICE}"', "", "   and then:", ""]
    lines += ['{"cmd":"login"}', "   → the person whom the token names is online"]
    if http_url:
        lines += ["", "   or over HTTP:", "", f"URL={http_url}", "T=<token>", HTTP_LINES[0]]
    return "\n".join([*lines, *_END])


def page_of(url: str) -> str:
    """The address of the page on which one sees all of it, from that of the WebSocket."""
    return urlsplit(url)._replace(scheme="http", path="/").geturl()


def _and_at(http_url: str) -> list[str]:
    if not http_url:
        return []
    pages = (urljoin(http_url, page) for page in DESCRIPTIONS)
    return [f"           and at  {http_url}", f"described at     {'  '.join(pages)}"]


_END = (
    "",
    "Ctrl-C stops everything. What goes on follows, a line a request; LOG=json shows all that the functions print.",
    "",
)
