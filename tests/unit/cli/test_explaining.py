import io

import pytest
from rich.console import Console

from jinasearch.cli import ask
from jinasearch.cli.explaining import Explained, explained, print_explained
from jinasearch.core.explanation import Explanation, Reason, WordFound
from jinasearch.core.models import Hit, Mark
from jinasearch.engine.protocol import Mode, Rerank, SearchReply

TEXT = "We left at nine. Then a [puma] chased the dog."


def test_words_scores_and_the_nearest_sentence_are_told():
    hit = Hit(7, "", "", "trip[1].txt", "/home", "text", "", 1, 0.0, 0.61, True, True, exact=True)
    reason = Reason(
        1, TEXT, marks=(Mark(25, 29),), nearest=Mark(17, 46), meaning_score=0.5,
        meaning_confidence=0.72,
    )  # fmt: skip
    why = Explanation(7, (WordFound("puma", 3, 1), WordFound("[x]", 0, 0)), (reason,))
    out = io.StringIO()
    console = Console(
        file=out, width=120, force_terminal=True, color_system="standard", highlight=False
    )
    print_explained(console, Explained(SearchReply("puma", Mode.HYBRID, (hit,)), (why,)))
    told = out.getvalue()
    assert "trip[1].txt" in told
    assert "puma: here, in 3 passages" in told
    assert "[x]: not here, in 0 passages" in told
    assert "score 0.61" in told
    assert "BM25 –" in told
    assert "cosine 0.50, 72% sure" in told
    assert "\x1b[4m" in told  # underlined
    assert "\x1b[1;4;32mpuma" in told


class Client:
    """Keeps what is sent, and how long it is waited for."""

    def __init__(self, reply):
        self.reply, self.sent = reply, []

    def send(self, call, seconds=None):
        self.sent.append((call.body, seconds))
        return self.reply


@pytest.mark.parametrize("rerank", [Rerank.NO, Rerank.YES])
def test_it_is_asked_for_as_the_answer_was(rerank):
    hit = Hit(7, "", "", "trip.txt", "/home", "text", "", 1, 0.0, 0.61, True, True)
    client = Client(Explanation(7))
    explained(client, SearchReply("puma", Mode.HYBRID, (hit,)), rerank, 300.0, everything=True)
    ((request, seconds),) = client.sent
    assert (request.file, request.rerank, seconds) == (7, rerank, 300.0)


def test_the_prompt_waits_for_a_model_that_has_to_be_loaded(monkeypatch):
    client, typed = Client(SearchReply("puma", Mode.HYBRID)), iter(["puma", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    ask._prompt(client, Console(file=io.StringIO()))
    assert [seconds for _, seconds in client.sent] == [300.0]
