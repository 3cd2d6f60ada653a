"""What the program talks about, as frozen data. Paths here are display text; URIs identify."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jinasearch.core.library_work import LibraryWork  # noqa: TC001 - msgspec reads it


class FileState(StrEnum):
    """How far a file has come. A crash at any point leaves one of these to go on from."""

    SEEN = "seen"
    KEYWORDS = "keywords"
    READY = "ready"
    FAILED = "failed"
    SKIPPED = "skipped"


class Layer(StrEnum):
    """What a vector stands for: a whole file (found early) or one of its passages."""

    CARD = "card"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in its file. Counting starts at 1; None means "does not apply".

    `start` and `end` are character offsets into the file's extracted text. `member` is the file
    within the file: an attachment, or the path of a member of an archive.
    """

    start: int = 0
    end: int = 0
    line: int | None = None
    line_end: int | None = None
    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None
    cell: int | None = None
    mail: int | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a file's text, cut along its structure, with the headings above it."""

    text: str
    heading: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Document:
    """What an extract worker read from one file. `kind` is a short format name such as `pdf`;
    `scan` the SHA-256 of a file with pictures of text that were not looked at, else empty.
    """

    kind: str
    title: str = ""
    author: str = ""
    passages: tuple[Passage, ...] = ()
    truncated: bool = False
    scan: str = ""


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the file system says of a file. `path` is as the OS gives it (surrogateescape)."""

    path: str
    size: int
    mtime_ns: int
    device: int = 0
    inode: int = 0
    online: bool = field(default=False, compare=False)
    """Its content is in a cloud alone; known only when it has just been looked at."""


@dataclass(frozen=True, slots=True)
class File:
    """A row of the library."""

    id: int
    folder: int
    stat: FileStat
    state: FileState
    reason: str = ""
    kind: str = ""
    title: str = ""
    urgency: int = 0


ARCHIVES = ("zip", "tar", "7z", "gz", "bz2", "xz", "zst")
"""The kinds of files that hold other files, and are opened only where the rules say so."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What of a folder is indexed. Patterns are in .gitignore's syntax.

    `without`: groups of file formats that are left out, such as `code` or `archive` (see
    `core.kinds`), by the file's name. `.jinasearchignore` files always count.
    `online`: files whose content lies in a cloud alone are fetched and read too. `archives`: what
    is packed in zip, tar and 7z archives is read too.
    """

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    hidden: bool = False
    gitignore: bool = True
    max_bytes: int = 200_000_000
    online: bool = False
    archives: bool = False
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What rules leave out for one reason (a code): files, whole folders, some of their paths."""

    reason: str
    files: int
    folders: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesPreview:
    """What a folder's rules would take in, and how that differs from now.

    `newly_out` and `newly_in` count files, `leaving` and `coming` name some of them. What lies in
    folders that stay closed is not counted. Not `complete`: the folder was too large to see it all.
    """

    files: int = 0
    bytes: int = 0
    newly_out: int = 0
    newly_in: int = 0
    leaving: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Ruling:
    """What leaves a file out: a reason's code, and the file or folder that it is said of.

    `pattern` is the line that matched: one of the .gitignore or .jinasearchignore file `source`
    or, where that is empty, of the indexed folder's own rules.
    """

    reason: str
    path: str
    pattern: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the files can be found, and by what."""

    files: int = 0
    keywords: int = 0
    cards: int = 0
    meaning: int = 0
    failed: int = 0
    skipped: int = 0
    passages: int = 0
    passages_embedded: int = 0

    @property
    def unread(self) -> int:
        """Files that wait to be read; those that are left out for good are none."""
        return max(0, self.files - self.keywords - self.failed - self.skipped)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder (or single file) that the user wants found. `away`: it is not there; what was read
    from it is kept. `gone`: nor did its drive go: it was deleted, moved or renamed. `drives_away`:
    URIs of places inside of it that a drive has left; what was on it is kept.
    """

    id: int
    uri: str
    path: str
    rules: Rules = field(default_factory=Rules)
    away: bool = False
    coverage: Coverage = field(default_factory=Coverage)
    drives_away: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A folder that people keep their own files in, and what the usual rules take of it.

    `counted`: all of it was counted; else there is more than `files` and `bytes`. `usual`: most
    people want it found. `known`: it is indexed already.
    """

    uri: str
    path: str
    files: int
    bytes: int
    counted: bool = True
    usual: bool = True
    known: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A matched stretch of a snippet, as character offsets `[start, end)` into its text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that answers: a snippet of its text, what matched in it, and where it stands.

    `rerank_score`, 0 to 1, is what the model that re-ranks says of it.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    heading: str = ""
    place: Place = field(default_factory=Place)
    keyword_score: float | None = None
    meaning_score: float | None = None
    id: int = 0
    rerank_score: float | None = None


class Likeness(StrEnum):
    """In what way a file is the same as another one."""

    COPY = "copy"
    NEAR_COPY = "near-copy"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Folded:
    """A file that stands behind another in the answers, for it is the same in some way."""

    file: int
    uri: str
    path: str
    name: str
    size: int
    mtime: float
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that answers, with its best passages. `mtime` is in seconds since the epoch.

    `exact`: it holds just what was typed. Not `certain`: a weak match. `away`: its drive is.
    """

    file: int
    uri: str
    path: str
    name: str
    folder: str
    kind: str
    title: str
    size: int
    mtime: float
    score: float
    by_keywords: bool
    by_meaning: bool
    name_marks: tuple[Mark, ...] = ()
    passages: tuple[PassageHit, ...] = ()
    exact: bool = False
    certain: bool = True
    folded: tuple[Folded, ...] = ()
    away: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check: what was looked at, whether it was sound, what to do if not.

    `mended`: it was unsound and is so no longer. `numbers` are those of `detail`, for who says it
    in other words, and `code` that of the error that it tells of.
    """

    name: str
    ok: bool
    detail: str = ""
    remedy: str = ""
    mended: bool = False
    numbers: tuple[int, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the processes that open files cannot do: `reading` (any but the file in hand),
    `writing`, `network`, `processes` (starting others). `means` names what bars it.
    """

    barred: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """Looking at pictures and scans for letters: `when` is `off`, `on` or `idle`; `installed` tells
    whether the extra is there, `waiting` how many files were not looked at yet.
    """

    when: str = "idle"
    installed: bool = False
    waiting: int = 0
    current: str = ""


class Activity(StrEnum):
    """What the engine is doing now."""

    IDLE = "idle"
    SCANNING = "scanning"
    READING = "reading"
    EMBEDDING = "embedding"
    PAUSED = "paused"
    WAITING = "waiting"
    """There is work, and the machine is left to its user for now: `Pace.reason` says why."""
    PROBLEM = "problem"


class Speed(StrEnum):
    """How fast the work goes. `OFF`: only what the user just changed or opened."""

    FULL = "full"
    GENTLE = "gentle"
    OFF = "off"


class Restraint(StrEnum):
    """Why the work does not go at full speed."""

    USER_ACTIVE = "user-active"
    OTHERS_BUSY = "others-busy"
    ON_BATTERY = "on-battery"
    POWER_SAVER = "power-saver"
    LOW_CHARGE = "low-charge"
    HOT = "hot"
    METERED = "metered"
    ENGAGED = "engaged"
    LIBRARY_FULL = "library-full"
    DISK_LOW = "disk-low"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the work goes, and why not faster (`reason`, a `Restraint`; empty at full speed).

    `hurried`: the user wants full speed now, whatever the settings say, until all is done.
    """

    speed: Speed = Speed.FULL
    reason: str = ""
    preset: str = "balanced"
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What the work uses and may use at most (0: no ceiling).

    `cpu_percent`: of all cores, lately. `memory_bytes`: of engine and readers, without model and
    graph. `disk_needed`: what is still to come to the library, as far as that can be told.
    """

    cpu_percent: float = 0.0
    cpu_most: int = 100
    memory_bytes: int = 0
    memory_most: int = 0
    disk_bytes: int = 0
    disk_needed: int = 0
    disk_most: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Work of one sort: `done` of `total`, `rate` a second, `seconds_left` (None: unknown)."""

    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Minute:
    """What was done in a minute that began at `start`, in seconds since the epoch."""

    start: int
    files: int = 0
    vectors: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know. The window translates by `code`."""

    code: str
    title: str
    message: str = ""
    path: str = ""
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """The model that makes this library's vectors, and what it really runs on.

    `sends_to` is the host that texts go to, empty if they stay on this machine. `truncated`: texts
    of files that were longer than it reads, since it was chosen or the engine started; their ends
    are found by keywords alone.
    """

    name: str = ""
    title: str = ""
    provider: str = ""
    precision: str = ""
    dimension: int = 0
    state: str = "asleep"
    truncated: int = 0
    sends_to: str = ""


@dataclass(frozen=True, slots=True)
class ModelSpeed:
    """How a model does on this machine; `problem` says why it could not be measured.

    Of a model that re-ranks (`task`), `query_ms` is what it adds to a question.
    """

    name: str
    title: str
    passages_per_second: float = 0.0
    query_ms: float = 0.0
    busy_query_ms: float = 0.0
    load_seconds: float = 0.0
    memory_bytes: int = 0
    disk_bytes: int = 0
    seconds_for_library: float = 0.0
    languages: tuple[str, ...] = ()
    provider: str = ""
    precision: str = ""
    problem: str = ""
    task: str = "embed"


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that the window's status line and `jinasearch status` show.

    `reranker`: the model that re-ranks, if any. `away`: folders, and places inside, whose drive is
    not there; `gone`: folders that went alone. `coming` takes over from `model` when it is made.
    `confinement`: None until a file was read. `trying`: models are tried, and all else rests.
    """

    activity: Activity = Activity.IDLE
    paused: bool = False
    paused_until: float | None = None
    coverage: Coverage = field(default_factory=Coverage)
    keywords: Progress = field(default_factory=Progress)
    meaning: Progress = field(default_factory=Progress)
    current: tuple[str, ...] = ()
    model: ModelInUse = field(default_factory=ModelInUse)
    coming: ModelInUse | None = None
    coming_progress: Progress | None = None
    notices: tuple[Notice, ...] = ()
    library: str = ""
    library_bytes: int = 0
    memory_bytes: int = 0
    revision: int = 0
    confinement: Confinement | None = None
    pace: Pace = field(default_factory=Pace)
    ceilings: Ceilings = field(default_factory=Ceilings)
    recognition: Recognition = field(default_factory=Recognition)
    reranker: ModelInUse | None = None
    away: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    work: LibraryWork | None = None
    trying: bool = False
