"""What is left out of every folder unless its owner includes it, without any pattern.

Three reasons put a name here: it was made by a program and can be made again, it is half written,
or it is a secret that nobody wants in a second place. A name that people give too, such as CVs or
Vivaldi, is not enough: what lies around it must show whose it is.
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat as stat_bits
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core.files import open_regular

if TYPE_CHECKING:
    from jinasearch.core.cloud import Clouds

_FOLDERS = frozenset(
    {
        # packages of programming languages
        "node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages",
        "__pycache__", "__pypackages__", ".venv", ".tox", ".nox", ".eggs", ".npm", ".pnpm-store",
        ".yarn", ".cargo", ".rustup", ".gradle", ".m2", ".ivy2", ".bundle", ".stack-work",
        "elm-stuff", ".terraform", "cmakefiles", ".next", ".nuxt", ".parcel-cache",
        # version control
        ".git", ".hg", ".svn", ".bzr", "_darcs", ".jj",
        # caches
        ".cache", ".thumbnails", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
        ".ipynb_checkpoints", ".sass-cache", ".ccache", ".fontconfig",
        # profiles of browsers, password stores
        ".mozilla", ".password-store",
        # bins and the system's own
        ".trash", "$recycle.bin", "system volume information", "lost+found", ".snapshots",
        ".fseventsd", ".spotlight-v100", ".documentrevisions-v100", ".temporaryitems",
        # keys
        ".ssh", ".gnupg", ".pki", ".aws", ".kube", ".docker",
    }
)  # fmt: skip
_FOLDER_BEGINNINGS = (".trash-",)
_BESIDE = {
    "caches": ("application support",),
    "cachestorage": ("scriptcache",),
    "target": ("cargo.toml", "pom.xml", "build.sbt"),
    "build": (
        "package.json", "pyproject.toml", "setup.py", "cmakelists.txt", "build.gradle",
        "build.gradle.kts", "meson.build", "pubspec.yaml",
    ),
    "dist": ("package.json", "pyproject.toml", "setup.py"),
    "out": ("package.json", "build.gradle", "build.gradle.kts"),
    "bin": (".csproj", ".fsproj", ".vbproj"),
    "obj": (".csproj", ".fsproj", ".vbproj"),
    "_build": ("mix.exs", "dune-project", "conf.py"),
}  # fmt: skip
"""What a build or a system makes, by its folder's name, if one of these (or endings) lies beside
it."""
_INSIDE = {
    "cvs": {"entries", "repository", "root"},
    "deriveddata": {"modulecache.noindex"},
    "gpucache": {"data_0", "index"},
    "shadercache": {"data_0", "index"},
    "code cache": {"js"},
    "trash": {"files", "info"},
    "bitwarden": {"data.json"},
}
"""What programs make, by its folder's name, if all of these lie in it."""
_PROGRAMS = frozenset(
    {
        "google-chrome", "chromium", "bravesoftware", "microsoft-edge", "vivaldi",
        "opera software", "msedge", "keyrings", "keepassxc", "1password", "bitwarden",
    }
)  # fmt: skip
"""Profiles of browsers and password stores, if they lie below one of the following."""
_PROGRAM_DATA = frozenset({".config", ".local", ".var", "appdata", "application support"})
_SYSTEM = {
    "linux": (
        "/proc", "/sys", "/dev", "/run", "/boot", "/usr", "/bin", "/sbin", "/lib", "/lib32",
        "/lib64", "/snap", "/tmp", "/var/cache", "/var/lib", "/var/log", "/var/run",  # noqa: S108
        "/var/tmp",  # noqa: S108
    ),
    "darwin": (
        "/System", "/Library", "/Applications", "/private", "/dev", "/cores", "/bin", "/sbin",
        "/usr", "/opt", "~/Library",
    ),
    "win32": (
        "%SystemRoot%", "%ProgramFiles%", "%ProgramFiles(x86)%", "%ProgramData%",
        r"%UserProfile%\AppData",
    ),
}  # fmt: skip
"""The system's own folders; one that the user adds by itself is in all the same."""


def _system() -> frozenset[str]:
    named = _SYSTEM.get(sys.platform, _SYSTEM["linux"])
    paths = (os.path.expanduser(os.path.expandvars(name)) for name in named)  # noqa: PTH111
    return frozenset(map(os.path.normcase, paths))


_SYSTEM_FOLDERS = _system()

_FILES = (
    # half written, or a lock
    "*.part", "*.partial", "*.crdownload", "*.download", "*.opdownload", "*.!ut", "*.tmp", "*.temp",
    "~$*", ".~lock.*", "*.swp", "*.swo", "*.swx", "*~", "#*#", ".#*", "*.lock", "*.lck",
    # keys and passwords
    "*.kdbx", "*.kdb", "*.keychain", "*.keychain-db", "id_rsa*", "id_dsa*", "id_ecdsa*",
    "id_ed25519*", "*.ppk", "*.pfx", "*.p12", "*.jks", "*.keystore", "*.gpg", "*.pgp",
    "*.agekey", "*.pem", "*.opvault", "*.agilekeychain", "*.1pux", "*.psafe3", "wallet.dat",
    "bitwarden_export_*", "bitwarden_encrypted_export_*",
    "logins.json", "key3.db", "key4.db", "login data", "cookies.sqlite", ".htpasswd", ".netrc",
    ".pgpass", ".git-credentials", ".env", ".env.*",
    # made by programs
    "*.pyc", "*.pyo", "*.o", "*.obj", "*.class", "thumbs.db", "desktop.ini", ".ds_store",
)  # fmt: skip
_PLAIN = re.compile(r"(\*?)([^*]+)(\*?)")


def _by_shape(before: str, after: str) -> tuple[str, ...]:
    """What is between the stars of the patterns that have these around it, and no others."""
    shapes = map(_PLAIN.fullmatch, _FILES)
    return tuple(shape[2] for shape in shapes if shape and (shape[1], shape[3]) == (before, after))


# A scan asks this of every file: comparing beginnings and ends is many times faster than a regular
# expression of all patterns.
_NAMES = frozenset(_by_shape("", ""))
_BEGINNINGS = _by_shape("", "*")
_ENDINGS = _by_shape("*", "")
_OTHERS = re.compile(
    "|".join(fnmatch.translate(pattern) for pattern in _FILES if not _PLAIN.fullmatch(pattern))
)

_KEY = ".key"
"""Keys, and slides of Keynote, which are archives or folders."""
_KEY_BYTES = 16_000
"""No key is larger, and hardly any slides are as small."""
_ARCHIVE = b"PK\x03\x04"
_SIGNS_OF_A_KEY = re.compile(
    rb"-----BEGIN|PRIVATE[ -]KEY|SECRET-KEY|Bag Attributes"
    rb"|\A\S+\s*\Z"  # nothing but one word, as WireGuard's and many a password
)

_MARKS = ("pyvenv.cfg", "profiles.ini", "Local State")
"""What lies in virtual environments, and in the folders of Firefox's and Chromium's relatives that
hold a browser's profiles."""

_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"
"""First bytes of CACHEDIR.TAG, by which programs mark a folder as a cache (bford.info/cachedir)."""


def is_folder_excluded(path: str, name: str, clouds: Clouds) -> bool:
    """Whether the folder at `path`, called `name`, is one that programs keep for themselves."""
    low = name.lower()
    if low in _FOLDERS or low.startswith(_FOLDER_BEGINNINGS):
        return True
    if os.path.normcase(path) in _SYSTEM_FOLDERS or _is_shown_by_others(path, low):
        return True
    marked = any(os.path.lexists(os.path.join(path, mark)) for mark in _MARKS)  # noqa: PTH118
    return marked or _is_tagged(path, clouds)


def is_file_excluded(path: str, name: str, clouds: Clouds) -> bool:
    """Whether the file at `path`, called `name`, is half written, a program's, or a secret."""
    low = name.lower()
    return (
        low in _NAMES
        or low.endswith(_ENDINGS)
        or low.startswith(_BEGINNINGS)
        or _OTHERS.match(low) is not None
        or (low.endswith(_KEY) and _is_key(path, clouds))
    )


def _is_shown_by_others(path: str, name: str) -> bool:
    """Whether what lies beside, in or above a folder shows that a program made it."""
    above = os.path.dirname(path)  # noqa: PTH120 - names that are not UTF-8
    if name in _BESIDE and any(other.endswith(_BESIDE[name]) for other in _names_in(above)):
        return True
    if name in _INSIDE and _INSIDE[name] <= _names_in(path):
        return True
    return name in _PROGRAMS and not _PROGRAM_DATA.isdisjoint(Path(above.lower()).parts)


def _names_in(folder: str) -> set[str]:
    try:
        return {name.lower() for name in os.listdir(folder)}  # noqa: PTH208 - names not UTF-8
    except OSError:
        return set()


def _is_key(path: str, clouds: Clouds) -> bool:
    """Whether a file is a key by what is in it; one that lies in a cloud alone, if it is small."""
    try:
        found = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
        if not stat_bits.S_ISREG(found.st_mode) or found.st_size > _KEY_BYTES:
            return False
        if clouds.holds(path, found):
            return True
        with os.fdopen(open_regular(path), "rb") as stream:
            content = stream.read(_KEY_BYTES)
    except OSError:
        return True  # nobody can read it anyway
    is_text = b"\0" not in content
    return _SIGNS_OF_A_KEY.search(content) is not None if is_text else content[:4] != _ARCHIVE


def _is_tagged(path: str, clouds: Clouds) -> bool:
    tag = os.path.join(path, "CACHEDIR.TAG")  # noqa: PTH118 - names that are not UTF-8
    try:
        found = os.stat(tag)  # noqa: PTH116
        if not stat_bits.S_ISREG(found.st_mode) or clouds.holds(tag, found):
            return False
        with open(tag, "rb") as stream:  # noqa: PTH123
            return stream.read(len(_CACHE_TAG)) == _CACHE_TAG
    except OSError:
        return False
