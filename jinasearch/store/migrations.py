"""The library's schema, as named steps. A step that was released is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

_FIRST = """
CREATE TABLE folders(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    is_file INTEGER NOT NULL,
    away INTEGER NOT NULL DEFAULT 0,
    rules TEXT NOT NULL
);
CREATE TABLE files(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL REFERENCES folders(id),
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    passages INTEGER NOT NULL DEFAULT 0,
    urgency INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX files_counted ON files(folder, state, passages);
CREATE INDEX files_unread ON files(urgency DESC, mtime_ns DESC) WHERE state = 'seen';
CREATE INDEX files_identity ON files(inode, device);

CREATE TABLE passages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL REFERENCES files(id),
    ordinal INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    place TEXT NOT NULL,
    input_hash BLOB NOT NULL
);
CREATE INDEX passages_of_file ON passages(file, ordinal);
CREATE INDEX passages_by_input ON passages(input_hash);
CREATE TABLE cards(
    file INTEGER PRIMARY KEY REFERENCES files(id),
    text TEXT NOT NULL,
    input_hash BLOB NOT NULL
);
CREATE INDEX cards_by_input ON cards(input_hash);

-- The text that is indexed differs from the text that is shown, hence content from a view.
CREATE VIEW passages_indexed AS
    SELECT id, cut(text) AS text, cut(heading) AS heading FROM passages;
CREATE VIRTUAL TABLE passages_fts USING fts5(
    text, heading, content = 'passages_indexed', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO passages_fts(passages_fts, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE passages_vocabulary USING fts5vocab(passages_fts, row);
CREATE VIEW names_indexed AS
    SELECT files.id, cut(name_words(files.path)) AS name,
           cut(folder_words(files.path, folders.path)) AS folders
    FROM files JOIN folders ON folders.id = files.folder;
CREATE VIRTUAL TABLE names_fts USING fts5(
    name, folders, content = 'names_indexed', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO names_fts(names_fts, rank) VALUES ('secure-delete', 1);
-- Apart from the names: those are known when a file is seen, titles only when it was read.
CREATE VIEW titles_indexed AS
    SELECT id, cut(title) AS title, cut(author) AS author FROM files
    WHERE title != '' OR author != '';
CREATE VIRTUAL TABLE titles_fts USING fts5(
    title, author, content = 'titles_indexed', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO titles_fts(titles_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE spaces(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
-- The id is a sequence number: the graph replays what is newer than its snapshot.
CREATE TABLE vectors(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    space INTEGER NOT NULL REFERENCES spaces(id),
    input_hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE(space, input_hash)
);
-- What is left to embed. layer: 0 the card, 1 the passages.
CREATE TABLE todo(
    space INTEGER NOT NULL REFERENCES spaces(id),
    file INTEGER NOT NULL REFERENCES files(id),
    layer INTEGER NOT NULL,
    urgency INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY(space, file, layer)
) WITHOUT ROWID;
CREATE INDEX todo_in_order ON todo(space, urgency DESC, layer, mtime_ns DESC);
CREATE INDEX todo_of_file ON todo(file);
"""

# Which space answers questions while another is being made, and what it takes to ask it.
_SERVING = """
ALTER TABLE spaces ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE spaces ADD COLUMN dimension INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spaces ADD COLUMN serving INTEGER NOT NULL DEFAULT 0;
"""

# Removing a folder takes a while: one that is leaving is gone for the user.
_LEAVING = """
ALTER TABLE folders ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;
"""

# By what the rows were made, so that a newer one can try again what failed.
_MADE_BY = """
CREATE TABLE made_by(part TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
"""

# Small before huge, and an order for each folder by itself, for folders take turns. The numbers
# stand in the queries too: a file is huge from 5 MB or 500 passages on.
_TURNS = """
DROP INDEX files_unread;
CREATE INDEX files_unread ON files(urgency DESC, size >= 5000000, mtime_ns DESC)
    WHERE state = 'seen';
CREATE INDEX files_unread_in_folder
    ON files(folder, urgency DESC, size >= 5000000, mtime_ns DESC) WHERE state = 'seen';
ALTER TABLE todo ADD COLUMN folder INTEGER NOT NULL DEFAULT 0;
ALTER TABLE todo ADD COLUMN huge INTEGER NOT NULL DEFAULT 0;
UPDATE todo SET (folder, huge) =
    (SELECT folder, todo.layer = 1 AND passages >= 500 FROM files WHERE files.id = todo.file);
DROP INDEX todo_in_order;
CREATE INDEX todo_in_order ON todo(space, urgency DESC, layer, huge, mtime_ns DESC);
CREATE INDEX todo_in_folder ON todo(space, folder, urgency DESC, layer, huge, mtime_ns DESC);
"""

# Files with pictures of text, and what was seen on them, by the SHA-256 of the content.
_SCANS = """
CREATE TABLE scans(
    file INTEGER PRIMARY KEY REFERENCES files(id),
    digest TEXT NOT NULL,
    waiting INTEGER NOT NULL
);
CREATE INDEX scans_by_digest ON scans(digest);
CREATE INDEX scans_waiting ON scans(file) WHERE waiting;
CREATE TABLE recognized(
    digest TEXT PRIMARY KEY,
    readers TEXT NOT NULL,
    document TEXT NOT NULL
) WITHOUT ROWID;
"""

# The words of names and titles, to find the one that a slip of the fingers meant. No data: views.
_WORDS_OF_NAMES = """
CREATE VIRTUAL TABLE names_vocabulary USING fts5vocab(names_fts, row);
CREATE VIRTUAL TABLE titles_vocabulary USING fts5vocab(titles_fts, row);
"""

# What a filter by language asks; empty where it is not told, or not yet.
_LANGUAGES = """
ALTER TABLE files ADD COLUMN language TEXT NOT NULL DEFAULT '';
"""

# Whose text a vector is, and what a file's inputs are, told by the index alone: the rows of
# passages, which hold the text, are ten times as large and need not be read for it.
_COVERING = """
DROP INDEX passages_by_input;
CREATE INDEX passages_by_input ON passages(input_hash, file);
DROP INDEX passages_of_file;
CREATE INDEX passages_of_file ON passages(file, ordinal, input_hash);
"""

# Vectors whose text went, kept for a while: it may come back under another name.
_ORPHANS = """
CREATE TABLE orphans(
    space INTEGER NOT NULL REFERENCES spaces(id),
    input_hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY(space, input_hash)
) WITHOUT ROWID;
"""

# Words are folded before they are indexed: ß, ø, ł and their like, full and half width, kana.
_FOLDED = """
INSERT INTO passages_fts(passages_fts) VALUES ('rebuild');
INSERT INTO names_fts(names_fts) VALUES ('rebuild');
INSERT INTO titles_fts(titles_fts) VALUES ('rebuild');
"""

# The file systems that a folder's files lie on, by the path at which each begins: one that is not
# there is away, whatever lies there instead.
_PLACES = """
CREATE TABLE places(
    folder INTEGER NOT NULL REFERENCES folders(id),
    path BLOB NOT NULL,
    filesystem TEXT NOT NULL,
    PRIMARY KEY(folder, path)
) WITHOUT ROWID;
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("first", _FIRST),
    ("serving space", _SERVING),
    ("leaving folders", _LEAVING),
    ("versions of readers", _MADE_BY),
    ("small before huge, folders by turns", _TURNS),
    ("scans", _SCANS),
    ("words of names", _WORDS_OF_NAMES),
    ("languages of files", _LANGUAGES),
    ("indexes that tell whose a text is", _COVERING),
    ("orphaned vectors", _ORPHANS),
    ("folded words", _FOLDED),
    ("file systems of folders", _PLACES),
)
SCHEMA = len(MIGRATIONS)
"""The schema that this program writes, kept in `PRAGMA user_version`."""


def pending(connection: apsw.Connection) -> tuple[tuple[int, str, str], ...]:
    """The steps that this database has not taken: (number, name, script)."""
    have = schema_of(connection)
    return tuple(
        (number, name, script)
        for number, (name, script) in enumerate(MIGRATIONS, 1)
        if number > have
    )


def schema_of(connection: apsw.Connection) -> int:
    """The database's schema number; 0 for an empty one."""
    return int(connection.pragma("user_version") or 0)


def migrate(connection: apsw.Connection, most: int | None = None) -> None:
    """Take every pending step, or at most so many, each in a transaction of its own."""
    for number, name, script in pending(connection)[:most]:
        with connection:
            connection.execute(script)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations"
                "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, taken TEXT NOT NULL)"
            )
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, datetime('now'))", (number, name)
            )
            connection.pragma("user_version", number)
