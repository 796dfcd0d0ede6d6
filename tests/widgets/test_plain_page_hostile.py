"""Hostile texts on the plain page: none runs, and the probe that says so can fire."""

from __future__ import annotations

from mirror import live
from monitor_page import DONE
from playwright.sync_api import expect

from workbench.checks.finding import Finding
from workbench.live.events import SectionUpdate
from workbench.live.snapshot import Snapshot

HOSTILE = (
    "<script>pwned('script')</script><img src=x onerror=\"pwned('handler')\"><svg onload=\"pwned('svg')\">"
    "<animate onbegin=\"pwned('animate')\" attributeName=x dur=1s /></svg>"
    "<iframe srcdoc=\"<script>parent.pwned('srcdoc')</script>\"></iframe><details open ontoggle=\"pwned('toggle')\">"
    "\"'><svg/onload=pwned('attribute')></svg></title></style></textarea><script>pwned('closing')</script>"
    "<style>@import 'http://evil.example/x.css';*{background:url(http://evil.example/x.png)}</style>"
    "<link rel=stylesheet href=http://evil.example/y.css><base href=http://evil.example/>"
    "<a href=\"javascript:pwned('anchor')\">a</a> [md](javascript:pwned('markdown')) <javascript:pwned('auto')>"
    "![i](x\" onerror=\"pwned('image')) ![j](http://evil.example/j.png) [r]: javascript:pwned('reference)"
    "<form action=\"javascript:pwned('form')\"><button formaction=\"javascript:pwned('button')\">b</button></form>"
    "${pwned('template')}{{pwned('mustache')}} [@wolf-prize\"><b onclick=pwned('cite')>, p. 1] \u202eevil\u202c"
)


def hostile() -> Snapshot:
    """The finished run with hostile text wherever text comes from somebody."""
    finding = Finding(check=HOSTILE, severity="error", message=HOSTILE, quote=HOSTILE, suggestion=HOSTILE)
    shapes = (HOSTILE, f"> {HOSTILE}", f"- {HOSTILE}", f"```html\n{HOSTILE}\n```", f"### {HOSTILE}")
    text = "\n\n".join((*shapes, "One [@wolf-prize, p. 2]."))
    changes = {"title": HOSTILE, "content": text, "findings": (finding,), "edited_by": HOSTILE}
    letter = {"case_title": HOSTILE, "petitioner": HOSTILE, "beneficiary": HOSTILE, "field_of_endeavor": HOSTILE}
    return DONE.model_copy(
        update={
            "sections": tuple(section.model_copy(update=changes) for section in DONE.sections),
            "exhibits": tuple(
                exhibit.model_copy(update={"title": HOSTILE, "kind": HOSTILE, "date": HOSTILE})
                for exhibit in DONE.exhibits
            ),
            "logs": tuple(line.model_copy(update={"message": HOSTILE, "agent": HOSTILE}) for line in DONE.logs[:5]),
            "letter": DONE.letter.model_copy(update={**letter, "counsel": (HOSTILE,), "sample": HOSTILE}),
            "user_id": HOSTILE, "model": HOSTILE, "error": HOSTILE, "unresolved": (HOSTILE,),
        }
    )  # fmt: skip


def test_no_hostile_text_runs_on_the_plain_page(mirror, run, watched):
    written = run(hostile(), {("wolf-prize", 1): HOSTILE, ("wolf-prize", 2): HOSTILE})
    address, _ = mirror.link(None, at=written.snapshot.thread_id)
    seen = watched()
    page = seen.page
    page.goto(address)
    live(page)
    written.write(
        [
            SectionUpdate(section_id="awards", title=f"again {HOSTILE}", findings=[]).stamped(
                thread_id="", event_id="2999999999999-0", at=""
            )
        ]
    )
    expect(page.locator("[data-section=awards] > .wbm-heading")).to_contain_text("again <script>")
    page.locator("[data-section=intro] .wbm-cite", has_text="Ex. 4 at 2").click()
    expect(page.locator(".wbm-page-text")).to_contain_text("<script>pwned('script')</script>")
    page.locator("[data-section=intro] .wbm-toggle").click()
    for tab in ("statistics", "findings"):
        page.locator(f".wbv-tab[data-tab={tab}]").click()
    expect(page.locator(".wbv-findings-panel")).to_contain_text("<script>pwned('script')</script>")
    page.locator(".wbv-findings-panel .wbm-link").first.click()
    page.locator(".wbv-back").click()
    expect(page.locator(".wbv-run")).not_to_have_count(0)
    made = page.locator(":is(script:not([src]), img, a, iframe, form, base, style, details, animate, object, embed)")
    assert made.count() == 0
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert seen.ran == []
    assert seen.wrong == []  # nor did the policy have anything to refuse
    assert [url for url in seen.asked if "evil.example" in url] == []


def test_the_probe_fires_where_such_text_is_taken_for_markup(mirror, run, watched):
    """The control of the test above: the same text, the same listeners, and a page that does it wrong."""
    seen = watched()
    seen.page.goto("about:blank")
    seen.page.route("**/*", lambda route: route.abort())
    seen.page.set_content(f"<body>{HOSTILE}")
    seen.page.wait_for_function("document.images.length > 0")
    seen.page.locator("a").first.evaluate("(anchor) => anchor.click()")
    seen.page.evaluate("() => { alert(1); }")
    seen.page.wait_for_timeout(300)
    assert {"script", "handler", "svg", "toggle", "anchor", "dialog 1"} <= set(seen.ran)


def test_the_pages_policy_stops_what_would_slip_through(mirror, run, watched):
    """The second line: markup put into the page by force runs nothing there."""
    address, _ = mirror.link(run(DONE).snapshot.thread_id)
    seen = watched()
    seen.page.goto(address)
    live(seen.page)
    seen.page.evaluate("(text) => { document.body.insertAdjacentHTML('beforeend', text); }", HOSTILE)
    seen.page.evaluate("() => document.querySelector('a[href^=javascript]').click()")
    seen.page.wait_for_timeout(300)
    assert seen.ran == []
    assert any("Content Security Policy" in said for said in seen.wrong)
