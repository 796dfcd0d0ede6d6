"""A person who walks a path: a clone of the project, a home, terminals and a browser."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guide_lines import GuideLine, Guides
from playwright.sync_api import Browser, Page
from transcript import Terminal, Transcript

LAB_ADDRESS = r"(http://127\.0\.0\.1:\d+/lab/\S*token=\w+)"
MACHINE = ("PIP_", "UV_", "SSL_", "LC_", "LANG")
"""Prefixes of the variables that belong to a machine and not to a developer."""


@dataclass
class Newcomer:
    """One person.

    Attributes:
        clone: The project's folder.
        home: The person's home folder.
        browser: The person's.
        transcript: Of the path.
        guides: Of the clone.
    """

    clone: Path
    home: Path
    browser: Browser
    transcript: Transcript
    guides: Guides

    def __post_init__(self) -> None:
        # JupyterLab refuses root, as which a container runs this; nothing else differs from a new account.
        folder = self.home / ".jupyter"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}))

    def open_terminal(self, folder: Path | None = None, *, activated: bool = True) -> Terminal:
        """Opens a terminal in the project's folder, or in another one."""
        path = [part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part]
        environment = {
            **{name: os.environ[name] for name in os.environ if name.startswith(MACHINE)},
            "PATH": os.pathsep.join(path), "HOME": str(self.home), "TERM": "xterm", "BROWSER": "true",
            "MANPAGER": "cat",
        }  # fmt: skip
        first = [self.guides.line("bin/activate").text] if activated else []
        return Terminal(folder or self.clone, environment, *first)

    def open_page(self, width: int = 1280, height: int = 720) -> Page:
        """Opens a page that reaches addresses of this machine only."""
        page = self.browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(120_000)
        own = re.compile(r"^(?!http://(127\.0\.0\.1|localhost|\d+\.\d+\.\d+\.\d+)[:/]|data:|blob:)")
        page.route(own, lambda route: route.abort())
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    @contextlib.contextmanager
    def lab(self, terminal: Terminal, typed: GuideLine) -> Iterator[Page]:
        """Starts JupyterLab for the block; yields the page that it opens."""
        with contextlib.ExitStack() as stack:
            with self.transcript.step("Opens JupyterLab", None, typed) as step:
                step.printed, address = stack.enter_context(terminal.serve(typed.text, LAB_ADDRESS))
                self.transcript.draw_terminal(step, typed.text)
            page = self.open_page()
            with self.transcript.step("The start page", page):
                page.goto(address[1])
                page.get_by_role("heading", name="EB-1A Workbench").wait_for(timeout=60_000)
                page.locator("[data-mime-type], .jp-RenderedMarkdown").first.wait_for()
            yield page
            page.context.close()

    def set_up(self) -> None:
        """Runs the README's set-up command, where this clone has no environment yet."""
        if (self.clone / ".venv").exists():
            return
        typed = self.guides.line("python3 -m venv .venv", "workbench demo")
        printed = self.transcript.run(self.open_terminal(activated=False), typed, "Sets up, and drafts the sample")
        for name in ("petition.ipynb", "petition.html", "petition.pdf", "petition.docx"):
            if f"out/{name}" not in printed:
                raise AssertionError(f"{name} is not named at the end of the set-up")
