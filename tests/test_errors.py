import errno

import pytest

import workbench
from workbench import errors
from workbench.errors import (
    CaseError,
    InputError,
    Problem,
    RunFailedError,
    WorkbenchError,
    choose_remedy,
    make_write_error,
    refuse_windows,
)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("no such thing", "make one"), "no such thing; make one"),
        (Problem("no such thing", "make one", file="case.yaml"), "case.yaml: no such thing; make one"),
        (
            Problem("no such thing", "make one", file="case.yaml", line=7, field="exhibits[3].file"),
            "case.yaml:7: exhibits[3].file: no such thing; make one",
        ),
        (Problem("no such thing", "make one", field="REDIS_URL"), "REDIS_URL: no such thing; make one"),
    ],
)
def test_problem_is_one_line(problem, line):
    assert str(problem) == line


def test_case_error_lists_all_problems():
    error = CaseError(Problem("a", "b", line=1, file="f"), Problem("c", "d"))
    assert str(error) == "f:1: a; b\nc; d"
    assert len(error.problems) == 2


def test_quoted_input_controls_no_terminal():
    said = str(InputError(Problem("no case '\x1b[2J\r\nx\u202e'", "look again")))
    assert "\x1b" not in said
    assert "\r" not in said
    assert "\u202e" not in said
    assert len(said.splitlines()) == 1


def test_failed_run_keeps_reasons():
    error = RunFailedError("t-1", ["Awards: refused", "Benefit: lost"])
    assert error.reasons == ("Awards: refused", "Benefit: lost")
    assert "t-1" in str(error)


def test_errors_are_in_the_tree():
    raised = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(raised) > 10
    for kind in raised:
        assert issubclass(kind, WorkbenchError)
        assert kind.__name__ in (errors.__doc__ or ""), f"{kind.__name__} is missing from the tree"


def test_windows_is_refused(monkeypatch):
    refuse_windows()
    monkeypatch.delitem(vars(workbench), "start", raising=False)  # kept there once it was asked for
    monkeypatch.setattr(errors.sys, "platform", "win32")
    with pytest.raises(InputError, match=r"^Windows itself is not supported; install WSL2 .*$"):
        refuse_windows()
    with pytest.raises(InputError):
        getattr(workbench, "start")  # noqa: B009 - as an import of the name does


def test_notebook_shows_error_without_traceback():
    from IPython.core.interactiveshell import InteractiveShell

    shell, shown = InteractiveShell(), []
    shell._showtraceback = lambda kind, error, lines: shown.extend(lines)
    shell.run_cell("from workbench.errors import ExportError\nraise ExportError('section awards: not approved')")
    assert shown == ["ExportError: section awards: not approved"]


@pytest.mark.parametrize(
    ("number", "place", "remedy"),
    [
        (errno.ENOSPC, "/out", "free space on the disk of /out"),
        (errno.EDQUOT, "/out", "free space on the disk of /out"),
        (errno.ENOSPC, None, "free space on the disk"),
        (errno.EACCES, "/out", "name another"),
    ],
)
def test_full_disk_has_own_remedy(number, place, remedy):
    assert choose_remedy(OSError(number, "words"), place, "name another") == remedy


def test_write_error_is_one_line():
    error = make_write_error(PermissionError(errno.EACCES, "Permission denied"), "/out", "name another", field="--out")
    assert str(error) == "/out: --out: cannot be written (Permission denied); name another"
