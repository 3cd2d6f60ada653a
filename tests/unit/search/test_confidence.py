import numpy as np
import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.search import confidence, retrieve
from jinasearch.search.confidence import Background
from jinasearch.search.query import parse
from jinasearch.store import files, folders, passages, vectors
from jinasearch.store.connection import fetch, open_writer
from jinasearch.store.migrations import migrate

WORDS = ["alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa", "lambda"]


@pytest.fixture
def connection(tmp_path):
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for number in range(80):
        text = f"{WORDS[number % 8]} {WORDS[number // 8 % 8]} number {number} 圖書館"
        file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 1, number))
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    yield connection
    connection.close()


def best(connection, text):
    query = parse(text + " ")
    rows = retrieve.by_keywords(connection, query, size=80)
    return confidence.of_keywords(connection, query, 80).of(rows[0].score)


def test_the_more_of_a_question_stands_nowhere_the_less_keywords_are_trusted(connection):
    whole = best(connection, "alpha beta")
    half = best(connection, "alpha missing")
    little = best(connection, "alpha missing absent nowhere unheard")
    assert 0.2 < whole <= 1.0
    assert whole > half > little
    assert little < 0.15


def test_what_words_could_tell_grows_with_every_rare_word_that_occurs(connection):
    def told(text):
        return confidence.of_keywords(connection, parse(text + " "), 80).deviations

    assert told("33 44") > told("33") > told("alpha") > 0.0
    assert told("33 44 missing unheard") == told("33 44")


def test_no_score_of_bm25_is_beyond_the_best(connection):
    for text in ("alpha", "alpha beta 7", "number", "number 33 kappa delta"):
        assert 0.0 <= best(connection, text) <= 1.0


def space_of(connection, matrix):
    space = vectors.space(connection, "test")
    for number, vector in enumerate(matrix):
        key = passages.input_hash(str(number))
        connection.execute(
            "INSERT INTO vectors(space, input_hash, vector) VALUES (?, ?, ?)",
            (space, key, vector.astype("<f2").tobytes()),
        )
    return space


def normal(matrix):
    return (matrix / np.linalg.norm(matrix, axis=-1, keepdims=True)).astype(np.float32)


def test_chance_is_worth_nothing_and_what_stands_out_much(connection):
    chance = np.random.default_rng(1)
    shared = chance.normal(size=64) * 3.0  # cosines of many models lie between 0.7 and 1
    matrix = normal(chance.normal(size=(400, 64)) + shared)
    background = Background(space_of(connection, matrix))
    asked = normal(chance.normal(size=64) + shared)
    scale = background.scale(connection, asked, len(matrix))
    typical = [scale.of(float(cosine)) for cosine in matrix @ asked]
    assert np.median(typical) < 0.05
    assert max(typical) < 0.6
    close = normal(asked + 0.02 * chance.normal(size=64))
    assert scale.of(float(close @ asked)) > 0.9


@pytest.mark.parametrize("common", [0.0, 3.0])
@pytest.mark.parametrize("size", [20, 2000])
def test_the_best_of_what_means_nothing_is_told_from_what_is_meant(connection, common, size):
    """Texts are about some things, and lie along their directions; nonsense lies anywhere."""
    chance = np.random.default_rng(2)
    shared = common * chance.normal(size=256)
    topics = 2.0 * chance.normal(size=(12, 256))

    def about(topic):
        return normal(shared + topics[topic] + chance.normal(size=256))

    matrix = np.stack([about(number % 10) for number in range(size)])
    background = Background(space_of(connection, matrix))

    def certain(asked):
        scale = background.scale(connection, asked, size)
        return float((matrix @ asked).max()) >= scale.chance

    nonsense = [normal(shared + 2.0 * chance.normal(size=256)) for _ in range(50)]
    assert sum(map(certain, nonsense)) <= 2
    assert [certain(about(topic)) for topic in range(12)] == [True] * 10 + [False] * 2


def test_a_sample_of_a_grown_library_is_drawn_anew(connection):
    few = normal(np.eye(8)[:4])
    background = Background(space_of(connection, few))
    asked = few[0]
    before = background.scale(connection, asked, 4)
    assert background.scale(connection, asked, 4) == before
    connection.execute("DELETE FROM vectors WHERE id > 1")
    assert background.scale(connection, asked, 4) == before
    assert background.scale(connection, asked, 1) != before
    assert len(fetch(connection, "SELECT id FROM vectors")) == 1


def test_without_vectors_there_is_a_scale_all_the_same(connection):
    scale = Background(7).scale(connection, np.ones(4, np.float32), 0)
    assert scale.of(1.0) == 1.0
    assert scale.chance > 1.0
