"""The tables of the local database, and when each of their columns changes."""

APPLICATION_ID = 0x43617463
"""Marks the file as a store of this package: "Catc" in ASCII."""

VERSION = 2
"""Goes into `user_version`. A file with a higher one is refused; a lower one is brought up by MIGRATIONS."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE session (
    session_id   TEXT PRIMARY KEY,
    unread       INTEGER NOT NULL DEFAULT 0,  -- the red dot
    known        INTEGER NOT NULL DEFAULT 0,  -- the `received` up to which this device has counted
    read_at      INTEGER NOT NULL DEFAULT 0,  -- `known` when the person last read
    cleared      INTEGER NOT NULL DEFAULT 0,  -- the `known` that the server has confirmed; below known: clear is due
    last_seq     INTEGER NOT NULL DEFAULT 0,  -- the highest seq that this device has heard of
    counted_seq  INTEGER NOT NULL DEFAULT 0,  -- messages up to this seq are in `known`
    floor_seq    INTEGER NOT NULL DEFAULT 0,  -- what is below was removed, or isn't for this account
    bottom       INTEGER NOT NULL DEFAULT 0,  -- 1: the oldest readable message is saved
    timestamp_ms INTEGER NOT NULL DEFAULT 0,
    announced    INTEGER NOT NULL DEFAULT 0,  -- grows when something is heard of that isn't saved
    caught_up    INTEGER NOT NULL DEFAULT 0   -- `announced` when the last complete catch-up began
) WITHOUT ROWID;

CREATE TABLE message (
    session_id     TEXT NOT NULL,
    seq            INTEGER NOT NULL,
    msg_id         TEXT NOT NULL,
    sender         TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    chat_type      INTEGER NOT NULL,
    wants_ack      INTEGER NOT NULL,
    time_ms        INTEGER NOT NULL,
    server_time_ms INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    content        TEXT NOT NULL,                 -- JSON
    counted        INTEGER NOT NULL DEFAULT 0,    -- protocol.counting.Counted; groups: 0
    to_ack         INTEGER NOT NULL DEFAULT 0,    -- 1: saved, and the server hasn't confirmed its ack
    at             TEXT NOT NULL DEFAULT '[]',    -- JSON: the uids that are mentioned
    at_all         INTEGER NOT NULL DEFAULT 0,
    kind           TEXT NOT NULL DEFAULT '',      -- `type`
    PRIMARY KEY (session_id, seq)
);
CREATE INDEX message_to_ack ON message (session_id, seq) WHERE to_ack = 1;
CREATE INDEX message_counted_by_push ON message (session_id) WHERE counted = 1;

CREATE TABLE hole (                               -- seqs that history left out
    session_id TEXT NOT NULL,
    low        INTEGER NOT NULL,
    high       INTEGER NOT NULL,
    answers    INTEGER NOT NULL DEFAULT 1,        -- how many times; from the second on it is final
    PRIMARY KEY (session_id, low, high)
) WITHOUT ROWID;

CREATE TABLE outbox (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_id       TEXT NOT NULL UNIQUE,
    session_id   TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    chat_type    INTEGER NOT NULL,
    wants_ack    INTEGER NOT NULL,
    time_ms      INTEGER NOT NULL,
    content      TEXT NOT NULL,                   -- JSON
    refused_code INTEGER,                         -- set: it isn't sent again; kept for the application
    refused_why  TEXT NOT NULL DEFAULT '',
    at           TEXT NOT NULL DEFAULT '[]',      -- JSON
    at_all       INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_waiting ON outbox (session_id, position) WHERE refused_code IS NULL;
"""

_GROUPS = """
CREATE TABLE group_info (                         -- the last answer of `sessions`
    session_id TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    role       INTEGER NOT NULL,
    members    INTEGER NOT NULL,
    joined     INTEGER NOT NULL,
    left_at    INTEGER                            -- set: no longer a member
) WITHOUT ROWID;

CREATE TABLE passed (                             -- groups: seqs above read_at that don't count
    session_id TEXT NOT NULL,
    low        INTEGER NOT NULL,
    high       INTEGER NOT NULL,
    PRIMARY KEY (session_id, low)
) WITHOUT ROWID;

CREATE TABLE anonymous (                          -- groups: `count` seqs in this range don't count; which is unknown
    session_id TEXT NOT NULL,
    low        INTEGER NOT NULL,
    high       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (session_id, low)
) WITHOUT ROWID;

CREATE TABLE mention (                            -- groups: unread messages that mention the account
    session_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    PRIMARY KEY (session_id, seq)
) WITHOUT ROWID;
"""

SCHEMA += _GROUPS

MIGRATIONS: dict[int, str] = {
    1: """
ALTER TABLE message ADD COLUMN at TEXT NOT NULL DEFAULT '[]';
ALTER TABLE message ADD COLUMN at_all INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN at TEXT NOT NULL DEFAULT '[]';
ALTER TABLE outbox ADD COLUMN at_all INTEGER NOT NULL DEFAULT 0;
"""
    + _GROUPS,
}
"""From the version that is the key to the next one."""
