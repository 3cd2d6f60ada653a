"""`jinasearch eval` with the real engine and the starter model."""

import json
import signal
import subprocess

import pytest

from jinasearch.cli import evaluate, measures
from jinasearch.cli.context import Programs
from jinasearch.cli.main import run
from jinasearch.engine.address import written_address
from tiny_reranker import lay_down

TEXTS = {
    "bread": "Mix flour, water and yeast, let it rise for an hour, then bake the loaf.",
    "sea": "The albatross glides for days over the southern ocean.",
    "car": "Change the engine oil every ten thousand kilometres.",
    "tax": "Employees hand in the declaration of income by the end of July.",
    "moon": "Tides rise and fall because of the pull of the moon.",
    "tea": "Green leaves are steamed, black ones are left to oxidise.",
}
ASKED = {
    "albatross": "sea",
    "engine oil": "car",
    "how to make a dough for baking": "bread",
    "why does the water at the coast go up and down": "moon",
}


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "judged"
    folder.mkdir()
    corpus = [{"id": key, "title": "", "text": text} for key, text in TEXTS.items()]
    queries = [{"id": f"q{n}", "text": text} for n, text in enumerate(ASKED)]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels.tsv").write_text(
        "\n".join(f"q{n}\t{document}\t1" for n, document in enumerate(ASKED.values()))
    )
    return folder


def test_judged_questions_are_measured_in_a_library_of_their_own(alone, collection, tmp_path):
    kept = tmp_path / "kept"
    found = alone.json("eval", collection, "--keep", kept)
    assert (found["documents"], found["queries"]) == (6, 4)
    assert set(found["figures"]) == {"bm25", "keywords", "meaning", "hybrid", "rrf"}
    assert found["figures"]["hybrid"]["ndcg"] == 1.0
    assert found["figures"]["keywords"]["ndcg"] >= 0.5
    assert found["gain"]["mean"] >= 0.0
    assert not alone.running.library.exists()
    again = alone.run("eval", collection, "--keep", kept)
    assert again.code == 0, again
    assert "nDCG@10" in again.text
    assert "keywords and meaning" in again.text
    assert "paired bootstrap" in again.text


def test_both_are_measured_re_ranked_too(alone, collection, tmp_path):
    reranker = lay_down(tmp_path / "reranker", [*TEXTS.values(), *ASKED])
    found = alone.json("eval", collection, "--rerank", reranker)
    assert set(found["figures"]) == {"bm25", "keywords", "meaning", "hybrid", "rrf", "reranked"}
    assert found["figures"]["reranked"]["mrr"] >= 0.5
    assert found["reranker"] == "reranker"


def test_a_folder_with_somebodys_files_is_not_used(alone, collection, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    refused = alone.run("eval", collection, "--keep", tmp_path / "mine")
    assert refused.code == 2
    assert "empty folder" in refused.complaint
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_what_is_no_collection_is_told(alone, tmp_path):
    failure = alone.run("eval", tmp_path, "--json").failure()
    assert failure.code == "bad-request"
    assert "corpus.jsonl" in failure.title


def test_packages_that_are_missing_are_told_before_anything_is_done(
    collection, monkeypatch, capsys
):
    monkeypatch.setattr(measures, "_PACKAGES", ("ir_measures", "no_such_package"))
    monkeypatch.setattr(evaluate, "ensure_engine", None)
    programs = Programs(lambda *_: 1, lambda *_: None, lambda: False)
    assert run(["eval", str(collection)], programs) == 3
    assert ".[eval]" in capsys.readouterr().err


def test_told_to_end_it_leaves_nothing_behind(alone, collection, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    measuring = subprocess.Popen(
        alone.line("eval", collection),
        env={**alone.running.environment, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def engine():
        found = (written_address(place / "library") for place in temporary.glob("*-eval-*"))
        return next(filter(None, found), None)

    address = alone.running.until(engine, "the engine")
    measuring.send_signal(signal.SIGTERM)
    assert measuring.wait(60) == 130
    assert list(temporary.glob("*-eval-*")) == []
    assert alone.running.has_ended(address.pid)
