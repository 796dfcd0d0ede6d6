"""The prompt store: saved versions and recorded decisions.

A decision is kept with who, when and why.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from workbench.config import Settings
from workbench.drafting.prompts.templates import SHIPPED_FOLDER, PromptLibrary
from workbench.drafting.prompts.versions import PROMPT_SECTIONS, active_library
from workbench.errors import InputError
from workbench.tuning.prompt_store import PromptStore

TEXT = (SHIPPED_FOLDER / "awards.md").read_text(encoding="utf-8").split("---\n", 2)[2]
SYSTEM_TEXT = (SHIPPED_FOLDER / "system.md").read_text(encoding="utf-8").split("---\n", 2)[2]
WHO = {"author": "b.partner", "note": "shorter"}


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


@pytest.fixture
def store(settings):
    return PromptStore(settings)


@pytest.fixture
def two(store):
    """Two candidates, the second made from the first."""
    first = store.save("awards", TEXT + "\nBe brief.\n", parent="awards", **WHO)
    return first, store.save("awards", TEXT + "\nBe very brief.\n", parent=first.ref, **WHO)


def files(store, section_id="awards"):
    return sorted(path.name for path in (store.root / section_id).iterdir())


def test_shipped_prompts_are_active(store, settings):
    versions = store.versions()
    assert {version.section_id for version in versions} == set(PROMPT_SECTIONS)
    assert all(version.shipped and store.standing(version.ref) == "filing" for version in versions)
    assert active_library(settings).sources == PromptLibrary.shipped().sources
    assert store.history("awards") == ()
    assert not store.root.exists()


def test_version_file_named_by_digest(store):
    saved = store.save("awards", TEXT + "\nBe brief.\n", parent="awards", **WHO)
    path = store.root / "awards" / f"{saved.digest}.md"
    assert saved.digest == hashlib.sha256(saved.text.encode()).hexdigest()[:12]
    assert path.read_text(encoding="utf-8") == saved.source
    head = path.read_text(encoding="utf-8").split("\n")[:7]
    shipped = store.get("awards@shipped")
    assert head[:4] == ["---", "section: awards", "note: shorter", "author: b.partner"]
    assert head[4].startswith("date: 20")
    assert head[5:] == [f"parent: {shipped.ref}", "---"]
    assert (saved.note, saved.author, saved.parent, saved.shipped) == ("shorter", "b.partner", shipped.ref, False)
    assert store.standing(saved.ref) == "candidate"
    assert store.get(saved.ref) == saved
    assert not path.stat().st_mode & 0o222, "nobody changes it by mistake"


def test_equal_text_is_saved_once(store, two):
    before = files(store)
    again = store.save("awards", "\ufeff" + two[0].text.replace("\n", "\r\n") + "\n\n", author="other", note="other")
    assert again == two[0]
    assert store.save("awards", TEXT, **WHO) == store.get("awards@shipped")
    assert files(store) == before


def test_front_matter_keeps_line_numbers(store, two):
    assert store.save("awards", two[0].source, **WHO) == two[0]
    with pytest.raises(InputError) as caught:
        store.save("awards", two[0].source + "{{oops}}\n", file="mine.md", **WHO)
    assert str(caught.value).startswith(f"mine.md:{two[0].source.count(chr(10)) + 1}: unknown placeholder {{{{oops}}}}")
    with pytest.raises(InputError, match="the file is of section 'awards'"):
        store.save("membership", two[0].source, **WHO)


def test_problems_are_collected_with_lines(store):
    text = TEXT.replace("{{facts}}", "{{factz}}") + "an {{ open one\nbell \x07\n"
    wrong, last = text[: text.index("{{factz}}")].count("\n") + 1, text.rstrip().count("\n") + 1
    with pytest.raises(InputError) as caught:
        store.save("awards", text, note=" ", author="a\x1b[2J", parent="awards@000000000000")
    said = str(caught.value).split("\n")
    assert said == [
        f"awards:{wrong}: unknown placeholder {{{{factz}}}}; did you mean {{{{facts}}}}?",
        f"awards:{last - 1}: {{{{ without its other half; write {{{{name}}}}",
        f"awards:{last}: placeholder {{{{facts}}}} is missing; add it where it belongs",
        f"awards:{last}: control character '\\x07'; remove it",
        "note: no note; give one",
        "author: author holds a control character; remove it",
        "prompt: there is no version awards@000000000000; see workbench prompts list awards",
    ]
    assert not store.root.exists(), "nothing was written"
    assert store.check("awards", TEXT) == ()
    assert "did you mean awards?" in str(store.check("award", TEXT)[0])


def test_parent_has_same_section(store, two):
    with pytest.raises(InputError, match="is no version of system"):
        store.save("system", SYSTEM_TEXT + "More.\n", parent=two[0].ref, **WHO)


def test_decisions_record_name_and_reason(store, two, settings):
    first, second = two
    shipped = store.get("awards@shipped")
    store.promote(first.ref, user_id="a.partner", evidence="gate-7", reason="better on nine cases")
    store.promote(second.ref, user_id="a.partner")
    assert active_library(settings).template("awards").text == second.text
    assert store.active("awards") == second
    assert store.rollback("awards", user_id="b.partner", reason="misquotes the regulation") == first
    store.retire(second.ref, user_id="b.partner", reason="for good")
    assert [(d.did, d.version, d.before, d.by, d.reason, d.evidence) for d in store.history("awards")] == [
        ("promote", first.ref, shipped.ref, "a.partner", "better on nine cases", "gate-7"),
        ("promote", second.ref, first.ref, "a.partner", None, None),
        ("rollback", first.ref, second.ref, "b.partner", "misquotes the regulation", None),
        ("retire", second.ref, first.ref, "b.partner", "for good", None),
    ]
    assert [store.standing(version.ref) for version in (shipped, first, second)] == ["retired", "filing", "retired"]
    assert store.rollback("awards", user_id="b.partner", reason="as it was") == shipped
    with pytest.raises(InputError, match="no version of awards was filing before"):
        store.rollback("awards", user_id="b.partner", reason="once more")


def test_promoted_shipped_version_is_kept(store, settings, monkeypatch, tmp_path):
    shipped = store.get("awards@shipped")
    own = store.save("awards", TEXT + "\nBe brief.\n", **WHO)
    store.promote(own.ref, user_id="a.partner")
    folder = tmp_path / "newer"
    folder.mkdir()
    for file in SHIPPED_FOLDER.glob("*.md"):
        (folder / file.name).write_text(file.read_text() + "\nA later release.\n")
    monkeypatch.setattr("workbench.drafting.prompts.templates.SHIPPED_FOLDER", folder)
    later = PromptStore(settings)
    new = later.get("awards@shipped")
    assert new.ref != shipped.ref
    assert later.standing(new.ref) == "candidate", "a new release files nothing where the firm has decided"
    assert later.get(shipped.ref).text == shipped.text
    assert later.rollback("awards", user_id="a.partner", reason="as it was") == later.get(shipped.ref)
    assert later.library().template("awards").text == shipped.text


@pytest.mark.parametrize("did", ["promote", "retire"])
def test_a_decision_has_a_user(store, two, did):
    with pytest.raises(InputError, match="no user_id"):
        getattr(store, did)(two[0].ref, user_id=" ", reason="x")
    assert store.history("awards") == ()


def test_rollback_and_retirement_need_reason(store, two):
    store.promote(two[0].ref, user_id="a")
    for act, ref in (("rollback", "awards"), ("retire", two[1].ref)):
        with pytest.raises(InputError, match="no reason"):
            getattr(store, act)(ref, user_id="a", reason=" ")
    assert len(store.history("awards")) == 1


def test_active_version_cannot_be_retired(store, two):
    store.promote(two[0].ref, user_id="a")
    with pytest.raises(InputError, match="is filing already"):
        store.promote(two[0].ref, user_id="a")
    with pytest.raises(InputError, match="promote another one, or roll back"):
        store.retire(two[0].ref, user_id="a", reason="x")
    with pytest.raises(InputError, match="is filing"):
        store.retire("intro", user_id="a", reason="x")


def test_promotion_checks_measured_version(store, two):
    store.promote(two[0].ref, user_id="a", over="awards@shipped")
    with pytest.raises(InputError, match=f"{two[0].ref} is filing by now"):
        store.promote(two[1].ref, user_id="a", over="awards@shipped")


def test_version_is_found_by_names(store, two):
    first = two[0]
    others = [two[1].digest, store.get("awards@shipped").digest]
    length = next(n for n in range(1, 13) if not any(other.startswith(first.digest[:n]) for other in others))
    for ref in (first.ref, first.ref[: len("awards@") + length], first.ref.upper(), f"{first.ref}+{'0' * 12}"):
        assert store.get(ref) == first
    assert store.get("awards") == store.get("awards@filing") == store.get("awards@shipped")


@pytest.mark.parametrize(
    ("ref", "what"),
    [
        ("award@12", "did you mean awards?"),
        ("awards@zz", "no version awards@zz"),
        ("shiped", "did you mean shipped?"),
        ("", "names no prompt version"),
        ("../../etc/passwd", "names no prompt version"),
        ("awards@../../x", "names no prompt version"),
        ("awards@", "names no prompt version"),
        ("awards@12\x00", "names no prompt version"),
    ],
)
def test_unknown_version_is_refused(store, ref, what):
    with pytest.raises(InputError, match=r"names|version|called") as caught:
        store.get(ref)
    assert what in str(caught.value)


def test_ambiguous_prefix_lists_versions(store):
    saved = [store.save("awards", f"{TEXT}\nVariation {number}.\n", **WHO) for number in range(20)]
    letters = [version.digest[0] for version in saved]
    shared = next(letter for letter in letters if letters.count(letter) > 1)
    with pytest.raises(InputError, match=f"awards@{shared} is the beginning of") as caught:
        store.get(f"awards@{shared}")
    assert sum(version.ref in str(caught.value) for version in saved) == letters.count(shared)
    digest = saved[0].digest
    wrong = f"awards@{digest[:-1]}{'0' if digest[-1] != '0' else '1'}"
    with pytest.raises(InputError, match=f"did you mean {saved[0].ref}"):
        store.get(wrong)


def test_versions_order_by_time(store, two):
    assert store.versions("awards")[0].ref == store.get("awards@shipped").ref
    assert {version.ref for version in store.versions("awards")[1:]} == {version.ref for version in two}
    assert len(store.versions()) == len(PROMPT_SECTIONS) + 2


def test_library_holds_named_versions(store, two, tmp_path):
    system = store.save("system", SYSTEM_TEXT + "\nMore.\n", **WHO)
    store.promote(two[0].ref, user_id="a")
    assert store.library().template("awards") == two[0].template
    assert store.library("shipped").template("awards").text == store.get("awards@shipped").text
    both = store.library(f"{two[1].ref}+{system.ref}")
    assert (both.template("awards"), both.template("system")) == (two[1].template, system.template)
    assert both.version("awards") == f"{two[1].ref}+{system.digest}"
    assert store.library(both.version("awards")).sources == both.sources, "what a draft names leads back to it"
    (tmp_path / "intro.md").write_text((SHIPPED_FOLDER / "intro.md").read_text() + "\nOurs.\n")
    mixed = store.library(tmp_path)
    assert mixed.template("intro").text.endswith("Ours.\n")
    assert mixed.template("awards") == two[0].template
    assert store.library("shipped", tmp_path, two[1].ref).template("awards") == two[1].template


def test_library_reports_wrong_names(store, tmp_path):
    with pytest.raises(InputError) as caught:
        store.library("awards@zz", tmp_path / "nowhere", tmp_path, "award@1")
    said = [problem.what for problem in caught.value.problems]
    assert said == ["there is no version awards@zz", "no such folder of prompts", "no prompt in the folder",
                    "no section is called 'award'"]  # fmt: skip


def test_variant_keeps_its_name(store, two, tmp_path):
    (tmp_path / "intro.md").write_text((SHIPPED_FOLDER / "intro.md").read_text())
    for name in ("filing", "shipped", two[0].ref, f"{two[0].ref}+system@shipped", str(tmp_path)):
        assert store.variant(name).name == name
    assert store.variant([two[0].ref, "system"]).name == f"{two[0].ref}+system"
    assert store.variant(two[0].ref).prompts.template("awards") == two[0].template
    with pytest.raises(InputError, match="no prompt is named"):
        store.variant([])


def test_a_redline_loses_nothing(store, two):
    spans = store.redline(two[0].ref, two[1].ref)
    assert "".join(span.text for span in spans if span.op != "insert") == two[0].text
    assert "".join(span.text for span in spans if span.op != "delete") == two[1].text
    assert [span.text.strip() for span in spans if span.op == "insert"] == ["very"]
    assert "Be<ins> very</ins> brief." in store.redline_html(two[0].ref, two[1].ref)


def test_redline_html_escapes_prompt(store):
    nasty = store.save("awards", TEXT + "\n<script>alert(1)</script> & <ins>\n", **WHO)
    html = store.redline_html("awards@shipped", nasty.ref)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;ins&gt;" in html


def test_the_store_reads_the_environment(monkeypatch, tmp_path):
    folder = tmp_path / "firm"
    monkeypatch.setenv("WORKBENCH_PROMPTS", str(folder))
    saved = PromptStore().save("awards", TEXT + "\nBe brief.\n", **WHO)
    assert (folder / "awards" / f"{saved.digest}.md").stat().st_mode & 0o044, "colleagues may read the firm's folder"


def test_missing_folder_is_reported(tmp_path):
    settings = Settings(home=tmp_path, prompts=tmp_path / "typo")
    with pytest.raises(InputError, match="typo: WORKBENCH_PROMPTS: no such folder"):
        active_library(settings)


WRITER = """
import sys
from pathlib import Path
from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.prompt_store import PromptStore
store, name, text = PromptStore(Settings(home=Path(sys.argv[1]))), sys.argv[2], Path(sys.argv[3]).read_text()
print("ready", flush=True)
sys.stdin.readline()
for number in range(12):
    version = store.save("awards", f"{text}\\nOf {name}, {number}.\\n", note="n", author=name)
    store.save("awards", f"{text}\\nOf both, {number}.\\n", note="n", author=name)
    store.promote(version.ref, user_id=name, reason=str(number))
    if number % 3 == 2:
        store.rollback("awards", user_id=name, reason="back")
"""


@pytest.mark.slow
def test_concurrent_writers_lose_nothing(store, settings, tmp_path):
    (tmp_path / "text.md").write_text(TEXT)
    command = [sys.executable, "-c", WRITER, settings.home]
    names = ["one", "two", "three"]
    running = [
        subprocess.Popen(
            [*command, name, tmp_path / "text.md"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in names
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
        assert process.returncode == 0
    history = store.history("awards")
    for name in names:
        own = [decision for decision in history if decision.by == name]
        assert [decision.reason for decision in own if decision.did == "promote"] == [str(n) for n in range(12)]
        assert sum(decision.did == "rollback" for decision in own) == 4
    assert len(store.versions("awards")) == 1 + 12 + len(names) * 12
    assert store.active("awards").ref == history[-1].version
    assert not [name for name in files(store) if name.startswith(".")]
