"""promptfoo's assertions that need no model: here and in the real promptfoo they say the same of the same text."""

from __future__ import annotations

import pytest
import yaml
from real_promptfoo import evaluate

from workbench.config import Settings
from workbench.tuning.matching import MATCHERS, matches, problem_with

TEXTS = [
    "Dr. Example received the Invented Medal [@medal, p. 1].",
    "dr. example: İstanbul, naïve café, 12 prizes and ３ more\u00a0words\nNew line, $5 (net) [x]",
    "one",
]
ASSERTIONS = [
    ("contains", "Medal"),
    ("contains", "medal, p."),
    ("icontains", "INVENTED MEDAL"),
    ("contains-all", ["Dr.", "Medal"]),
    ("contains-all", "Dr. ,Medal"),
    ("icontains-all", ["DR.", "EXAMPLE"]),
    ("contains-any", ["Nobel", "one"]),
    ("icontains-any", ["ONE", "CAFÉ"]),
    ("starts-with", "Dr. "),
    ("starts-with", "one"),
    ("word-count", 1),
    ("word-count", "1"),
    ("word-count", {"min": 2}),
    ("word-count", {"max": 8}),
    ("word-count", {"min": 8, "max": 15}),
    ("regex", r"\d+ prizes"),
    ("regex", r"^\w+$"),
    ("regex", r"na\w+ve"),
    ("regex", r"more\swords"),
    ("regex", r"[\s]words"),
    ("regex", r"more\Swords"),
    ("regex", r"and \d"),
    ("regex", r"\bcaf\b"),
    ("regex", r"\$5 \(net\) \[x\]$"),
    ("regex", r"(?<=the )Invented(?! Prize)"),
    ("regex", r"[$]5|nothing"),
    ("regex", r"^New"),
]


def test_the_real_promptfoo_says_the_same(tmp_path, shared_home):
    asserts = [{"type": kind, "value": value} for kind, value in ASSERTIONS]
    asserts += [{"type": f"not-{kind}", "value": value} for kind, value in ASSERTIONS]
    config = {
        "prompts": ["{{text}}"],
        "providers": ["echo"],
        "tests": [{"vars": {"text": text}, "options": {"disableVarExpansion": True}} for text in TEXTS],
        "defaultTest": {"assert": asserts},
        "sharing": False,
    }
    file = tmp_path / "promptfooconfig.yaml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    rows = evaluate(file, Settings(home=shared_home))["results"]["results"]
    rows = {row["vars"]["text"]: row for row in rows}
    differ = [
        (one["type"], one["value"], text)
        for text in TEXTS
        for one, said in zip(asserts, rows[text]["gradingResult"]["componentResults"], strict=True)
        if matches(one["type"], one["value"], text)[0] != said["pass"]
    ]
    assert not differ
    verdicts = {(kind, matches(kind, value, text)[0]) for kind, value in ASSERTIONS for text in TEXTS}
    assert verdicts == {(kind, verdict) for kind in MATCHERS for verdict in (True, False)}  # each was seen to say both


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("llm-rubric", "good"),
        ("contains", ["a"]),
        ("contains", None),
        ("contains", "{{name}}"),
        ("contains", "file://x.txt"),
        ("contains-all", []),
        ("word-count", {}),
        ("word-count", "many"),
        ("word-count", True),
        ("regex", "("),
        ("regex", "(?i)a"),
        ("regex", r"\p{L}"),
        ("regex", "a++"),
        ("regex", "[]"),
        ("regex", "(?<name>a)"),
        ("regex", r"(a)\1"),
        ("regex", r"[^\S]"),
        ("regex", "a{,3}"),
    ],
)
def test_what_cannot_be_taken_over_is_said(kind, value):
    assert problem_with(kind, value)


def test_every_reason_is_a_sentence():
    for kind, value in ASSERTIONS:
        assert matches(kind, value, TEXTS[0])[1]
