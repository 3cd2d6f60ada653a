"""The main job on real files, with the real workers and the real starter model."""

from jinasearch.core.models import FileState, Rules
from jinasearch.core.paths import to_uri
from jinasearch.embed.process.model import EmbeddingInterrupted
from jinasearch.engine.protocol import (
    AddFolders,
    FilesRequest,
    Mode,
    Pause,
    SearchRequest,
    SetRules,
    WhyRequest,
)


def test_found_by_keywords_and_by_meaning(bench):
    bench.write("recipes/bread.md", "# Bread\n\nMix flour, water and yeast, then bake the loaf.")
    bench.write("work/invoice.txt", "The customer has to pay the amount within thirty days.")
    bench.write("letters/中文.txt", "公司的员工休假制度：每年十五天。")
    bench.index()
    assert bench.names("yeast") == ["bread.md"]
    assert bench.names("休假") == ["中文.txt"]
    assert bench.names("bakery dough", Mode.MEANING)[0] == "bread.md"
    assert bench.names("when is the money due?", Mode.HYBRID)[0] == "invoice.txt"
    hit = bench.engine.searches.search(SearchRequest("yeast")).hits[0]
    assert hit.by_keywords
    assert hit.by_meaning
    passage = hit.passages[0]
    assert [passage.text[mark.start : mark.end] for mark in passage.marks] == ["yeast"]
    assert passage.heading == "Bread"
    assert (passage.place.line, passage.place.line_end) == (1, 3)


def test_a_language_that_the_model_does_not_know_is_left_to_keywords(bench):
    bench.write("a.txt", "公司的员工休假制度")
    bench.write("b.txt", "nothing of the kind")
    bench.index()
    reply = bench.engine.searches.search(SearchRequest("员工休假"))
    assert [hit.name for hit in reply.hits] == ["a.txt"]
    assert reply.note == "language-unknown-to-model"


def test_changes_while_running(bench):
    path = bench.write("one.txt", "albatross")
    bench.index()
    path.write_text("pelican")
    bench.until(lambda: bench.names("pelican") == ["one.txt"], "the change")
    assert bench.names("albatross") == []
    bench.write("deep/er/two.txt", "cormorant")
    bench.until(lambda: bench.names("cormorant") == ["two.txt"], "the new file")
    path.rename(bench.home / "uno.txt")
    bench.until(lambda: bench.names("pelican") == ["uno.txt"], "the rename")
    (bench.home / "deep").rename(bench.home / "shallow")
    bench.until(lambda: _folder(bench, "cormorant").endswith("shallow/er"), "the moved tree")
    (bench.home / "uno.txt").unlink()
    bench.until(lambda: bench.names("pelican") == [], "the deletion")


def test_changes_while_off(bench):
    kept = bench.write("kept.txt", "albatross")
    gone = bench.write("gone.txt", "pelican")
    bench.index()
    bench.stop()
    kept.rename(bench.home / "moved.txt")
    gone.unlink()
    bench.write("new.txt", "cormorant")
    bench.start()
    bench.settle()
    assert bench.names("albatross") == ["moved.txt"]
    assert bench.names("pelican") == []
    assert bench.names("cormorant") == ["new.txt"]


def test_a_moved_file_is_not_read_or_embedded_again(bench):
    path = bench.write("one.txt", "albatross over the sea")
    bench.index()
    before = _vector_ids(bench)
    (bench.home / "sub").mkdir()
    path.rename(bench.home / "sub" / "one.txt")
    bench.until(lambda: _folder(bench, "albatross").endswith("sub"), "the move")
    bench.settle()
    assert _vector_ids(bench) == before


def test_nothing_is_embedded_twice_by_a_restart(bench):
    for number in range(20):
        bench.write(f"{number}.txt", f"document number {number} about birds")
    bench.index()
    before = _vector_ids(bench)
    bench.stop()
    bench.start()
    bench.settle()
    assert _vector_ids(bench) == before


def test_same_text_in_two_files_is_embedded_once_and_both_are_found(bench):
    text = "The albatross has the largest wingspan of all living birds."
    bench.write("a/copy.txt", text)
    bench.write("b/copy.txt", text)
    bench.index()
    request = SearchRequest("biggest wings of a bird", Mode.MEANING)
    (hit,) = bench.engine.searches.search(request).hits
    assert [hit.name, *(other.name for other in hit.folded)] == ["copy.txt", "copy.txt"]
    assert len(_vector_ids(bench)) == 2  # the card and the passage


def test_paused_work_waits_and_searching_goes_on(bench):
    bench.write("a.txt", "albatross")
    bench.index()
    bench.engine.pause(Pause(paused=True))
    bench.write("b.txt", "pelican")
    bench.until(lambda: bench.engine.status().coverage.files == 2, "the new file in the library")
    assert bench.names("pelican") == []
    assert bench.names("albatross") == ["a.txt"]
    bench.engine.pause(Pause(paused=False))
    bench.until(lambda: bench.names("pelican") == ["b.txt"], "the file after the pause")


def test_a_removed_folder_is_gone_from_disk_too(bench):
    bench.write("a.txt", "xyzzyplughfoo")
    bench.index()
    folder = bench.engine.folders.listed().folders[0]
    bench.engine.folders.remove(folder.id)
    assert bench.names("xyzzyplughfoo") == []
    bench.stop()
    assert not any(
        b"xyzzyplughfoo" in path.read_bytes() for path in bench.library.rglob("*") if path.is_file()
    )


def test_rules_change_what_is_in(bench):
    bench.write("keep.txt", "albatross")
    bench.write("drafts/draft.txt", "An albatross in a poem")
    bench.write(".hidden/secret.txt", "Nobody has seen this albatross yet")
    bench.index()
    assert sorted(bench.names("albatross")) == ["draft.txt", "keep.txt"]
    folder = bench.engine.folders.listed().folders[0]
    bench.engine.folders.set_rules(folder.id, SetRules(Rules(exclude=("drafts/",), hidden=True)))
    bench.settle()
    assert sorted(bench.names("albatross")) == ["keep.txt", "secret.txt"]


def test_a_single_file_is_indexed_and_its_neighbours_are_not(bench):
    wanted = bench.write(".notes/wanted.txt", "albatross")
    bench.write(".notes/other.txt", "albatross")
    bench.engine.folders.add(AddFolders((to_uri(wanted),)))
    bench.settle()
    assert bench.names("albatross") == ["wanted.txt"]
    wanted.write_text("pelican")
    bench.until(lambda: bench.names("pelican") == ["wanted.txt"], "the change")


def test_a_folder_inside_an_indexed_one_is_in_already(bench):
    bench.write("sub/a.txt", "albatross")
    bench.index()
    answer = bench.engine.folders.add(AddFolders((to_uri(bench.home / "sub"),)))
    assert len(answer.folders) == 1


def test_a_folder_around_an_indexed_one_takes_the_rest(bench):
    bench.write("sub/a.txt", "albatross")
    bench.write("b.txt", "An albatross in a poem")
    bench.engine.folders.add(AddFolders((to_uri(bench.home / "sub"),)))
    bench.settle()
    bench.index()
    assert sorted(bench.names("albatross")) == ["a.txt", "b.txt"]
    inner = next(f for f in bench.engine.folders.listed().folders if f.path.endswith("sub"))
    bench.engine.folders.remove(inner.id)
    bench.settle()
    assert sorted(bench.names("albatross")) == ["a.txt", "b.txt"]


def test_files_that_cannot_be_read_are_named_with_the_reason(bench):
    bench.write("good.txt", "albatross")
    (bench.home / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (bench.home / "program.bin").write_bytes(bytes(range(256)) * 40)
    bench.index()
    failed = bench.engine.files.listed(FilesRequest((FileState.FAILED,)))
    assert [entry.path.rsplit("/", 1)[-1] for entry in failed.files] == ["broken.pdf"]
    assert failed.files[0].reason
    skipped = bench.engine.files.listed(FilesRequest((FileState.SKIPPED,)))
    assert [entry.reason for entry in skipped.files] == ["file-kind-unknown"]
    assert bench.names("program") == ["program.bin"]


def test_a_vanished_folder_keeps_its_entries(bench):
    bench.write("a.txt", "albatross")
    bench.index()
    away = bench.home.with_name("elsewhere")
    bench.home.rename(away)
    bench.until(lambda: bench.engine.folders.listed().folders[0].away, "the folder marked away")
    assert bench.engine.folders.listed().folders[0].gone
    status = bench.engine.status()
    assert (status.away, status.gone) == ((), (str(bench.home),))
    why = bench.engine.files.why(WhyRequest(to_uri(bench.home / "never.txt")))
    assert why.away
    assert why.gone
    assert bench.names("albatross") == ["a.txt"]
    away.rename(bench.home)
    bench.engine.folders.rescan()
    bench.until(lambda: not bench.engine.folders.listed().folders[0].away, "the folder back")
    assert bench.names("albatross") == ["a.txt"]


def test_odd_names_are_indexed_and_found(bench):
    odd = bench.home / "caf\udce9 \n new.txt"
    odd.write_text("albatross")
    bench.index()
    hit = bench.engine.searches.search(SearchRequest("albatross")).hits[0]
    assert hit.uri == to_uri(odd)
    assert "\ufffd" in hit.name


def _folder(bench, text):
    hits = bench.engine.searches.search(SearchRequest(text, Mode.KEYWORDS)).hits
    return hits[0].folder if hits else ""


def _vector_ids(bench):
    connection = bench.engine._library.reader()
    return sorted(row[0] for row in connection.execute("SELECT id FROM vectors"))


def test_a_question_that_a_change_of_model_interrupts_is_no_trouble(bench, monkeypatch):
    def interrupted(*_):
        raise EmbeddingInterrupted

    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    monkeypatch.setattr("jinasearch.engine.meaning.Meaning.vector_of", interrupted)
    reply = bench.engine.searches.search(SearchRequest("harbour"))
    assert ([hit.name for hit in reply.hits], reply.note) == (["a.txt"], "meaning-unavailable")
    assert bench.engine.status().notices == ()
