"""Commands and Python examples, read from the README and the guides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
_COMMENT = re.compile(r"\s+#\s.*$")
_OPTIONAL = re.compile(r"\s*\[([^\[\]]*)\]")


@dataclass(frozen=True)
class GuideLine:
    """A line that a reader is told to type.

    Attributes:
        text: As it is typed.
        source: Where it stands, such as ``README.md:58``.
    """

    text: str
    source: str

    def fill(self, **names: str) -> GuideLine:
        """Replaces words that stand for the reader's own.

        Raises:
            LookupError: The line has no such word.
        """
        text = self.text
        for word, value in names.items():
            if word not in text:
                raise LookupError(f"{self.source} has no {word}: {text}")
            text = text.replace(word, value)
        return GuideLine(text, self.source)

    def add(self, more: GuideLine) -> GuideLine:
        """Adds words that another place gives, such as an option."""
        return GuideLine(f"{self.text} {more.text}", f"{self.source} with {more.source}")


class Guides:
    """The README, and the guides to which it links.

    Args:
        top: Folder that holds the README.
    """

    def __init__(self, top: Path) -> None:
        self._top = top

    def line(self, *words: str, guide: str = "README.md") -> GuideLine:
        """Returns the first line of an example, or else the first words in code, that contain all these words.

        Args:
            words: That find it.
            guide: File in which to look, from the project's folder.

        Raises:
            LookupError: The guide says nothing of the kind, or the README does not link to it.
        """
        text = self._read(guide)
        for found, place in _list_code(text):
            if all(word in found for word in words):
                return GuideLine(found, f"{guide}:{text.count(chr(10), 0, place) + 1}")
        raise LookupError(f"{guide} does not say {' … '.join(words)}")

    def example(self, *words: str, guide: str) -> GuideLine:
        """Returns the whole example that contains all these words."""
        text = self._read(guide)
        for fence in _FENCE.finditer(text):
            if all(word in fence[2] for word in words):
                return GuideLine(fence[2], f"{guide}:{text.count(chr(10), 0, fence.start(2)) + 1}")
        raise LookupError(f"{guide} has no example of {' … '.join(words)}")

    def command(self, start: str, *options: str, choose: str = "", guide: str = "README.md") -> GuideLine:
        """Returns a command of a synopsis with some of its options.

        Args:
            start: Words before the first option, such as ``workbench share THREAD``.
            options: Of those in brackets, each as the synopsis has it.
            choose: Of words with bars between them, such as ``approve|withdraw``.
            guide: File in which to look.

        Raises:
            LookupError: The synopsis has no such option.
        """
        text = self._read(guide)
        all_found = [(line, place) for line, place in _list_code(text) if line.startswith(start)]
        if not all_found:
            raise LookupError(f"{guide} has no command {start}")
        # A synopsis offers more than an example, so the one with all options is taken.
        chosen = next((one for one in all_found if all(option in one[0] for option in options)), all_found[0])
        found = GuideLine(chosen[0], f"{guide}:{text.count(chr(10), 0, chosen[1]) + 1}")
        offered = _OPTIONAL.findall(found.text)
        plain = _OPTIONAL.sub("", found.text).strip()
        plain = " ".join(choose if choose and choose in word.split("|") else word for word in plain.split())
        if "|" in plain:
            raise LookupError(f"{found.source} does not offer {choose or 'one of'}: {plain}")
        wanted = [option for option in options if option not in plain]
        if unknown := [option for option in wanted if option not in offered]:
            raise LookupError(f"{found.source} has no {', '.join(unknown)}: {found.text}")
        return GuideLine(" ".join([plain, *wanted]), found.source)

    def _read(self, guide: str) -> str:
        readme = (self._top / "README.md").read_text("utf-8")
        if guide != "README.md" and f"]({guide}" not in readme:
            raise LookupError(f"the README does not link to {guide}")
        return (self._top / guide).read_text("utf-8")


def _list_code(text: str) -> Iterator[tuple[str, int]]:
    """Yields lines of examples, then words in code, each with its place in the text."""
    for fence in _FENCE.finditer(text):
        place = fence.start(2)
        for line in fence[2].splitlines(keepends=True):
            yield _COMMENT.sub("", line.rstrip("\n")), place
            place += len(line)
    prose = _FENCE.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), text)
    for span in _SPAN.finditer(prose):
        yield " ".join(span[1].split()).replace(r"\|", "|"), span.start()
