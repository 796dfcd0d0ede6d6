"""Removal of a model's reasoning from its answer.

Thinking models reason before they answer. Where the server does not separate the two, the reasoning comes in the text:
between tags (``<think>``, ``[THINK]``, ``◁think▷``, ``<|begin_of_thought|>``), in a fence named ``thinking``, in a
channel (``<|channel|>analysis<|message|>``, ``<|channel>thought``), in a folded block (``<details>``), in an element of
any other name before the text, or before a lone closing mark, because the server's template has written the opening
one. Tags count by the word in their name.

It is private: it may weigh the client's weaknesses. So whatever is in doubt is dropped: without a closing tag
everything after the opening one, with a closing tag alone everything before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.drafting.leading_element import LeadingElement

_WORD = r"(?:th(?:ink|ought)|reason|reflect|scratch|analy[sz]|monolog|deliberat|ponder|chain.?of)"
# Words that a placeholder of the letter may hold, too: these count as whole names only.
_EXACT = (
    r"(?:cot|rationale|plan(?:ning)?|critique|brainstorm(?:ing)?|musings?|considerations?|internal|hidden|private"
    r"|inner_?(?:voice|talk)|self_?(?:critique|check|review|talk)|commentary"
    r"|tool_?(?:call|use|code|response|result|output)s?|function(?:_call|=[\w.-]{1,40})?|invoke)(?![\w:.-])"
)
_NAME = rf"(?:[\w:.▁-]{{0,24}}{_WORD}[\w:.▁-]{{0,24}}|{_EXACT})"
_LESS, _MORE = r"(?:\\?<|&lt;|＜|\\u003c)", r"(?:\\?>|&gt;|＞|\\u003e)"
_SHELL = r"(?:div|span|section|aside|article|blockquote|small)"
# Quoted passages hold square brackets ("[reasonable]"): only a whole word in capitals counts there.
_CAPITALS = r"(?-i:THINK|THINKING|THOUGHTS?|REASONING|ANALYSIS)"
_LINE = r"(?:^|(?<=\n))"
_MARK = re.compile(
    rf"""
      (?P<channel> <\|channel\|> \s* (?P<name>\w{{1,24}}) [^<]{{0,60}} (?: <\|constrain\|> [^<]{{0,30}} )?
                   <\|message\|> )
    | (?P<end> <\|(?:end|return|call)\|> )
    | (?P<start> <\|start\|> \s* (?:\w{{1,24}})? )
    | (?P<half> <\|channel> )
    | (?P<unhalf> <channel\|> )
    | (?P<unused> <unused\d{{1,3}}> (?: \s{{0,3}} thought )? )
    | (?P<turn> <\|im_start\|> \s{{0,3}} {_WORD} \w{{0,12}} )
    | (?P<unturn> <\|im_end\|> )
    | (?P<token> <[|｜] /? {_NAME} [|｜]> )
    | (?P<folded> <details (?: \s [^<>]{{0,150}} )? > )
    | (?P<unfolded> </details> )
    | (?P<shell> <(?P<element>{_SHELL}) \s [^<>]{{0,100}} {_WORD} [^<>]{{0,40}} > )
    | (?P<unshell> </ (?P<ended>{_SHELL}) > )
    | (?P<tag> {_LESS} /? \s? {_NAME} (?: \s [^<>]{{0,100}} )? /? {_MORE} )
    | (?P<square> \[ /? {_CAPITALS} \] )
    | (?P<curly> \{{ /? (?:think(?:ing)?|thoughts?|reasoning|analysis) \}} )
    | (?P<arrow> ◁ /? {_NAME} ▷ )
    | (?P<fence> {_LINE} [ \t]{{0,3}} (?P<opened>`{{3,9}}|~{{3,9}}) [ \t]{{0,3}}
                 (?: \w{{0,12}} {_WORD} \w{{0,12}} | {_EXACT} ) [^\n`]{{0,40}} \n )
    | (?P<ticks> {_LINE} [ \t]{{0,3}} (?P<closed>`{{3,9}}|~{{3,9}}) [ \t]{{0,8}} (?=\n|\Z) )
    | (?P<bare> assistantfinal (?=[A-Z#\s]) | {_LINE} \.\.\.done[ ]thinking\. | \[BEGIN[ ]FINAL[ ]RESPONSE\]
              | {_LINE} Here[ ]is[ ]my[ ](?:final[ ])?(?:response|answer): )
    | (?P<last> \[END[ ]FINAL[ ]RESPONSE\] )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _beginnings(words: str) -> str:
    """Returns a pattern of every beginning of a phrase, down to its first letter."""
    pattern = ""
    for letter in reversed(words):
        pattern = f"{re.escape(letter)}(?:{pattern})?" if pattern else re.escape(letter)
    return pattern


# The stream may come letter by letter.
_ASSIST = _beginnings("assist") + r"(?:(?<=assist)[a-z]{0,9})?"
_DONE = _LINE + _beginnings("...done thinking.")
_HERE = rf"{_LINE}(?:{_beginnings('Here is my ')}|Here\ is\ my\ [a-z\ ]{{1,14}})"
# A mark may be cut in two by the stream: text that may be the beginning of one waits for what follows.
_BEGINNING = re.compile(
    rf"""
    (?: \\? [<＜] [^<>＜＞]{{0,160}}
      | \\ (?: u [0-9a-f]{{0,4}} [^\\<>\n]{{0,140}} (?: \\ (?: u [0-9a-f]{{0,3}} )? )? )?
      | & (?: l (?: t (?: ; [^<>\n]{{0,140}} )? )? )?
      | <\|channel\|> [^<]{{0,80}} (?: <\|constrain\|> [^<]{{0,30}} )? (?: < [^<>]{{0,12}} )?
      | <unused\d{{1,3}}> \s{{0,3}} [a-z]{{0,6}}
      | <\|im_start\|> \s{{0,3}} \w{{0,24}}
      | \[ /? [A-Z ]{{0,20}}
      | \{{ /? [a-z]{{0,9}}
      | ◁ [^▷\n]{{0,25}}
      | {_LINE} [ \t]{{0,3}} (?: `{{1,9}} | ~{{1,9}} ) [^\n]{{0,80}}
      | {_ASSIST}
      | {_DONE}
      | {_HERE}
    ) \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_BEGINNING = 320
# What every mark and every beginning of one has: most pieces of a letter have none, and are looked at no further.
_SIGN = re.compile(
    rf"[<＜&◁`~\\{{]|\[(?!@)|assistantfinal|\.\.\.done|Here|(?:{_ASSIST}|{_DONE}|{_LINE}{_beginnings('Here')})\Z",
    re.IGNORECASE,
)
# Marks that end one kind only, with their role elsewhere: a fence's end may be the end of any fence.
_ENDS = {"end": ("channel", "drop"), "unfolded": ("folded", "text"), "unturn": ("turn", "text")}
_ROLES = {
    "channel": ("channel", "open"),
    "folded": ("folded", "open"),
    "turn": ("turn", "open"),
    "half": ("half", "open"),
    "unhalf": ("half", "close"),
    "start": ("start", "drop"),
    "bare": ("any", "close"),
    "last": ("last", "drop"),
}
_CLOSING = re.compile(r"(?:\\?<[|｜]?|&lt;|＜|\\u003c|\[|\{|◁) ?(?:/|end[_▁])", re.IGNORECASE)
# What opening and closing tags of one name do not share.
_BARE_NAME = re.compile(r"^(?:begin|start|end)[_▁]")
_AROUND_NAME = re.compile(r"^\W+|\s.*|\W+$", re.DOTALL)
_DEEPEST = 8
# Within a mark they hide it from the filter; the cleaner removes them from the letter anyway.
_INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF])


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
        # Marks that are open, outermost first; reasoning may name or hold further ones.
        self._open: list[str] = []
        self._held = ""
        self._showed = False
        self._leading = LeadingElement()

    def feed(self, text: str) -> Visible:
        """Returns the part of the next piece that may be shown."""
        return self._pass_on(self._read(self._held + text.translate(_INVISIBLE), last=False), last=False)

    def end(self) -> Visible:
        """Returns what was held back, at the answer's end."""
        return self._pass_on(self._read(self._held, last=True), last=True)

    def _pass_on(self, visible: Visible, *, last: bool) -> Visible:
        if visible.restart:
            self._leading = LeadingElement()
        text = self._leading.feed(visible.text) + (self._leading.end() if last else "")
        self.reasoned = self.reasoned or self._leading.holds
        return Visible(text, visible.restart)

    def _read(self, text: str, *, last: bool) -> Visible:
        if not self._open and _SIGN.search(text) is None:
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
            kind, role = _classify(match, self._open[0] if self._open else "")
            if role == "text":
                continue
            inside = bool(self._open)
            if not inside:
                visible.append(text[at : match.start()])
            at = match.end()
            if role == "close" and self._close(kind):
                if not inside:
                    # A closing mark alone: all before it was reasoning.
                    visible.clear()
                    restart = self._showed
                self.reasoned = True
            elif role == "open":
                self._enter(kind)
                self.reasoned = True
        settled = max(at, settled)
        if not self._open:
            visible.append(text[at:settled])
        self._held = text[settled:]
        shown = "".join(visible)
        self._showed = bool(shown) or (self._showed and not restart)
        return Visible(shown, restart)

    def _enter(self, kind: str) -> None:
        # Within reasoning only a tag of another name counts: a name that is said again opens nothing.
        nested = kind.startswith("tag ") and self._open and self._open[0].startswith("tag ")
        if not self._open or (nested and kind not in self._open and len(self._open) < _DEEPEST):
            self._open.append(kind)

    def _close(self, kind: str) -> bool:
        """Closes a mark and those within it.

        False where it ends none of this kind.
        """
        if not self._open or kind == "any":
            self._open.clear()
            return True
        if kind in self._open:
            del self._open[self._open.index(kind) :]
            return True
        if kind.startswith("tag ") and self._open[0].startswith("tag "):
            # Some models close <thinking> by </think>.
            self._open.clear()
            return True
        return False


def strip_reasoning(answer: str) -> str:
    """Returns a whole answer without its reasoning.

    Examples:
        >>> strip_reasoning("The medal looks weak.</think>The medal is awarded each year.")
        'The medal is awarded each year.'
    """
    reader = ReasoningFilter()
    first, rest = reader.feed(answer), reader.end()
    return rest.text if rest.restart else first.text + rest.text


def _classify(match: re.Match[str], inside: str) -> tuple[str, str]:
    """Returns a mark's kind, and its role: open, close, drop or text.

    Args:
        match: The mark.
        inside: Kind of the mark that opened the reasoning at this place, or empty.
    """
    kind, mark = str(match.lastgroup), match[0]
    if kind == "channel" and match["name"].lower() == "final":
        return "any", "close"
    if kind in _ROLES:
        return _ROLES[kind]
    if kind in _ENDS:
        kind, without = _ENDS[kind]
        return kind, ("close" if inside == kind else without)
    if kind in {"fence", "ticks", "shell", "unshell"}:
        return _classify_block(match, inside)
    if mark.endswith("/>"):
        return kind, "drop"
    if kind in {"tag", "token"}:
        name = mark.lower().replace("u003c", "").replace("u003e", "").replace("&lt;", "").replace("&gt;", "")
        kind = "tag " + _BARE_NAME.sub("", _AROUND_NAME.sub("", name))
    # Of Gemma's unused tokens one opens, named by the word behind it.
    closes = "thought" not in mark.lower() if kind == "unused" else _CLOSING.match(mark)
    return kind, ("close" if closes else "open")


def _classify_block(match: re.Match[str], inside: str) -> tuple[str, str]:
    """Does so for blocks, whose end may be the end of any block."""
    if match["opened"]:
        return f"fence {match['opened']}", "open"
    if match["element"]:
        return f"shell {match['element'].lower()}", "open"
    if match["ended"]:
        return inside, ("close" if inside == f"shell {match['ended'].lower()}" else "text")
    # A fence ends at one that is as long or longer.
    opened = inside.removeprefix("fence ")
    return inside, ("close" if opened != inside and match["closed"].startswith(opened) else "text")
