"""``workbench case new``, ``elements``, ``facts``, ``accept`` and ``settle``."""

from __future__ import annotations

import json

import click
import pytest

from workbench.case.loader import load_case

MEDAL = (
    "Medal of the Academy\n\nMay 4, 2021\n\nDr. Ada Example received the award, an internationally recognized prize.\n"
)


@pytest.fixture
def made(cli, tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "medal.txt").write_text(MEDAL, encoding="utf-8")
    (tmp_path / "mail" / "table.xlsx").touch()
    status, out, err = cli(
        "case",
        "new",
        tmp_path / "example",
        "--from",
        tmp_path / "mail",
        "--name",
        "Ada Example",
        "--field",
        "chemistry",
    )
    assert status == 0, err
    return tmp_path / "example", out


@pytest.fixture
def terminal_of(monkeypatch):
    """Makes a terminal of the test, whose user gives these answers."""

    def make(*answers):
        said = iter(answers)
        monkeypatch.setattr(click, "prompt", lambda *_, **__: next(said))
        for stream in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)

    return make


def test_new_lists_exhibits_and_rest(made):
    folder, out = made
    assert "Exhibit 1: Medal of the Academy (award, 2021-05-04, en); Received as medal.txt\n" in out
    assert "left out: table.xlsx: a .xlsx file" in out
    assert f"workbench case settle {folder}" in out


def test_new_never_overwrites(cli, made, tmp_path):
    before = (made[0] / "case.yaml").read_bytes()
    status, out, err = cli("case", "new", made[0], "--from", tmp_path / "mail")
    assert (status, out) == (2, "")
    assert "has a case.yaml already" in err
    assert (made[0] / "case.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "nowhere"], "no such folder"),
        (["--from", "mail", "--split", "1-3"], "names no file and pages"),
        (["--from", "mail", "--filing-date", "soon"], "--filing-date: 'soon' is not a date"),
    ],
)
def test_wrong_input_is_one_line(cli, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "a.txt").write_text("Text", encoding="utf-8")
    status, _, err = cli("case", "new", "example", *arguments, "--json")
    assert status == 2
    assert says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "example").exists()


def test_check_lists_what_is_open(cli, made):
    status, out, _ = cli("case", "check", made[0])
    assert status == 0
    assert "to settle: filing_date: no filing date was given; write YYYY-MM-DD\n" in out
    assert "to settle: exhibits.medal-of-the-academy.date: guessed '2021-05-04'" in out
    assert "to settle: no criterion is claimed" in out


def test_settle_to_the_end(cli, made):
    folder = made[0]
    for arguments in (
        ["filing_date", "2026-03-02"], ["beneficiary.pronouns", "she"], ["exhibits.medal-of-the-academy"],
        ["petitioner.self_petition"], ["beneficiary.surname"], ["beneficiary.honorific"],
    ):  # fmt: skip
        status, _, err = cli("case", "settle", folder, *arguments)
        assert status == 0, err
    status, out, _ = cli("case", "settle", folder, "--json")
    assert json.loads(out) == []


def test_facts_are_accepted_by_id(cli, made):
    folder = made[0]
    proposals = json.loads(cli("case", "facts", folder, "--criterion", "awards", "--json")[1])
    status, out, _ = cli("case", "accept", folder, proposals[0]["id"], "--item", "The Medal")
    assert (status, out) == (0, f"accepted {proposals[0]['id']}\n")
    assert load_case(folder).claims[0].items[0].title == "The Medal"
    status, _, err = cli("case", "accept", folder, "one", "two", "--text", "Three.")
    assert (status, "accept them one by one" in err) == (2, True)


def test_elements_show_pages_and_gaps(cli, made):
    status, out, _ = cli("case", "elements", made[0], "--criterion", "awards")
    assert status == 0
    assert "awards.received: Which page shows that the prize or award was received by the beneficiary?" in out
    assert "may be: Exhibit 1 (medal-of-the-academy), page 1: " in out
    assert "gap: Not claimed so far. The evidence does not establish that" in out
    asked = json.loads(cli("case", "elements", made[0], "--json")[1])
    assert len({question["criterion"] for question in asked}) == 14


def test_terminal_asks_for_missing(cli, made, tmp_path, terminal_of):
    terminal_of("Ada Example", "chemistry", "2026-03-02")
    status, _, _ = cli("case", "new", tmp_path / "asked", "--from", tmp_path / "mail")
    assert status == 0
    assert str(load_case(tmp_path / "asked").filing_date) == "2026-03-02"


def test_terminal_goes_through_facts(cli, made, terminal_of):
    terminal_of("y", "First Title", "e", "She won it in 2021.", "1", "q")
    status, _, err = cli("case", "facts", made[0], "--criterion", "awards", "--ask")
    assert status == 0, err
    (item,) = load_case(made[0]).claims[0].items
    assert item.title == "First Title"
    assert [fact.text for facts in item.elements.values() for fact in facts][-1] == "She won it in 2021."


def test_terminal_goes_through_points(cli, made, terminal_of):
    terminal_of("2026-03-02", "", "-", "Dr.", "it", *[""] * 4)
    status, _, err = cli("case", "settle", made[0])
    assert status == 0
    assert "unknown pronouns 'it'" in err
    assert [point.field for point in load_case(made[0]).open_points] == ["beneficiary.surname", "beneficiary.pronouns"]
