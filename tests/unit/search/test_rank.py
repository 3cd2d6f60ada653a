from jinasearch.search import rank
from jinasearch.search.confidence import Scale
from jinasearch.store.passages import Match

SCALES = (Scale(0.0, 10.0), Scale(0.0, 1.0))


def fuse(*given, **more):
    return rank.fuse(*given, **more).first()


def test_a_file_found_by_both_comes_before_files_found_by_one():
    keywords = [Match(1, 10, 9.0), Match(2, 20, 8.0)]
    meaning = [Match(3, 30, 0.9), Match(2, 21, 0.8)]
    ranked = fuse([], keywords, meaning, SCALES)
    assert [candidate.file for candidate in ranked] == [2, 1, 3]
    best = ranked[0]
    assert best.by_keywords
    assert best.by_meaning
    assert set(best.passages(3)) == {20, 21}


def test_many_passages_of_one_file_count_once():
    keywords = [Match(1, 10, 9.0), Match(1, 11, 8.0), Match(1, 12, 7.0), Match(2, 20, 6.0)]
    ranked = fuse([], keywords, [], SCALES)
    assert [candidate.score for candidate in ranked] == [0.9, 0.6]


def test_a_list_whose_scores_mean_little_does_not_ruin_the_other():
    keywords = [Match(1, 10, 6.0), Match(2, 20, 5.0)]
    noise = [Match(3, 30, 0.11), Match(4, 40, 0.1), Match(2, 21, 0.09)]
    assert [c.file for c in fuse([], keywords, noise, SCALES)] == [1, 2, 3, 4]
    chance = [Match(file, file, 0.4) for file in (5, 6)]
    meant = [Match(7, 70, 0.9), Match(5, 50, 0.2)]
    assert [c.file for c in fuse([], chance, meant, SCALES)] == [7, 5, 6]


def test_a_name_alone_is_a_find_without_passages():
    (candidate,) = fuse([Match(5, None, 1.0)], [], [], SCALES)
    assert candidate.by_keywords
    assert candidate.passages(3) == []


def test_a_name_with_every_word_adds_to_what_the_text_says():
    keywords = [Match(1, 10, 6.0), Match(2, 20, 5.0)]
    assert [c.file for c in fuse([Match(2, None, 1.0)], keywords, [], SCALES)] == [2, 1]


def test_to_be_first_of_few_by_meaning_is_worth_little():
    keywords = [Match(1, 10, 9.0), Match(2, 20, 8.0)]
    meaning = [Match(3, 30, 0.9)]
    assert [c.file for c in fuse([], keywords, meaning, SCALES, embedded=0.01)] == [1, 2, 3]


def test_both_kinds_in_one_passage_say_more_than_in_two():
    keywords = [Match(1, 10, 5.0), Match(2, 20, 5.0)]
    meaning = [Match(1, 11, 0.5), Match(2, 20, 0.5)]
    assert [c.file for c in fuse([], keywords, meaning, SCALES)] == [2, 1]


def test_both_kinds_weigh_the_same_and_the_surer_one_leads():
    weak = [Match(1, 10, 2.0), Match(2, 20, 0.5)]
    sure = [Match(3, 30, 0.9), Match(2, 20, 0.7), Match(1, 11, 0.6)]
    assert [c.file for c in fuse([], weak, sure, SCALES)][:2] == [3, 2]
    scores = {c.file: c.score for c in fuse([], [Match(1, 10, 4.0)], [Match(2, 20, 0.4)], SCALES)}
    assert scores[1] == scores[2]


def test_the_kind_that_could_tell_more_of_a_question_leads():
    keywords, meaning = [Match(1, 10, 6.0)], [Match(2, 20, 0.6)]
    rich, poor = Scale(0.0, 10.0, 8.0), Scale(0.0, 10.0, 3.0)
    sense = Scale(0.0, 1.0, 6.0)
    ranked = [fuse([], keywords, meaning, (words, sense)) for words in (rich, poor)]
    assert [[c.file for c in files] for files in ranked] == [[1, 2], [2, 1]]
    assert {c.confidence for files in ranked for c in files} == {0.3}


def test_a_name_with_every_word_is_never_a_weak_match():
    keywords = [Match(1, 10, 10.0)]
    ranked = fuse([Match(2, None, 1.0)], keywords, [Match(3, 30, 0.01)], SCALES)
    assert [(c.file, c.certain) for c in ranked] == [(1, True), (2, True), (3, False)]
