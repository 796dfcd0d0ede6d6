"""Guesses and gaps that nobody has settled."""

from workbench.case.open_points import OpenPoint


def test_open_guess_is_an_error(run_letter, minimal):
    points = tuple(
        OpenPoint(kind="guess", field=f"exhibits.e{number}.date", line=number, value="2021", reason="a page")
        for number in range(1, 9)
    )
    (finding,) = run_letter("case-unsettled", "Text.", minimal.model_copy(update={"open_points": points}))
    assert finding.severity == "error"
    assert "exhibits.e6.date and 2 more" in finding.message


def test_settled_case_has_no_finding(run_letter, minimal):
    assert run_letter("case-unsettled", "Text.", minimal) == []
