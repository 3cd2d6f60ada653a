"""What the command says of folders that are not there."""

import os

from jinasearch.cli.folders import _as_told, _away
from jinasearch.core.models import Folder
from jinasearch.core.paths import to_uri

LATIN_1 = os.fsdecode(b"/home/ada/caf\xe9")
HERE = Folder(1, "file:///home/ada", "/home/ada")
WITH_DRIVES = Folder(
    2, "file:///home/ada", "/home/ada", drives_away=("file:///home/ada/usb", to_uri(LATIN_1))
)


def test_a_drive_whose_name_is_not_utf_8_is_meant_by_what_is_shown_of_it():
    assert _as_told([HERE, WITH_DRIVES], "/home/ada/caf\ufffd") == to_uri(LATIN_1)
    assert _as_told([HERE, WITH_DRIVES], LATIN_1) == to_uri(LATIN_1)
    assert _as_told([HERE, WITH_DRIVES], "/home/ada/usb") == "file:///home/ada/usb"
    assert _as_told([HERE, WITH_DRIVES], "/home/ada/cafe") == ""


def test_a_deleted_folder_is_told_from_one_that_is_away():
    said = [
        str(_away(Folder(1, "file:///x", "/x", away=away, gone=gone)))
        for away, gone in ((False, False), (True, False), (True, True))
    ]
    assert said == ["", "away", "gone"]
    assert str(_away(WITH_DRIVES)) == "away: /home/ada/usb, /home/ada/caf\ufffd"
