from jinasearch.index.census import proposals, usual_folders


def test_what_the_usual_rules_take_is_counted(tmp_path):
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / ".hidden").write_text("secret")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("x")
    (found,) = proposals([(str(tmp_path), True)], (), ())
    assert (found.files, found.bytes, found.counted) == (1, 5, True)
    assert found.uri == tmp_path.as_uri()
    assert found.usual
    assert not found.known


def test_a_large_folder_is_counted_for_a_moment(tmp_path):
    for number in range(10):
        (tmp_path / f"{number}.txt").write_text("x")
    times = iter([0.0, 0.1, 0.2, 0.3, 9.0])
    (found,) = proposals([(str(tmp_path), True)], (), (), lambda: next(times))
    assert (found.files, found.counted) == (3, False)


def test_the_library_is_no_file_of_the_users(tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    (library / "library.db").write_text("x")
    (found,) = proposals([(str(tmp_path), True)], {str(tmp_path)}, (str(library),))
    assert found.files == 0
    assert found.known


def test_a_folder_that_cannot_be_read_is_empty(tmp_path):
    (found,) = proposals([(str(tmp_path / "none"), True)], (), ())
    assert (found.files, found.counted) == (0, True)


def test_the_usual_folders_are_there(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DOCUMENTS_DIR", "XDG_DESKTOP_DIR", "XDG_DOWNLOAD_DIR", "XDG_PICTURES_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert usual_folders() == [(str(tmp_path), True)]
    (tmp_path / "Documents").mkdir()
    (tmp_path / "Pictures").mkdir()
    assert usual_folders() == [
        (str(tmp_path / "Documents"), True),
        (str(tmp_path / "Pictures"), False),
        (str(tmp_path), False),
    ]
