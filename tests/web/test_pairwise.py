"""Blind review in a real browser."""

from __future__ import annotations

import re

import pytest
from blind_pairs import AFTER, BEFORE, MODEL, VERSIONS, Reviewed, pair
from contrast import CONTRAST
from playwright.sync_api import expect

from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.reviews.pairwise import win_rate
from workbench.tuning.reviews.records import Records
from workbench.web.js_bundle import STATIC, join_modules
from workbench.widgets.pairwise import Pairwise

SECRETS = (BEFORE, AFTER, MODEL, *VERSIONS.values(), "0123456789ab", "aaaaaaaaaaaa", "bbbbbbbbbbbb", "sha256")
HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script> [@"><b>, p. 1] [x](javascript:alert(3)) \u202eevil'
LONG = "### Awards\n\n" + "\n\n".join(
    f"Paragraph {n}: Dr. Wu received the medal, *for excellence*, in her field [@medal-citation, pp. {n}-{n + 1}]. " * 3
    for n in range(1, 12)
)


@pytest.fixture
def review(page, tmp_path):
    """Starts one on the page."""

    def begin(*pairs) -> Reviewed:
        return Reviewed(page, Pairwise(pairs, user_id="m.chen", settings=Settings(home=tmp_path)))

    return begin


def kept(tmp_path):
    return list(Records(Settings(home=tmp_path), "pairs"))


def left_is(reviewed: Reviewed) -> str:
    return "a" if reviewed.review.state["pair"]["left"].startswith("Old") else "b"


def test_shown_pair_names_no_version(review, page, tmp_path):
    reviewed = review(pair(1), pair(2))
    expect(page.get_by_role("region", name="Draft A")).to_contain_text("draft 1")
    expect(page.get_by_role("region", name="Draft B")).to_contain_text("draft 1")
    expect(page.locator(".wbp .wbm-case")).to_have_text(re.compile("Prizes or Awards"))
    expect(page.locator(".wbm-about")).to_contain_text("Case wu · pair 1 of 2 · 0 picked")
    expect(page.locator(".wbp-cite").first).to_have_text(re.compile(r"^medal, (p\. 1|pp\. 1–2)$"))
    for secret in SECRETS:
        assert secret not in reviewed.everything()
    assert set(reviewed.review.state["pair"]) == {"token", "case", "section", "title", "left", "right", "choice"}
    assert kept(tmp_path) == []


def test_review_names_no_version(review, page, tmp_path):
    reviewed = review(pair(1), pair(2), pair(3))
    for key in ("a", "b", "z", "t"):
        reviewed.press(key)
    assert len(kept(tmp_path)) == 3
    for secret in SECRETS:
        assert secret not in reviewed.everything()
    reviewed.press("a")  # the last open pair: the review is finished
    expect(page.locator(".wbp-outcome")).to_contain_text(AFTER)
    expect(page.locator(".wbp-outcome")).to_contain_text(BEFORE)


@pytest.mark.parametrize(
    ("key", "choice"),
    [("a", "left"), ("b", "right"), ("t", "tie"), ("B", "right"), ("ArrowLeft", "left"), ("ArrowRight", "right")],
)
def test_key_picks_a_draft(review, page, tmp_path, key, choice):
    reviewed = review(pair(1), pair(2))
    left = left_is(reviewed)
    page.get_by_role("region", name="Draft A").click()
    [sent] = reviewed.press(key)
    assert (sent["type"], sent["choice"]) == ("pick", choice)
    [record] = kept(tmp_path)
    other = "b" if left == "a" else "a"
    assert record["winner"] == {"left": left, "right": other, "tie": "tie"}[choice]
    assert (record["left"], record["user"]) == (left, "m.chen")
    expect(page.locator(".wbm-about")).to_contain_text("pair 2 of 2 · 1 picked")


def test_click_picks_and_stores_note(review, page, tmp_path):
    reviewed = review(pair(1), pair(2))
    page.get_by_label("Reason (kept with your pick)").fill("Better order, and a bad title")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("b")
    page.get_by_label("Reason (kept with your pick)").fill("Better order, and a bad title")
    assert page.evaluate("window.sent") == []  # letters in a note are no picks
    page.get_by_role("button", name="B is better").click()
    reviewed.settle()
    [record] = kept(tmp_path)
    assert record["note"] == "Better order, and a bad title"
    expect(page.get_by_label("Reason (kept with your pick)")).to_have_value("")
    expect(page.locator(".wbp")).to_be_focused()  # so that the next key picks


def test_double_click_picks_once(review, page, tmp_path):
    reviewed = review(pair(1), pair(2))
    page.get_by_role("button", name="A is better").click()
    page.get_by_role("button", name="B is better").dispatch_event("click")
    assert len(reviewed.settle()) == 1
    token = reviewed.states[0]["pair"]["token"]
    reviewed.review._handle(None, {"type": "pick", "token": token, "choice": "left"}, [])  # of a second view, late
    reviewed.settle()
    assert len(kept(tmp_path)) == 1


def test_back_and_skip_change_pick(review, page, tmp_path):
    reviewed = review(pair(1), pair(2), pair(3))
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    left = left_is(reviewed)
    reviewed.press("a")
    reviewed.press("z")
    expect(page.locator(".wbm-about")).to_contain_text("pair 1 of 3 · 1 picked")
    expect(page.get_by_role("button", name="A is better")).to_have_attribute("aria-pressed", "true")
    assert left_is(reviewed) == left  # the drafts keep their places
    reviewed.press("b")
    assert [record["winner"] for record in kept(tmp_path)] == [left, "b" if left == "a" else "a"]
    assert win_rate(Settings(home=tmp_path), AFTER).n == 1
    reviewed.press("s")
    expect(page.locator(".wbm-about")).to_contain_text("pair 3 of 3 · 1 picked")
    expect(page.get_by_role("button", name="Skip")).to_be_disabled()
    reviewed.press("t")
    expect(page.locator(".wbm-about")).to_contain_text("pair 2 of 3 · 2 picked")  # the one that was skipped


def test_result_ends_the_review(review, page, tmp_path, pictures):
    reviewed = review(*(pair(n) for n in range(8)))
    expect(page.get_by_role("button", name="Finish")).to_be_disabled()
    for _ in range(6):
        reviewed.press("a" if left_is(reviewed) == "b" else "b")  # always the new one
    reviewed.press("t")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".wbp-sure")).to_contain_text("no pick can be added")
    page.keyboard.press("Escape")
    expect(page.locator(".wbp-sure")).to_be_hidden()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Show the result").click()
    reviewed.settle()
    expect(page.locator(".wbp-said")).to_have_text(
        f"{AFTER} preferred to {BEFORE} in 6 of 7 pairs (1 tie, as half): 93% (95% interval 56% to 99%)"
    )
    expect(page.get_by_role("img", name="93%, interval 56% to 99%")).to_be_visible()
    expect(page.locator(".wbp-picks tbody tr")).to_have_count(7)
    assert str(reviewed.review.win_rate()) == page.locator(".wbp-said").text_content()
    reviewed.press("a")
    assert len(kept(tmp_path)) == 7
    assert page.evaluate(CONTRAST) == []
    page.locator(".wbp").screenshot(path=pictures / "pairwise-result.png")


def test_sides_are_drawn_by_lot(tmp_path):
    lots = {
        tuple(turn.left for turn in Pairwise([pair(n) for n in range(30)], user_id="u", settings=Settings())._turns)
        for _ in range(3)
    }
    assert len(lots) == 3
    both = [turn for lot in lots for turn in lot]
    assert 20 < both.count("a") < 70


def test_failed_pick_can_be_repeated(review, page, tmp_path):
    reviewed = review(pair(1), pair(2))
    (tmp_path / "tuning").write_text("a file in the folder's place")
    reviewed.press("a")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The pick is not kept: ")
    expect(page.locator(".wbm-about")).to_contain_text("pair 1 of 2 · 0 picked")
    (tmp_path / "tuning").unlink()
    reviewed.press("a")
    expect(alert).to_be_hidden()
    assert len(kept(tmp_path)) == 1


def test_hostile_drafts_stay_text(review, page):
    review(pair(1, texts=(HOSTILE, HOSTILE + " more")))
    for letter in "AB":
        region = page.get_by_role("region", name=f"Draft {letter}")
        expect(region).to_contain_text("<script>alert(2)</script>")
        expect(region).to_contain_text("⟦U+202E⟧evil")
        assert region.locator("img, script, a, b").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1160, 420])
def test_review_is_readable_in_both_themes(review, page, pictures, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    review(pair(1, texts=(LONG, LONG.replace("excellence", "outstanding excellence"))), pair(2))
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("A is better", "Equally good", "B is better", "Finish"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport()
    region = page.get_by_role("region", name="Draft A")
    assert region.evaluate("(node) => node.scrollHeight > node.clientHeight + 50")
    region.focus()
    page.keyboard.press("End")  # scrolls, and picks nothing
    page.wait_for_function("document.querySelector('.wbp-desk').scrollTop > 0")
    assert page.evaluate("window.sent") == []
    page.locator(".wbp").screenshot(path=pictures / f"pairwise-{scheme}-{width}.png")


def test_unmounting_review_leaves_nothing(review, page):
    review(pair(1), pair(2))
    page.evaluate("window.unmount()")
    assert page.evaluate("[document.getElementById('host').children.length, Object.keys(listeners).length]") == [0, 0]


def test_repr_and_early_win_rate(tmp_path):
    review = Pairwise([pair(1), pair(2)], user_id="u", settings=Settings(home=tmp_path))
    assert repr(review) == "Pairwise(0 of 2 pairs picked from)"
    assert review.win_rate().n == 0
    assert review.finish().n == 0
    assert review.state["result"]["text"] == f"{AFTER}: no pair was picked from"
    with pytest.raises(InputError):
        Pairwise([], user_id="u")


def test_pairwise_bundle_has_no_imports():
    module = join_modules(STATIC / "pairwise.js")
    assert not re.search(r"^import\b", module, re.MULTILINE)
    names = re.findall(r"^(?:export )?(?:async )?(?:function|const|class|let) (\w+)", module, re.MULTILINE)
    assert len(names) == len(set(names)) > 30
    for part in (STATIC / "pairwise").glob("*.js"):
        assert part.read_text("utf-8").splitlines()[0] in module
