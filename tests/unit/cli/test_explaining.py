import io

from rich.console import Console

from jinasearch.cli.explaining import Explained, print_explained
from jinasearch.core.explanation import Explanation, Reason, WordFound
from jinasearch.core.models import Hit, Mark
from jinasearch.engine.protocol import Mode, SearchReply

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
