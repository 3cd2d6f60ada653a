"""What stands in the way is shown as it is now."""

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.events import Events
from jinasearch.engine.notices import Notices


def test_a_trouble_that_another_one_follows_is_told_anew():
    changes = []
    notices = Notices([], Events(), lambda: changes.append(1))
    passing = JinasearchError(Code.INTERNAL, "Reading files stopped")
    notices.trouble("reading", passing)
    notices.trouble("reading", JinasearchError(Code.INTERNAL, "Reading files stopped"))
    assert len(changes) == 1
    notices.trouble("reading", JinasearchError(Code.DISK_FULL, "The disk is full", path="/a"))
    assert len(changes) == 2
    assert [notice.code for notice in notices.shown()] == ["disk-full"]
    notices.trouble("reading", None)
    notices.trouble("reading", None)
    assert len(changes) == 3
