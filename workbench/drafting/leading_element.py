"""Element of an unknown name before the text of an answer.

Models think in tags of names of their own: ``<cot>``, ``<weak_points>``, ``<step>``. A letter has no such elements, so
one that stands before other text is reasoning. One that holds the whole answer is a wrapper: its text is the answer.
"""

from __future__ import annotations

import re

# Of a page, or around an answer: what these hold is text.
_KNOWN = re.compile(
    r"a|abbr|address|article|aside|b|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figcaption|figure|font"
    r"|footer|h[1-6]|head|header|hr|html|i|iframe|img|ins|li|main|mark|math|object|ol|p|pre|q|s|script|section|small"
    r"|span|strike|strong|style|su[bp]|svg|table|tbody|td|tfoot|th|thead|tr|tt|ul?"
    r"|(?:final_?)?(?:answer|content|document|draft|final|letter|markdown|output|paragraph|petition|response|result|text)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<(?P<name>[A-Za-z][\w:.-]{0,40})(?:\s{1,3}[\w:-]{1,30}=[^<>]{0,80})?\s?>")
_PART_OF_OPENING = re.compile(r"<[^<>]{0,130}\Z")


class LeadingElement:
    """Filter of the beginning of an answer as it streams.

    Linear in the answer.

    Attributes:
        holds: True while the text of such an element is held back.
    """

    def __init__(self) -> None:
        self.holds = False
        self._through = False
        # Read, but not shown yet; and what is still to be read.
        self._kept: list[str] = []
        self._rest = ""
        self._name = ""
        self._closed = False

    def feed(self, text: str) -> str:
        """Returns what may be shown of the next piece."""
        if self._through:
            return text
        self._rest += text
        while not self._through and (self._find_end() if self._name and not self._closed else self._find_opening()):
            pass
        return self._release() if self._through else ""

    def end(self) -> str:
        """Returns what was held back, at the answer's end."""
        # Not closed: a placeholder ("<Name>"), or reasoning that was cut off.
        unfinished = self._name.islower() and not self._closed
        self.holds = False
        return "" if unfinished else self._release()

    def _release(self) -> str:
        text = "".join((*self._kept, self._rest))
        self._kept, self._rest = [], ""
        return text

    def _keep(self, end: int) -> None:
        self._kept.append(self._rest[:end])
        self._rest = self._rest[end:]

    def _find_opening(self) -> bool:
        """Reads the tag that may stand next; False where more text is needed."""
        self._keep(len(self._rest) - len(self._rest.lstrip()))
        if not self._rest:
            return False
        opening = _OPENING.match(self._rest)
        if opening is None and _PART_OF_OPENING.match(self._rest):
            return False
        name = opening["name"] if opening and not _KNOWN.fullmatch(opening["name"]) else ""
        if self._closed and name != self._name:
            # Text follows: the element before it was reasoning.
            self._kept.clear()
        self._name, self._closed = name, False
        self.holds, self._through = bool(name), not name
        if opening and name:
            self._keep(opening.end())
        return True

    def _find_end(self) -> bool:
        """Reads up to the closing tag; False where it has not come."""
        closing = f"</{self._name}>"
        at = self._rest.find(closing)
        self._keep(at + len(closing) if at >= 0 else max(0, len(self._rest) - len(closing)))
        self._closed = at >= 0
        return self._closed
