from jinasearch.index.turns import Turns


def test_one_in_four_goes_by_turns():
    turns = Turns()
    assert [turns.is_due() for _ in range(8)] == [False, False, False, True] * 2


def test_folders_go_round():
    turns = Turns()
    assert [turns.next([1, 4, 9]) for _ in range(4)] == [1, 4, 9, 1]
    assert turns.next([9]) is None
    assert turns.next([]) is None
    assert turns.next([2, 3]) == 2
