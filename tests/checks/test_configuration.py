"""A firm's settings of the checks."""

import pytest

from workbench.checks.check import check_letter
from workbench.checks.configuration import (
    configure_checks,
    find_configuration,
    list_thresholds,
    read_configuration,
)
from workbench.checks.draft import DraftText
from workbench.checks.letter import Letter
from workbench.checks.registry import CHECKS

BY_ID = {check.id: check for check in CHECKS}
TEXT = "She won [TODO]. The prize is TBD."


@pytest.fixture
def configured(tmp_path):
    """Runs the checks without a case as some YAML configures them: the report."""

    def run(yaml, text=TEXT):
        path = tmp_path / "checks.yaml"
        path.write_text(yaml, encoding="utf-8")
        configuration = read_configuration(path, CHECKS)
        letter = Letter("draft", text, (DraftText(None, text),))
        return check_letter(letter, configure_checks(CHECKS, configuration)), configuration

    return run


@pytest.mark.parametrize("value", ["off", "{off: true}", "false"])
def test_check_switched_off_is_said(configured, value):
    report, configuration = configured(f"checks: {{placeholder: {value}}}")
    assert "placeholder" not in {finding.check for finding in report.findings}
    assert report.checked["placeholder"].why == {"switched off in checks.yaml": 1}
    assert configuration.problems == ()


def test_severity_is_changed(configured):
    report, _ = configured("checks:\n  placeholder: warning\n")
    assert {finding.severity for finding in report.findings if finding.check == "placeholder"} == {"warning"}


def test_allowed_words_are_not_reported(configured):
    report, _ = configured("checks:\n  placeholder: {allow: ['[todo]']}\n")
    assert [finding.quote for finding in report.findings if finding.check == "placeholder"] == ["TBD"]


def test_threshold_is_changed(configured):
    sentence = "The measurements of slow reactions were repeated by nine laboratories in seven countries at once.\n\n"
    report, _ = configured("checks: {}", sentence * 2)
    assert "duplicated-paragraph" in {finding.check for finding in report.findings}
    report, _ = configured("checks: {duplicated-paragraph: {least_words: 30}}", sentence * 2)
    assert "duplicated-paragraph" not in {finding.check for finding in report.findings}


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("checks: {placeholders: off}", "there is no check 'placeholders'; did you mean 'placeholder'?"),
        ("checks: {placeholder: fatal}", "placeholder: write `off`"),
        ("checks: {placeholder: {severity: fatal}}", "severity is error, warning or info"),
        ("checks: {placeholder: {least: 3}}", "there is no setting 'least'"),
        ("checks: {placeholder: {allow: 3}}", "allow cannot be 3"),
        ("checks: {duplicated-paragraph: {least_words: many}}", "least_words cannot be 'many'"),
        ("- a", "must hold `checks:`"),
        ("other: 1", "must hold `checks:`"),
        ("checks: [", "is no YAML"),
        ("checks: {? [a] : b}", "is no YAML"),
        ("[" * 3000, "is no YAML"),
    ],
)
def test_mistake_is_one_line(configured, yaml, words):
    report, configuration = configured(yaml)
    (problem,) = configuration.problems
    assert words in problem
    assert "\n" not in problem
    # The other checks run all the same.
    assert "placeholder" in {finding.check for finding in report.findings}


def test_missing_file_is_one_line(tmp_path):
    (problem,) = read_configuration(tmp_path / "none.yaml", CHECKS).problems
    assert "none.yaml: cannot be read" in problem


def test_places_are_searched_in_order(tmp_path, monkeypatch):
    case, home = tmp_path / "case", tmp_path / "home"
    case.mkdir()
    home.mkdir()
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    monkeypatch.delenv("WORKBENCH_CHECKS", raising=False)
    assert find_configuration(case) is None
    (home / "checks.yaml").write_text("checks: {}")
    assert find_configuration(case) == home / "checks.yaml"
    (case / "checks.yaml").write_text("checks: {}")
    assert find_configuration(case) == case / "checks.yaml"
    monkeypatch.setenv("WORKBENCH_CHECKS", str(tmp_path / "mine.yaml"))
    assert find_configuration(case) == tmp_path / "mine.yaml"


def test_report_names_the_mistake(tmp_path, monkeypatch):
    path = tmp_path / "mine.yaml"
    path.write_text("checks: {zzz: off}")
    monkeypatch.setenv("WORKBENCH_CHECKS", str(path))
    report = check_letter(Letter("draft", TEXT, (DraftText(None, TEXT),)))
    assert [finding.message for finding in report.findings if finding.check == "configuration"] == [
        "mine.yaml: there is no check 'zzz'."
    ]


def test_thresholds_are_listed():
    assert list_thresholds(BY_ID["duplicated-paragraph"]) == {"least_words": 12, "near": 0.8}
    assert list_thresholds(BY_ID["placeholder"]) == {}
