from jinasearch.search.rank import Found, fuse


def test_a_file_found_by_both_comes_before_files_found_by_one():
    keywords = [Found(1, 10, 9.0), Found(2, 20, 8.0)]
    meaning = [Found(3, 30, 0.9), Found(2, 21, 0.8)]
    ranked = fuse([], keywords, meaning)
    assert [candidate.file for candidate in ranked] == [2, 1, 3]
    best = ranked[0]
    assert best.by_keywords
    assert best.by_meaning
    assert set(best.passages(3)) == {20, 21}


def test_many_passages_of_one_file_count_once():
    keywords = [Found(1, 10, 9.0), Found(1, 11, 8.0), Found(1, 12, 7.0), Found(2, 20, 6.0)]
    assert [candidate.score for candidate in fuse([], keywords, [])] == [1 / 60, 1 / 61]


def test_a_name_alone_is_a_find_without_passages():
    (candidate,) = fuse([Found(5, None, 1.0)], [], [])
    assert candidate.by_keywords
    assert candidate.passages(3) == []


def test_to_be_first_of_few_by_meaning_is_worth_little():
    keywords = [Found(1, 10, 9.0), Found(2, 20, 8.0)]
    meaning = [Found(3, 30, 0.9)]
    assert [c.file for c in fuse([], keywords, meaning, embedded=0.01)] == [1, 2, 3]
