from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from jinasearch.core.cloud import Clouds
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import FileStat, Rules
from jinasearch.index import rules
from jinasearch.index.patterns import Patterns, check_rules, naming
from jinasearch.index.rules import Matcher


@pytest.fixture
def tree(tmp_path):
    """Makes files below `root` and says which a walk with the given rules finds."""

    class Tree:
        root = tmp_path / "root"

        def add(self, *names: str, text: str = "x") -> None:
            for name in names:
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

        def matcher(self, private: tuple[str, ...] = (), **given: object) -> Matcher:
            return Matcher(str(self.root), Rules(**given), private)

        def found(self, matcher: Matcher | None = None, **given: object) -> set[str]:
            matcher = matcher or self.matcher(**given)
            found = set()
            for folder, names, files in os.walk(self.root):
                names[:] = [name for name in names if matcher.enter(f"{folder}/{name}")]
                for path in (Path(folder, name) for name in files):
                    if not matcher.why_out(str(path), path.stat()):
                        found.add(str(path.relative_to(self.root)))
            return found

        def why(self, name: str, **given: object) -> str:
            path = self.root / name
            return self.matcher(**given).why_out(str(path), path.stat())

    Tree.root.mkdir()
    return Tree()


def test_plain_files_are_in(tree):
    tree.add("a.txt", "b/c.md", "b/d/e.pdf")
    assert tree.found() == {"a.txt", "b/c.md", "b/d/e.pdf"}


@pytest.mark.parametrize(
    "name",
    [
        "node_modules/x/index.js", "a/__pycache__/b.pyc", "$RECYCLE.BIN/a.txt", "a/b.part",
        "id_rsa", "id_ed25519.pub", "passwords.kdbx", "a.swp", "note.txt~", "~$x.docx",
        "lib/site-packages/x.py", "film.crdownload", "AppData/Vivaldi/a.txt", "server.key",
    ],
)  # fmt: skip
def test_left_out_by_default(tree, name):
    tree.add(name, "in.txt")
    assert tree.why(name) == rules.DEFAULT
    assert tree.found() == {"in.txt"}
    assert tree.found(include=(name,)) == {"in.txt", name}


@pytest.mark.parametrize("name", [".bashrc", ".config/a.txt", "a/.b/c/d.txt"])
def test_hidden_names(tree, name):
    tree.add(name, "in.txt")
    assert tree.why(name) == rules.HIDDEN
    assert tree.found() == {"in.txt"}
    assert tree.found(hidden=True) == {"in.txt", name}


@pytest.mark.parametrize("name", [".git/config", ".ssh/config", ".cache/a/b.txt", ".mozilla/a"])
def test_what_stays_out_though_hidden_names_are_in(tree, name):
    tree.add(name)
    assert tree.why(name, hidden=True) == rules.DEFAULT
    assert tree.found(hidden=True) == set()


def test_virtual_environments_build_folders_and_tagged_caches(tree):
    tree.add("env/pyvenv.cfg", "env/lib/a.py", "rust/Cargo.toml", "rust/target/a.txt")
    tree.add("target/in.txt", "cached/a.txt")
    tree.add("cached/CACHEDIR.TAG", text="Signature: 8a477f597d28d172789f06886806bc55\n")
    assert tree.found() == {"rust/Cargo.toml", "target/in.txt"}


def test_a_browser_s_profiles_are_known_by_what_lies_in_them(tree):
    tree.add("a/profiles.ini", "a/abc.default/notes.txt", "b/Local State", "b/Default/x.txt")
    tree.add("firefox/bookmarks.txt")
    assert tree.found() == {"firefox/bookmarks.txt"}


def test_what_people_name_so_too_is_in(tree):
    names = {
        "CVs/anna.pdf", "cvs/Root/oak.txt", "Music/Vivaldi/spring.txt", "Caches/north.txt",
        "Chromium/notes.md", "chemistry/Chromium/a.txt", "Trash/zine.txt", "trash/files/a.txt",
        "Keyrings/silver.txt", "Code Cache/a.txt", "GPUCache/index/a.txt", "DerivedData/a.csv",
        "1Password/emergency kit.txt", "KeePassXC/manual.txt", "Bitwarden/howto.md",
    }  # fmt: skip
    tree.add(*names)
    assert tree.found() == names


def test_what_programs_name_so_is_known_by_what_lies_around_it(tree):
    tree.add("src/a.c", "src/CVS/Entries", "src/CVS/Root", "src/CVS/Repository")
    tree.add("data/Trash/files/a.txt", "data/Trash/info/a.txt.trashinfo", "app/GPUCache/index")
    tree.add("app/GPUCache/data_0", "app/Code Cache/js/a", "mac/Library/Caches/a.txt")
    tree.add("mac/Library/Application Support/BraveSoftware/a.txt", "mac/DerivedData/b.txt")
    tree.add("mac/DerivedData/ModuleCache.noindex/c", "win/AppData/Local/Vivaldi/a.txt")
    tree.add(".local/share/keyrings/login.keyring", "Bitwarden/data.json")
    assert tree.found(hidden=True) == {"src/a.c"}


SLIDES = b"PK\x03\x04" + bytes(500)


@pytest.mark.parametrize(
    ("content", "is_in"),
    [
        (SLIDES, True),
        (SLIDES + bytes(100_000), True),
        (b"The key to the exam of 2024:\n1 b\n2 c\n", True),
        (b"", True),
        (b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", False),
        (b"Bag Attributes\n  friendlyName: a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", False),
        (b"# created: 2024\nAGE-SECRET-KEY-1QQQ\n", False),
        (b"yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n", False),
        (b"0\x82\x04\xbe\x02\x01\x00" + bytes(900), False),
    ],
)
def test_slides_are_no_keys(tree, content, is_in):
    (tree.root / "Talk.key").write_bytes(content)
    assert (tree.found() == {"Talk.key"}) == is_in


def test_a_key_in_a_cloud_alone_is_told_by_its_size(tree, monkeypatch):
    (tree.root / "small.key").write_bytes(SLIDES)
    (tree.root / "talk.key").write_bytes(SLIDES + bytes(100_000))
    monkeypatch.setattr(Clouds, "holds", lambda *_: True)
    assert tree.why("small.key", online=True) == rules.DEFAULT
    assert tree.why("talk.key", online=True) == ""


def test_what_a_build_makes_is_out_beside_its_sources_alone(tree):
    tree.add("web/package.json", "web/dist/a.js", "web/build/b.js", "web/src/c.js")
    tree.add("net/App.csproj", "net/bin/a.txt", "net/obj/b.txt")
    tree.add("novel/build/a.txt", "novel/dist/b.txt", "novel/bin/c.txt")
    kept = {"novel/build/a.txt", "novel/dist/b.txt", "novel/bin/c.txt"}
    assert tree.found() == {"web/package.json", "web/src/c.js", "net/App.csproj", *kept}


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux")
def test_the_system_s_own_folders_are_out_below_the_root_and_in_by_themselves():
    whole = Matcher("/", Rules(), ())
    assert not any(whole.enter(path) for path in ("/proc", "/usr", "/var/lib", "/tmp"))
    assert whole.enter("/home")
    assert Matcher("/usr", Rules(), ()).enter("/usr")


@pytest.mark.parametrize(
    "name",
    ["server.pem", "wallet.dat", "profile/logins.json", "x/Login Data", "x/profiles.ini",
     "Bitwarden/data.json"],
)  # fmt: skip
def test_secrets_and_browsers_profiles_are_out(tree, name):
    tree.add(name, "in.txt")
    assert tree.why(name) == rules.DEFAULT
    assert tree.found() == {"in.txt"}


def test_an_ignore_file_of_our_own_goes_before_gitignore(tree):
    tree.add("a.log", "b.log", "sub/c.log", "sub/d.txt", "sub/e.txt")
    tree.add(".gitignore", text="*.log\n")
    tree.add(".jinasearchignore", text="!b.log\nd.txt\n")
    assert tree.found() == {"b.log", "sub/e.txt"}
    assert tree.why("a.log") == rules.GITIGNORE
    assert tree.why("sub/d.txt") == rules.OWN_IGNORE
    assert tree.found(gitignore=False) == {"a.log", "b.log", "sub/c.log", "sub/e.txt"}
    assert "sub/d.txt" in tree.found(include=("d.txt",))
    ruling = _ruling(tree, "sub/d.txt")
    assert (ruling.reason, ruling.pattern) == (rules.OWN_IGNORE, "d.txt")
    assert ruling.source.endswith("/.jinasearchignore")


def test_an_ignore_file_nearer_by_decides(tree):
    tree.add(".jinasearchignore", text="*.txt\n")
    tree.add("sub/.gitignore", text="!keep.txt\n")
    tree.add("keep.txt", "sub/keep.txt")
    assert tree.found() == {"sub/keep.txt"}


def test_types_are_left_out_by_their_names(tree):
    tree.add("a.py", "b.ZIP", "c.txt", "d", "e.tar.gz")
    assert tree.found(without=("code", "archive")) == {"c.txt", "d"}
    assert tree.why("a.py", without=("code",)) == rules.TYPE
    assert tree.found(without=("code",), include=("a.py",)) >= {"a.py"}


def test_gitignore_in_every_folder_with_negation(tree):
    tree.add("a.log", "keep.log", "sub/b.log", "sub/deep/c.log", "out/a.txt", "sub/out/b.txt")
    tree.add("sub/only.txt", "only.txt")
    tree.add(".gitignore", text="*.log\n!keep.log\n/out/\n")
    tree.add("sub/.gitignore", text="!b.log\n/only.txt\n")
    assert tree.found() == {"keep.log", "sub/b.log", "sub/out/b.txt", "only.txt"}
    assert tree.why("a.log") == rules.GITIGNORE
    assert len(tree.found(gitignore=False)) == 8


def test_a_changed_gitignore_counts(tree):
    tree.add("a.log", "a/b.log")
    tree.add(".gitignore", text="*.log\n")
    matcher = tree.matcher()
    assert tree.found(matcher) == set()
    tree.add(".gitignore", text="*.tmp\n# other\n")
    matcher.enter(str(tree.root))
    assert tree.found(matcher) == {"a.log", "a/b.log"}


def test_a_changed_gitignore_counts_without_a_scan(tree, monkeypatch):
    tree.add("a/b/c.log")
    tree.add("a/.gitignore", text="*.log\n")
    matcher = tree.matcher()
    path = str(tree.root / "a/b/c.log")
    assert matcher.why_out(path, None) == rules.GITIGNORE
    (tree.root / "a/.gitignore").unlink()
    later = time.monotonic() + 10
    monkeypatch.setattr(rules.time, "monotonic", lambda: later)
    assert matcher.why_out(path, None) == ""


def test_bad_patterns_in_a_gitignore_void_no_others(tree):
    tree.add("a.log", "b.txt")
    tree.add(".gitignore", text="!\n/\n***\n[\n*.log\n")
    assert "a.log" not in tree.found()


def test_a_gitignore_that_is_no_text(tree):
    tree.add("a.txt")
    (tree.root / ".gitignore").write_bytes(bytes(range(256)) * 10)
    assert tree.found() == {"a.txt"}


def test_exclude_beats_include_beats_defaults(tree):
    tree.add("a.log", "b.log", ".config/app/c.txt", ".config/d.log", "node_modules/ours/e.txt")
    tree.add("node_modules/theirs/f.txt", "drafts/g.txt")
    tree.add(".gitignore", text="*.log\n")
    found = tree.found(
        include=("b.log", ".config/", "node_modules/ours/"), exclude=("d.log", "/drafts/")
    )
    assert found == {"b.log", ".config/app/c.txt", "node_modules/ours/e.txt"}
    assert tree.why("drafts/g.txt", exclude=("drafts",)) == rules.PATTERN


def test_included_by_a_path_with_wildcards(tree):
    tree.add(".a/b/c.txt", ".a/b/d.md", ".x/c.txt")
    assert tree.found(include=(".a/*/c.txt",)) == {".a/b/c.txt"}
    assert tree.found(include=("**/c.txt",)) == {".a/b/c.txt", ".x/c.txt"}


def test_the_library_is_never_in(tree, tmp_path):
    tree.add("lib/library.db", "a.txt", "data.toml")
    private = (str(tree.root / "lib"), str(tree.root / "data.toml"))
    everything = {"include": ("lib/", "*.db", "*.toml"), "hidden": True}
    assert tree.found(tree.matcher(private, **everything)) == {"a.txt"}
    matcher = tree.matcher(private, **everything)
    assert matcher.why_out(str(tree.root / "lib/library.db"), None) == rules.LIBRARY
    (tree.root / "link.db").symlink_to(tree.root / "lib/library.db")
    assert matcher.why_out(str(tree.root / "link.db"), None) == rules.LIBRARY
    inside = Matcher(str(tree.root / "lib"), Rules(), private)
    assert inside.why_out(str(tree.root / "lib/library.db"), None) == rules.LIBRARY


def test_the_library_is_known_behind_a_linked_root(tree, tmp_path):
    tree.add("lib/library.db", "a.txt")
    link = tmp_path / "link"
    link.symlink_to(tree.root)
    matcher = Matcher(str(link), Rules(), (str(tree.root / "lib"),))
    assert not matcher.enter(str(link / "lib"))
    assert matcher.why_out(str(link / "a.txt"), None) == ""


def test_links(tree, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    tree.add("a/in.txt")
    (tree.root / "to_file").symlink_to(tree.root / "a/in.txt")
    (tree.root / "to_outside").symlink_to(outside / "secret.txt")
    (tree.root / "to_folder").symlink_to(outside)
    (tree.root / "a/up").symlink_to(tree.root)
    assert tree.found() == {"a/in.txt", "to_file"}
    assert tree.why("to_outside") == rules.OUTSIDE
    assert tree.why("to_folder/secret.txt") == rules.OUTSIDE
    assert tree.why("a/up/a/in.txt") == rules.OUTSIDE
    assert tree.matcher().why_out(str(outside / "secret.txt"), None) == rules.OUTSIDE
    assert tree.matcher().why_out(str(tree.root) + "2/a.txt", None) == rules.OUTSIDE


def test_size_and_type(tree):
    tree.add("a.txt", text="12345")
    assert tree.why("a.txt", max_bytes=4) == rules.TOO_LARGE
    assert tree.why("a.txt", max_bytes=5) == ""
    path = str(tree.root / "a.txt")
    assert tree.matcher(max_bytes=4).why_out(path, FileStat(path, 5, 0)) == rules.TOO_LARGE
    assert tree.matcher().why_out(path, Path("/dev/null").stat()) == rules.NOT_A_FILE
    assert tree.matcher().why_out(path, None) == ""


def test_a_folder_of_its_own_belongs_not_to_the_one_around_it(tree):
    tree.add("a.txt", "inner/b.txt")
    matcher = Matcher(str(tree.root), Rules(), (), (str(tree.root / "inner"),))
    assert tree.found(matcher) == {"a.txt"}
    assert matcher.why_out(str(tree.root / "inner/b.txt"), None) == rules.NESTED


def test_a_single_file_as_root(tree):
    tree.add(".hidden.txt")
    path = tree.root / ".hidden.txt"
    assert Matcher(str(path), Rules(), ()).why_out(str(path), path.stat()) == ""


def test_a_hidden_root_is_in(tree):
    tree.add(".notes/a.txt")
    root = tree.root / ".notes"
    assert Matcher(str(root), Rules(), ()).why_out(str(root / "a.txt"), None) == ""


def test_names_that_are_not_utf8(tree):
    name = os.fsdecode(b"\xff\xfe.txt")
    tree.add(name, ".gitignore", text="*.log\n")
    assert tree.found(exclude=("*.pdf",), include=("*.md",)) == {name}


def test_a_bad_pattern_of_the_user_is_told():
    check_rules(Rules(exclude=("*.log", "!keep", "# comment", "")))
    for bad in (Rules(exclude=("*.log", "!")), Rules(include=("!",)), Rules(without=("cakes",))):
        with pytest.raises(JinasearchError) as caught:
            check_rules(bad)
        assert caught.value.code == Code.BAD_REQUEST


def _ruling(tree, name: str, **given: object):
    path = tree.root / name
    return tree.matcher(**given).ruling(str(path), path.stat())


def test_a_ruling_names_the_pattern_and_its_file(tree):
    tree.add("a/b/note.log", "a/b/keep.log", "a/b/note.txt")
    tree.add(".gitignore", text="# logs\n\n*.tmp\n*.log\n")
    tree.add("a/.gitignore", text="!keep.log\n")
    ruling = _ruling(tree, "a/b/note.log")
    assert ruling.reason == rules.GITIGNORE
    assert ruling.path == str(tree.root / "a/b/note.log")
    assert ruling.pattern == "*.log"
    assert ruling.source == str(tree.root / ".gitignore")
    assert _ruling(tree, "a/b/keep.log") is None
    assert _ruling(tree, "a/b/note.txt") is None
    assert _ruling(tree, "a") is None


def test_a_ruling_names_the_folder_that_it_is_said_of(tree):
    tree.add("out/deep/x.txt", ".hidden/deep/x.txt", "node_modules/a/x.txt", "drafts/a/x.txt")
    tree.add(".gitignore", text="out/\n")
    ruling = _ruling(tree, "out/deep/x.txt")
    assert (ruling.path, ruling.pattern) == (str(tree.root / "out"), "out/")
    ruling = _ruling(tree, ".hidden/deep/x.txt")
    assert (ruling.reason, ruling.path) == (rules.HIDDEN, str(tree.root / ".hidden"))
    ruling = _ruling(tree, "node_modules/a/x.txt")
    assert (ruling.reason, ruling.path) == (rules.DEFAULT, str(tree.root / "node_modules"))
    ruling = _ruling(tree, "drafts/a/x.txt", exclude=("*.pdf", "drafts/"))
    assert (ruling.reason, ruling.pattern) == (rules.PATTERN, "drafts/")
    assert (ruling.path, ruling.source) == (str(tree.root / "drafts"), "")
    ruling = _ruling(tree, "drafts/a", exclude=("/drafts/a/",))
    assert (ruling.reason, ruling.pattern) == (rules.PATTERN, "/drafts/a/")
    assert _ruling(tree, "drafts/a/x.txt", max_bytes=0).reason == rules.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("notes.txt", ["sub/notes.txt", "notes.txt2", "xnotes.txt"]),
        ("sub/deep", ["deep", "sub/deeper"]),
        ("a [1]*?.md", ["a 1x.md", "a [1]xy.md"]),
        ("!not#this", ["not#this"]),
        ("ends in a space ", ["ends in a space"]),
        ("back\\slash", ["backslash"]),
    ],
)
def test_a_pattern_names_one_file_or_folder(name, others):
    spec = Patterns([naming(name)])
    assert spec.match(name) is True
    assert spec.match(f"{name}/") is True
    assert spec.match(f"{name}/inside") is True
    assert [other for other in others if spec.match(other)] == []


@pytest.mark.parametrize("name", ["two\nlines", "caf\udce9"])
def test_what_a_pattern_cannot_hold_is_left_open(name):
    assert naming(name).isprintable()
    assert Patterns([naming(name)]).match(name) is True
