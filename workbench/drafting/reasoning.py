"""Removal of a model's reasoning from its answer.

Thinking models reason before they answer. Where the server does not separate the two, the reasoning comes in the text:
between tags (``<think>``, ``[THINK]``, ``◁think▷``, ``<|begin_of_thought|>``), in a fence named ``thinking``, in a
channel (``<|channel|>analysis<|message|>``), in a folded block (``<details type="reasoning">``), or before a lone
closing tag, because the server's template has written the opening one. Tags count by the word in their name.

It is private: it may weigh the client's weaknesses. So whatever is in doubt is dropped: without a closing tag
everything after the opening one, with a closing tag alone everything before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"(?:th(?:ink|ought)|reason|reflect|scratch|analy[sz]|monolog|deliberat|ponder|chain.?of)"
_NAME = rf"[\w:.-]{{0,24}}{_WORD}[\w:.-]{{0,24}}"
_LESS, _MORE = r"(?:<|&lt;)", r"(?:>|&gt;)"
# Quoted passages hold square brackets ("[reasonable]"): only a whole word in capitals counts there.
_CAPITALS = r"(?-i:THINK|THINKING|THOUGHTS?|REASONING|ANALYSIS)"
_MARK = re.compile(
    rf"""
      (?P<channel> <\|channel\|> \s* (?P<name>\w{{1,24}}) [^<]{{0,60}} <\|message\|> )
    | (?P<end> <\|(?:end|return|call)\|> )
    | (?P<start> <\|start\|> \s* (?:\w{{1,24}})? )
    | (?P<token> <\| /? {_NAME} \|> )
    | (?P<folded> <details \b [^<>]{{0,100}} {_WORD} [^<>]{{0,100}}>
                | <details> \s{{0,8}} <summary> [^<]{{0,60}} {_WORD} [^<]{{0,60}} </summary> )
    | (?P<unfolded> </details> )
    | (?P<tag> {_LESS} /? \s? {_NAME} (?: \s [^<>]{{0,100}} )? /? {_MORE} )
    | (?P<square> \[ /? {_CAPITALS} \] )
    | (?P<arrow> ◁ /? {_NAME} ▷ )
    | (?P<fence> (?:^|(?<=\n)) [ \t]{{0,3}} (?:`{{3,9}}|~{{3,9}}) [ \t]{{0,3}} \w{{0,12}} {_WORD} \w{{0,12}}
                 [^\n`]{{0,40}} \n )
    | (?P<ticks> (?:^|(?<=\n)) [ \t]{{0,3}} (?:`{{3,9}}|~{{3,9}}) [ \t]{{0,8}} (?=\n|\Z) )
    | (?P<bare> assistantfinal (?=[A-Z#\s]) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Beginnings of "assistantfinal", down to its first letter: the stream may come letter by letter.
_ASSIST = r"a(?:s(?:s(?:i(?:s[a-z]{0,9})?)?)?)?"
# A mark may be cut in two by the stream: text that may be the beginning of one waits for what follows.
_BEGINNING = re.compile(
    rf"""
    (?: < [^<>]{{0,160}}
      | & (?: l (?: t (?: ; [^<>\n]{{0,140}} )? )? )?
      | <\|channel\|> [^<]{{0,80}} (?: < [^<>]{{0,12}} )?
      | <details> \s{{0,8}} (?: <summary> [^<]{{0,130}} (?: < [^<>]{{0,9}} )? | < [^<>]{{0,8}} )?
      | \[ /? [A-Z]{{0,9}}
      | ◁ [^▷\n]{{0,25}}
      | (?: ^ | (?<=\n) ) [ \t]{{0,3}} (?: `{{1,9}} | ~{{1,9}} ) [^\n]{{0,80}}
      | {_ASSIST}
    ) \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_BEGINNING = 320
# What every mark and every beginning of one has: most pieces of a letter have none, and are looked at no further.
_SIGN = re.compile(rf"[<&◁`~]|\[(?!@)|assistantfinal|{_ASSIST}\Z", re.IGNORECASE)
# Marks that end one kind only, with their role elsewhere: a fence's end may be the end of any fence.
_ENDS = {"end": ("channel", "drop"), "unfolded": ("folded", "text"), "ticks": ("fence", "text")}
_ROLES = {
    "channel": ("channel", "open"),
    "folded": ("folded", "open"),
    "fence": ("fence", "open"),
    "start": ("start", "drop"),
    "bare": ("any", "close"),
}
_CLOSING = re.compile(r"(?:<\|?|&lt;|\[|◁) ?(?:/|end_)", re.IGNORECASE)


@dataclass(frozen=True)
class Visible:
    """Text of an answer without its reasoning.

    Attributes:
        text: Text to append.
        restart: What was shown before belongs to the reasoning: drop it, then append ``text``.
    """

    text: str
    restart: bool = False


class ReasoningFilter:
    """Filter of one answer as it streams.

    Linear in the answer: only the beginning of a possible mark is held back.

    Attributes:
        reasoned: True once reasoning was found.

    Examples:
        >>> answer = ReasoningFilter()
        >>> "".join(answer.feed(piece).text for piece in ("<thi", "nk>Weak.</think>", "The medal"))
        'The medal'
    """

    def __init__(self) -> None:
        self.reasoned = False
        # Kind of the mark that opened the reasoning; a closing one of the same kind ends it.
        self._inside: str | None = None
        self._held = ""
        self._showed = False

    def feed(self, text: str) -> Visible:
        """Returns the part of the next piece that may be shown."""
        return self._read(self._held + text, last=False)

    def end(self) -> Visible:
        """Returns what was held back, at the answer's end."""
        return self._read(self._held, last=True)

    def _read(self, text: str, *, last: bool) -> Visible:
        if self._inside is None and _SIGN.search(text) is None:
            self._held, self._showed = "", self._showed or bool(text)
            return Visible(text)
        beginning = None if last else _BEGINNING.search(text, max(0, len(text) - _LONGEST_BEGINNING))
        settled = len(text) if beginning is None else beginning.start()
        visible: list[str] = []
        restart, at = False, 0
        for match in _MARK.finditer(text):
            # A longer mark may begin where a shorter one stands now.
            if match.start() >= settled:
                break
            kind, role = _classify(match, self._inside)
            if role == "text":
                continue
            if self._inside is None:
                visible.append(text[at : match.start()])
            at = match.end()
            if role == "close" and (self._inside in {None, kind} or kind == "any"):
                if self._inside is None:
                    # A closing mark alone: all before it was reasoning.
                    visible.clear()
                    restart = self._showed
                self._inside = None
                self.reasoned = True
            elif role == "open" and self._inside is None:
                self._inside = kind
                self.reasoned = True
        settled = max(at, settled)
        if self._inside is None:
            visible.append(text[at:settled])
        self._held = text[settled:]
        shown = "".join(visible)
        self._showed = bool(shown) or (self._showed and not restart)
        return Visible(shown, restart)


def strip_reasoning(answer: str) -> str:
    """Returns a whole answer without its reasoning.

    Examples:
        >>> strip_reasoning("The medal looks weak.</think>The medal is awarded each year.")
        'The medal is awarded each year.'
    """
    reader = ReasoningFilter()
    first, rest = reader.feed(answer), reader.end()
    return rest.text if rest.restart else first.text + rest.text


def _classify(match: re.Match[str], inside: str | None) -> tuple[str, str]:
    """Returns a mark's kind, and its role: open, close, drop or text.

    Args:
        match: The mark.
        inside: Kind of the mark that opened the reasoning at this place, or None.
    """
    kind, mark = str(match.lastgroup), match[0]
    if kind == "channel" and match["name"].lower() == "final":
        kind, role = "any", "close"
    elif kind in _ENDS:
        kind, without = _ENDS[kind]
        role = "close" if inside == kind else without
    elif kind in _ROLES:
        kind, role = _ROLES[kind]
    elif mark.endswith("/>"):
        role = "drop"
    else:
        role = "close" if _CLOSING.match(mark) else "open"
    return kind, role
