"""Transcript of a person's path: what was typed, what came of it, how long it took, and a picture."""

from __future__ import annotations

import contextlib
import html
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
from guide_lines import GuideLine
from playwright.sync_api import Browser, Page

COLUMNS, ROWS = 110, 40
LAST_LINES = 12
"""Lines of a command's output that a transcript shows."""
COMMAND_LIMIT_S = 900
_PARTS = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])|[\r\n\x08]|[^\x1b\r\n\x08]+")
_UP = re.compile(r"\x1b\[(\d*)A")
_TERMINAL = """<!doctype html><meta charset="utf-8"><style>body{{margin:0;padding:14px;background:#1e1e1e;color:#ddd;
font:13px/1.2 monospace;width:{columns}ch}}pre{{margin:0;white-space:pre-wrap;word-break:break-all}}b{{color:#8f8}}
</style><pre><b>$ {typed}</b>
{printed}</pre>"""


@dataclass
class Step:
    """One step of a path.

    Attributes:
        title: What the person does.
        typed: Lines that were typed, each with the place that says so.
        printed: What a program printed.
        noted: What was seen.
        pictures: File names of its pictures.
        seconds: It took.
    """

    title: str
    typed: list[GuideLine] = field(default_factory=list)
    printed: str = ""
    noted: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Transcript:
    """Steps of one person, written as Markdown after each.

    Args:
        name: Of the person.
        folder: Of transcripts and pictures.
        browser: That draws a terminal's pictures.
    """

    def __init__(self, name: str, folder: Path, browser: Browser) -> None:
        self.name, self._folder = name, folder
        self._terminal = browser.new_page(viewport={"width": 960, "height": 400})
        self._steps: list[Step] = []
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def step(self, title: str, page: Page | None = None, *typed: GuideLine) -> Iterator[Step]:
        """Times a step, and takes a picture of the page at its end, also where it fails.

        Args:
            title: What the person does.
            page: That shows what came of it.
            typed: Lines that are typed into the page.
        """
        step = Step(title, list(typed))
        self._steps.append(step)
        begin = time.monotonic()
        try:
            yield step
        except BaseException as error:
            step.noted.append(f"FAILED: {' '.join(str(error).split())[:500]}")
            raise
        finally:
            step.seconds = time.monotonic() - begin
            if page is not None:
                self.take_picture(step, page)
            self.write()

    def run(self, terminal: Terminal, typed: GuideLine, title: str, *, status: int = 0, enters: int = 0) -> str:
        """Runs a command to its end; returns what it printed.

        Args:
            terminal: Where it is typed.
            typed: The command.
            title: What the person does.
            status: Exit status that is expected.
            enters: How often Enter is pressed, for questions that it may leave open.

        Raises:
            AssertionError: It ended with another status.
        """
        with self.step(title, None, typed) as step:
            step.printed, ended = terminal.run(typed.text, enters)
            self.draw_terminal(step, typed.text)
            if ended != status:
                raise AssertionError(f"ended with {ended}: {step.printed[-800:]}")
        return step.printed

    def draw_terminal(self, step: Step, typed: str) -> None:
        """Takes a picture of a terminal with what was printed."""
        printed = "\n".join(step.printed.splitlines()[-ROWS:])
        self._terminal.set_content(
            _TERMINAL.format(columns=COLUMNS, typed=html.escape(typed), printed=html.escape(printed))
        )
        self.take_picture(step, self._terminal, full_page=True)

    def take_picture(self, step: Step, page: Page, *, full_page: bool = False) -> Path:
        """Takes a picture of a page as one of the step's."""
        more = f"-{len(step.pictures) + 1}" if step.pictures else ""
        path = self._folder / f"{self.name}-{self._steps.index(step) + 1:02}{more}.png"
        page.screenshot(path=path, full_page=full_page)
        step.pictures.append(path.name)
        return path

    @property
    def total(self) -> float:
        """Seconds of all steps."""
        return sum(step.seconds for step in self._steps)

    def write(self) -> None:
        """Writes the transcript."""
        lines = [f"# {self.name.capitalize()}", "", f"{len(self._steps)} steps, {self.total:.0f} s.", ""]
        for number, step in enumerate(self._steps, start=1):
            lines += [f"## {number}. {step.title} ({step.seconds:.1f} s)", ""]
            for typed in step.typed:
                lines += [f"Typed, as {typed.source} says:", "", "```", typed.text, "```", ""]
            printed = step.printed.rstrip().splitlines()[-LAST_LINES:]
            lines += ["Last lines printed:", "", "```", *printed, "```", ""] if printed else []
            lines += [f"- {note}" for note in step.noted] + ([""] if step.noted else [])
            lines += [f"![{step.title}]({picture})" for picture in step.pictures] + [""]
        (self._folder / f"{self.name}.md").write_text("\n".join(lines), "utf-8")


class Terminal:
    """A terminal window of one person, in one folder.

    Args:
        folder: In which commands run.
        environment: Its variables.
        before: Lines typed once in it, such as the one that activates an environment.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], *before: str) -> None:
        self.folder, self._environment, self._before = folder, dict(environment), list(before)

    def enter(self, line: str) -> None:
        """Types a line that only changes the shell, such as an export."""
        self._before.append(line)

    def run(self, command: str, enters: int = 0) -> tuple[str, int]:
        """Runs a command to its end, with Enter at its questions; returns what it printed, and its status."""
        child = self._spawn(command)
        child.send("\r" * enters)
        child.expect(pexpect.EOF, timeout=COMMAND_LIMIT_S)
        child.close()
        return read_screen(child.before or ""), child.exitstatus if child.exitstatus is not None else -1

    @contextlib.contextmanager
    def serve(self, command: str, until: str, limit_s: float = 90) -> Iterator[tuple[str, re.Match[str]]]:
        """Runs a command that stays for the block; yields what it printed so far, and what matched.

        Raises:
            AssertionError: It ended before it printed the pattern.
        """
        child = self._spawn(command)
        try:
            try:
                child.expect(until, timeout=limit_s)
            except (pexpect.EOF, pexpect.TIMEOUT):
                raise AssertionError(f"{command} did not print {until}: {child.before[-1500:]}") from None
            yield read_screen(child.before + child.after), child.match
        finally:
            with contextlib.suppress(ProcessLookupError, OSError):
                os.killpg(child.pid, signal.SIGTERM)
            child.close(force=True)

    def _spawn(self, command: str) -> pexpect.spawn[str]:
        lines = "\n".join([*self._before, command])
        return pexpect.spawn(
            "/bin/bash", ["-c", lines], cwd=str(self.folder), env=self._environment,
            dimensions=(ROWS, COLUMNS), encoding="utf-8", codec_errors="replace",
        )  # fmt: skip


def read_screen(raw: str) -> str:
    """Returns the lines as they stay on the screen, also of a progress display that is drawn over itself."""
    lines, row, column = [""], 0, 0
    for part in _PARTS.findall(raw):
        if up := _UP.fullmatch(part):
            row = max(0, row - int(up[1] or 1))
        elif part in {"\x1b[2K", "\x1b[K"}:
            lines[row] = lines[row][: 0 if part == "\x1b[2K" else column]
        elif part == "\r":
            column = 0
        elif part == "\x08":
            column = max(0, column - 1)
        elif part == "\n":
            row, column = row + 1, 0
            lines += [""] if row == len(lines) else []
        elif not part.startswith("\x1b"):
            lines[row] = f"{lines[row]:{column}}"[:column] + part + lines[row][column + len(part) :]
            column += len(part)
    return "\n".join(line.rstrip() for line in lines)
