"""Drives inside of folders that are away: told until they are back."""

from jinasearch.index.absences import Absences
from jinasearch.index.scanner import Changes

HOME = "/home/ada"
USB = "/home/ada/usb"
NAS = "/home/ada/nas/archive"


def noted(absences: Absences, folder: int, starts: list[str], *away: str) -> None:
    found = [Changes(), Changes(away=list(away))]
    assert list(absences.noted(folder, starts, found)) == found


def test_a_drive_is_away_until_it_was_looked_at_again():
    told: list[int] = []
    absences = Absences(lambda: told.append(1))
    noted(absences, 1, [HOME])
    assert (absences.of(1), told) == ((), [])
    noted(absences, 1, [HOME], USB, NAS)
    assert absences.of(1) == (NAS, USB)
    assert len(told) == 1
    noted(absences, 1, [f"{HOME}/letters", f"{USB}x"])  # nothing of them was looked at
    assert absences.of(1) == (NAS, USB)
    noted(absences, 1, [f"{HOME}/nas"])
    assert absences.of(1) == (USB,)
    assert len(told) == 2
    noted(absences, 1, [HOME], USB)
    assert len(told) == 2
    noted(absences, 1, [f"{USB}/gone.txt"], USB)
    assert len(told) == 2
    noted(absences, 1, [f"{USB}/new.txt"])
    assert absences.of(1) == ()
    noted(absences, 1, [f"{USB}/gone.txt"], USB)
    absences.note(1, [HOME], ())
    assert (absences.of(1), absences.of(2)) == ((), ())
    assert len(told) == 5
