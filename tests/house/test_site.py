"""The documentation site, built as docs/CONTRIBUTING.md says: strictly, and readable without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect
from sphinx.util.inventory import InventoryFile

import workbench
from workbench.cli import COMMANDS

TOP = Path(__file__).resolve().parents[2]
RESOURCES = {"audio", "embed", "iframe", "img", "input", "link", "object", "script", "source", "track", "video"}


class PageReader(HTMLParser):
    """Addresses in a page: those that a browser loads, and those that a reader follows; and the page's anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded, self.followed, self.anchors = set(), set(), {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        address = values.get("src") or values.get("href") or values.get("data")
        if address:
            (self.loaded if tag in RESOURCES else self.followed).add(address)
        self.loaded |= {each.split()[0] for each in (values.get("srcset") or "").split(",") if each.strip()}
        self.anchors.add(values.get("id"))


def build(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=TOP, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    command = re.search(r"python -m (sphinx .*) build/site\b", (TOP / "docs" / "CONTRIBUTING.md").read_text("utf-8"))
    done = build(["-m", *command[1].split(), "-d", str(folder / "trees"), str(folder / "html")])
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]  # parts of the theme
    return {path: PageReader(path.read_text("utf-8")) for path in files}


def test_every_document_has_its_page(site):
    sources = [TOP / "README.md", *TOP.glob("docs/**/*.md"), *TOP.glob("notebooks/*.ipynb")]
    assert len(sources) > 30
    missing = [path for path in sources if not (site / path.relative_to(TOP)).with_suffix(".html").is_file()]
    assert missing == []


def test_public_names_and_commands_described(site):
    found = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    names = {name for kind, entries in found.items() if kind.startswith("py:") for name in entries}
    assert {f"workbench.{name}" for name in workbench.__all__} - names == set()
    text = (site / "docs" / "site" / "command-line.html").read_text("utf-8")
    assert [name for name in COMMANDS if f'id="workbench-{name}"' not in text] == []


def test_pages_load_nothing_from_elsewhere(site, pages):
    loaded = {address for page in pages.values() for address in page.loaded}
    loaded |= {
        address
        for path in site.rglob("*.css")
        for address in re.findall(r"(?:url\(|@import\s*)[\"']?([^\"')]+)", path.read_text("utf-8"))
    }
    assert len(loaded) > 20
    assert {each for each in loaded if urlsplit(each).scheme not in {"", "data"} or each.startswith("//")} == set()


def test_links_lead_to_pages_and_anchors(pages):
    broken = set()
    for path, page in pages.items():
        for address in page.loaded | page.followed:
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(parts.fragment) not in anchors:
                broken.add((path.name, address))
    assert broken == set()


def test_search_works_from_files(site, browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/README.html")  # to which the first page leads
    expect(page.locator("h1")).to_contain_text("EB-1A Workbench")
    page.keyboard.press("Control+k")
    field = page.locator("#pst-search-dialog input[name=q]")
    expect(field).to_be_focused()
    field.fill("golden cases")
    field.press("Enter")
    page.wait_for_url("**/search.html*")
    found = page.locator("#search-results").get_by_role("link", name="Golden cases and the promotion gate")
    found.first.click(timeout=60_000)
    expect(page.locator("h1")).to_contain_text("Golden cases and the promotion gate")
    assert wrong == []
    context.close()
