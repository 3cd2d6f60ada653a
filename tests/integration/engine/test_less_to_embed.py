"""What was embedded once is not embedded again."""

import random

from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.engine.protocol import Mode


def passage_vectors(bench) -> dict[bytes, int]:
    """The vectors of passages, by the hash of their input."""
    rows = bench.engine._library.reader().execute(
        "SELECT DISTINCT passages.input_hash, vectors.id FROM passages"
        " JOIN vectors ON vectors.input_hash = passages.input_hash"
    )
    return dict(rows.fetchall())


def paragraphs(count: int, seed: int) -> list[str]:
    generator = random.Random(seed)
    words = ["".join(generator.choices("abcdefghijk", k=6)) for _ in range(300)]
    return [" ".join(generator.choices(words, k=120)) for _ in range(count)]


def test_a_copy_needs_no_vectors_for_its_passages(bench):
    text = "\n\n".join(paragraphs(6, 1))
    bench.write("one.txt", text)
    bench.index()
    before = passage_vectors(bench)
    assert before
    bench.write("two.txt", text)
    bench.until(lambda: bench.engine.status().coverage.files == 2, "the copy")
    bench.settle()
    assert passage_vectors(bench) == before


def test_what_many_files_share_is_embedded_once(bench):
    shared = paragraphs(1, 2)[0] * 2
    for number in range(8):
        own = paragraphs(1, 10 + number)[0] * 2
        bench.write(f"{number}.md", f"# Letter\n\n{own}\n\n# Terms\n\n{shared}\n")
    bench.index()
    coverage = bench.engine.status().coverage
    assert len(passage_vectors(bench)) < coverage.passages
    assert len(passage_vectors(bench)) <= coverage.passages - 7


def test_a_change_embeds_what_is_around_it_alone(bench):
    before = paragraphs(80, 3)
    path = bench.write("long.txt", "\n\n".join(before))
    bench.index()
    old = passage_vectors(bench)
    assert len(old) > 20
    path.write_text("\n\n".join([*before[:40], *paragraphs(1, 4), *before[40:]]))
    bench.until(lambda: passage_vectors(bench) != old, "the change")
    bench.settle()
    new = passage_vectors(bench)
    kept = old.items() & new.items()
    assert len(kept) > 0.8 * len(old)
    assert len(new) >= len(old)


def test_a_text_that_went_and_comes_back_is_not_embedded_again(bench, monkeypatch):
    sent = []
    real = EmbedProcess.encode_documents

    def encode(self, texts):
        sent.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(EmbedProcess, "encode_documents", encode)
    text = "\n\n".join(paragraphs(4, 5))
    path = bench.write("one.txt", text)
    bench.index()
    path.unlink()
    bench.until(lambda: bench.engine.status().coverage.files == 0, "its end")
    assert passage_vectors(bench) == {}
    assert len(bench.engine._meanings.serving.graph) == 0
    sent.clear()
    bench.stop()
    bench.start()
    bench.write("sub/two.txt", text)
    bench.until(lambda: bench.engine.status().coverage.files == 1, "its return")
    bench.settle()
    assert len(passage_vectors(bench)) > 1
    assert [each for each in sent if not each.startswith("two\n")] == [], "but for the new card"
    assert len(bench.engine._meanings.serving.graph) == len(passage_vectors(bench)) + 1
    words = text.split("\n\n")[2]
    assert bench.names(words, Mode.MEANING) == ["two.txt"]
