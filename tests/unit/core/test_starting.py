"""How processes are started on systems that we do not run on here."""

import inspect
import subprocess

from jinasearch.core.starting import outliving, unheard


def test_on_windows_the_engine_has_no_console_to_die_with():
    flags = outliving("win32")["creationflags"]
    assert flags == 0x8 | 0x200  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP


def test_on_windows_a_worker_opens_no_console_of_its_own():
    assert unheard("win32") == {"creationflags": 0x08000000}  # CREATE_NO_WINDOW


def test_elsewhere_both_have_a_session_of_their_own():
    assert outliving("linux") == unheard("darwin") == {"start_new_session": True}


def test_these_are_options_that_processes_are_started_with():
    known = inspect.signature(subprocess.Popen).parameters
    assert {*outliving(), *unheard(), *outliving("win32"), *unheard("win32")} <= known.keys()
