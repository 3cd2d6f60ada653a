"""Where things lie, and the three forms of a path.

A path is a `str` as the operating system gives it (undecodable bytes are surrogates). It crosses
process borders as a `file:` URI, which keeps every byte, and is shown to people with `shown()`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

import platformdirs

from jinasearch.core.errors import Code, JinasearchError

_APP = "jinasearch"
_MOUNTS = re.compile(r"/(media|run/media)/[^/]+/[^/]+|/(mnt|Volumes)/[^/]+|/(home|Users|usr|var)")


def to_uri(path: str | Path) -> str:
    """The `file:` URI of an absolute path; undecodable bytes are percent-encoded."""
    if os.sep == "/" and isinstance(path, str) and path.startswith("/"):
        return f"file://{quote_from_bytes(os.fsencode(path))}"  # a tenth of the time
    return Path(path).as_uri()


def from_uri(uri: str) -> str:
    """The path of a `file:` URI. Raises `JinasearchError(BAD_REQUEST)` for anything else.

    One with a server's name is a path on Windows alone.
    """
    try:
        parts = urlsplit(uri)
        name = unquote_to_bytes(parts.path)
    except ValueError as error:
        raise _not_local(uri) from error
    server = "" if parts.netloc == "localhost" else parts.netloc
    local = parts.scheme == "file" and (not server or os.name == "nt")
    if not local or not name or b"\0" in name:
        raise _not_local(uri)
    path = os.fsdecode(name)
    return windows_path(server, path) if os.name == "nt" else path


def windows_path(server: str, path: str) -> str:
    r"""What the parts of a `file:` URI mean there: `C:\folder`, or `\\server\share\folder`.

    Untried.
    """
    if server:
        path = f"//{server}{path}"
    elif not path.startswith("//"):
        path = path.removeprefix("/")
    return path.replace("/", "\\")


def _not_local(uri: str) -> JinasearchError:
    return JinasearchError(
        Code.BAD_REQUEST,
        "Not the address of a file on this machine",
        path=uri.encode(errors="replace").decode(),
    )


def shown(path: str | Path) -> str:
    """The path for people's eyes: undecodable bytes become U+FFFD."""
    return os.fsencode(str(path)).decode("utf-8", "replace")


def is_large(path: str, home: PurePath) -> bool:
    """Whether a path is a drive's root, a mounted drive, the home folder or above it."""
    windows = isinstance(home, PureWindowsPath)
    pure: PurePath = PureWindowsPath(path) if windows else PurePosixPath(path)
    return (
        pure in (pure.parent, home)
        or pure in home.parents
        or (not windows and _MOUNTS.fullmatch(str(pure)) is not None)
    )


def library_dir() -> Path:
    """The library in use: `JINASEARCH_LIBRARY`, else the user's data folder."""
    given = os.environ.get("JINASEARCH_LIBRARY")
    return Path(given).absolute() if given else Path(platformdirs.user_data_path(_APP)) / "library"


def config_file() -> Path:
    """The settings file: `JINASEARCH_CONFIG`, else the user's configuration folder."""
    given = os.environ.get("JINASEARCH_CONFIG")
    return (
        Path(given).absolute()
        if given
        else Path(platformdirs.user_config_path(_APP)) / "settings.toml"
    )


def models_dir() -> Path:
    """Where downloaded models lie: `JINASEARCH_MODELS`, else the user's data folder."""
    given = os.environ.get("JINASEARCH_MODELS")
    return Path(given).absolute() if given else Path(platformdirs.user_data_path(_APP)) / "models"


def cache_dir() -> Path:
    """What can be made again and is nobody else's: `JINASEARCH_CACHE`, else the user's cache."""
    given = os.environ.get("JINASEARCH_CACHE")
    return Path(given).absolute() if given else Path(platformdirs.user_cache_path(_APP))


def resource(name: str) -> Path:
    """A file that ships with the program.

    In a wheel the resources lie inside the package; an editable install does not see hatch's
    force-include, there they lie in the repository's folder.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "resources" / name
    return inside if inside.exists() else package.parent / "resources" / name
