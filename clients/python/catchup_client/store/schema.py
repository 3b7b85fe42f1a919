"""The tables of the local database, and when each of their columns changes."""

APPLICATION_ID = 0x43617463
"""Marks the file as a store of this package: "Catc" in ASCII."""

VERSION = 9
"""Goes into `user_version`. A file with a higher one is refused; one with a lower one is set aside."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE session (
    session_id   TEXT PRIMARY KEY,
    known        INTEGER NOT NULL,  -- the number up to which this device has counted
    added        TEXT NOT NULL,     -- JSON: ranges of the numbers that are counted and not read
    recalled     TEXT NOT NULL,     -- JSON: numbers above `known` that were recalled
    unlisted     INTEGER NOT NULL,  -- so many of these, up to `unlisted_to`, are own ones; it is unknown which
    unlisted_to  INTEGER NOT NULL,
    joined       INTEGER NOT NULL,  -- groups: the seq of the message that made this account a member
    cleared      INTEGER NOT NULL,  -- the `known` that the server has confirmed; below known: clear is due
    last_seq     INTEGER NOT NULL,  -- the highest seq that this device has heard of
    read_seq     INTEGER NOT NULL,  -- how far the person has read, here or on another device: a seq,
    read_number  INTEGER NOT NULL,  --   and the number up to there
    told_seq     INTEGER NOT NULL,  -- how much of that the server knows; if it is less, `read` is due
    told_number  INTEGER NOT NULL,
    read_to_seq    INTEGER NOT NULL,  -- private: how far the other person has read: a seq,
    read_to_number INTEGER NOT NULL,  --   and the number up to there
    floor_seq    INTEGER NOT NULL,  -- what is below was removed, or isn't for this account
    inexact      INTEGER NOT NULL,  -- 1: `added` may have numbers that were removed, or are own ones: see `recount`
    bottom       INTEGER NOT NULL,  -- 1: the oldest readable message is saved
    timestamp_ms INTEGER NOT NULL,
    announced    INTEGER NOT NULL,  -- grows when something is heard of that isn't saved
    caught_up    INTEGER NOT NULL   -- `announced` when the last complete catch-up began
) WITHOUT ROWID;
CREATE INDEX session_uncleared ON session (session_id, known) WHERE known > cleared;
CREATE INDEX session_untold ON session (session_id) WHERE (read_number, read_seq) > (told_number, told_seq);

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
    number         INTEGER NOT NULL,
    quiet          INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    content        TEXT NOT NULL,                 -- JSON
    to_ack         INTEGER NOT NULL,              -- 1: saved, and the server hasn't confirmed its ack
    at             TEXT NOT NULL,                 -- JSON: the uids that are mentioned
    at_all         INTEGER NOT NULL,
    kind           TEXT NOT NULL,                 -- `type`
    mentions_me    INTEGER NOT NULL,              -- 1: it is another's, and mentions this account
    recalled       INTEGER NOT NULL,              -- 1: its content is gone
    revised        INTEGER NOT NULL,              -- the seq of the notice that the content is from; 0: none
    ref_seq        INTEGER,                       -- notices: what they are about
    ref_number     INTEGER,
    ref_uid        TEXT,
    hidden         INTEGER NOT NULL,              -- 1: the person has hidden it, and its content is gone
    PRIMARY KEY (session_id, seq)
);
CREATE INDEX message_to_ack ON message (session_id, seq) WHERE to_ack = 1;
CREATE INDEX message_ref ON message (session_id, ref_seq, seq) WHERE ref_seq IS NOT NULL;
CREATE INDEX message_mentions_me ON message (session_id) WHERE mentions_me = 1;

CREATE TABLE hole (                               -- seqs that history left out
    session_id TEXT NOT NULL,
    low        INTEGER NOT NULL,
    high       INTEGER NOT NULL,
    answers    INTEGER NOT NULL DEFAULT 1,        -- how many times; from the second on it is final
    PRIMARY KEY (session_id, low, high)
) WITHOUT ROWID;

CREATE TABLE hidden (                             -- what the person has hidden, whether it is saved or not
    session_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    due        INTEGER NOT NULL,                  -- 1: the server is to be told
    PRIMARY KEY (session_id, seq)
) WITHOUT ROWID;
CREATE INDEX hidden_due ON hidden (session_id, seq) WHERE due = 1;

CREATE TABLE hidden_version (                     -- up to which all that is hidden is known here
    session_id TEXT PRIMARY KEY,
    version    INTEGER NOT NULL
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
    at           TEXT NOT NULL,                   -- JSON
    at_all       INTEGER NOT NULL,
    source_session TEXT,                          -- forwards: the message whose file it names
    source_seq     INTEGER
);
CREATE INDEX outbox_waiting ON outbox (session_id, position) WHERE refused_code IS NULL;

CREATE TABLE upload (                             -- files of messages in the outbox, which wait until they are uploaded
    msg_id        TEXT PRIMARY KEY,
    path          TEXT NOT NULL,
    keep_metadata INTEGER NOT NULL,               -- 0: a JPEG goes up without what its camera notes
    parts         TEXT NOT NULL,                  -- JSON: the SHA-256 of each part
    upload_id     TEXT NOT NULL                   -- '': not begun, or by a form
) WITHOUT ROWID;

CREATE TABLE session_settings (                   -- what the server has told
    session_id     TEXT PRIMARY KEY,
    muted_until_ms INTEGER NOT NULL,              -- 0: not muted
    pinned_at_ms   INTEGER NOT NULL,              -- 0: not pinned
    hidden_seq     INTEGER,
    hidden_number  INTEGER,                       -- set: hidden, until there is a higher number
    marked_seq     INTEGER,
    marked_number  INTEGER,                       -- set: marked as unread
    changed_at_ms  INTEGER NOT NULL,
    version        INTEGER NOT NULL               -- only a higher one replaces the row
) WITHOUT ROWID;

CREATE TABLE choice (                             -- settings that the person has chosen, until they are answered
    position       INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id     TEXT NOT NULL,
    changed_at_ms  INTEGER NOT NULL,
    at_seq         INTEGER NOT NULL,
    at_number      INTEGER NOT NULL,
    muted_until_ms INTEGER,                       -- this and the next: not set if the choice leaves them as they are
    pinned         INTEGER,
    hidden         INTEGER,
    marked_unread  INTEGER
);

CREATE TABLE group_info (                         -- the last answer of `sessions`
    session_id TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    role       INTEGER NOT NULL,
    members    INTEGER NOT NULL,
    joined     INTEGER NOT NULL,
    left_at    INTEGER,                           -- set: no longer a member
    muted_until_ms     INTEGER NOT NULL,          -- until when the account may not speak; 0: never muted
    all_muted_until_ms INTEGER NOT NULL,
    dissolved          INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE blocked (                            -- whom the account has blocked, as far as this device was told
    uid TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE mention (                            -- groups: unread messages of which a counter told a mention
    session_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    PRIMARY KEY (session_id, seq)
) WITHOUT ROWID;
"""
