"""The assertions of promptfoo that need no model, on a draft: what an imported configuration scores by.

Each says what promptfoo's own says of the same text; a test runs both.

Source: promptfoo 0.121, https://www.promptfoo.dev/docs/configuration/expected-outputs/deterministic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Matcher = Callable[[Any, str], tuple[bool, str]]
"""From the assertion's value and a text to whether it holds, and a sentence."""

_SHOWN = 60
_BLANKS = r"\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_OTHER_IN_JAVASCRIPT = re.compile(
    r"\(\?[^:=!<]|\(\?<[^=!]|\\[AZpPkuxcNG0-9]|\[\^?\]|\{,|[*+?}]\+|\[[^\]]*\\S|\\\Z", re.DOTALL
)


def matches(kind: str, value: Any, text: str) -> tuple[bool, str]:
    """Whether an assertion holds of a text, and why.

    Args:
        kind: As promptfoo calls it: ``contains``, ``not-icontains``, ``word-count``; see :data:`MATCHERS`.
        value: The assertion's value.
        text: The draft.

    Raises:
        ValueError: No such kind, or a value that it cannot use.
    """
    base = kind.removeprefix("not-")
    if base not in MATCHERS:
        raise ValueError(f"{kind} is no assertion that is known here")
    holds, reason = MATCHERS[base](value, text)
    return (holds, reason) if base == kind else (not holds, reason)


def problem_with(kind: str, value: Any) -> str | None:
    """Why an assertion cannot be taken over, or None."""
    try:
        matches(kind, value, "")
    except ValueError as error:
        return str(error)
    return None


def _contains(value: Any, text: str) -> tuple[bool, str]:
    wanted = _text(value)
    return wanted in text, f"{_found(wanted in text)} {_short(wanted)}"


def _icontains(value: Any, text: str) -> tuple[bool, str]:
    return _contains(_text(value).lower(), text.lower())


def _contains_all(value: Any, text: str) -> tuple[bool, str]:
    missing = [one for one in _texts(value) if one not in text]
    return not missing, f"without {', '.join(map(_short, missing))}" if missing else "holds all of them"


def _icontains_all(value: Any, text: str) -> tuple[bool, str]:
    return _contains_all([one.lower() for one in _texts(value)], text.lower())


def _contains_any(value: Any, text: str) -> tuple[bool, str]:
    found = next((one for one in _texts(value) if one in text), None)
    return found is not None, "holds none of them" if found is None else f"holds {_short(found)}"


def _icontains_any(value: Any, text: str) -> tuple[bool, str]:
    return _contains_any([one.lower() for one in _texts(value)], text.lower())


def _starts_with(value: Any, text: str) -> tuple[bool, str]:
    wanted = _text(value)
    holds = text.startswith(wanted)
    return holds, f"{'begins' if holds else 'does not begin'} with {_short(wanted)}"


def _regex(value: Any, text: str) -> tuple[bool, str]:
    wanted = _text(value)
    try:
        holds = _pattern(wanted).search(text) is not None
    except re.error as error:
        raise ValueError(f"the expression {_short(wanted)} cannot be used ({error})") from None
    return holds, f"{'matches' if holds else 'does not match'} {_short(wanted)}"


@lru_cache(maxsize=64)
def _pattern(wanted: str) -> re.Pattern[str]:
    r"""JavaScript's expression in Python: there ``\w`` and ``\d`` are of ASCII, ``\s`` is not, ``$`` is the very end.

    Raises:
        ValueError: It means something else in one of the two, or nothing.
    """
    if _OTHER_IN_JAVASCRIPT.search(wanted):
        raise ValueError(f"the expression {_short(wanted)} does not mean the same in JavaScript and in Python")
    parts: list[str] = []
    in_class = False
    for piece in re.findall(r"\\.|[^\\]", wanted, re.DOTALL):
        if piece == r"\s":
            parts.append(_BLANKS if in_class else f"[{_BLANKS}]")
        elif piece == r"\S" and not in_class:
            parts.append(f"[^{_BLANKS}]")
        else:
            parts.append(r"\Z" if piece == "$" and not in_class else piece)
        in_class = piece == "[" or (in_class and piece != "]")
    return re.compile("".join(parts), re.ASCII)


def _word_count(value: Any, text: str) -> tuple[bool, str]:
    words = len(text.split())
    if isinstance(value, dict):
        least, most = (_whole(value.get(name)) for name in ("min", "max"))
        if least is None and most is None:
            raise ValueError("word-count has neither min nor max")
    else:
        least = most = _whole(value)
    holds = (least is None or words >= least) and (most is None or words <= most)
    return holds, f"{words} words"


MATCHERS: dict[str, Matcher] = {
    "contains": _contains,
    "contains-all": _contains_all,
    "contains-any": _contains_any,
    "icontains": _icontains,
    "icontains-all": _icontains_all,
    "icontains-any": _icontains_any,
    "regex": _regex,
    "starts-with": _starts_with,
    "word-count": _word_count,
}
"""Every assertion that is known here by promptfoo's name; each may be denied with ``not-`` before it."""


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"a text is wanted as its value, not {value!r}")  # noqa: TRY004 - said to the user as it is
    text = str(value)
    if "{{" in text or "{%" in text or text.startswith(("file://", "package:")):
        raise ValueError(f"its value {_short(text)} is filled by promptfoo")
    return text


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of texts is wanted as its value, not {value!r}")
    return [_text(one) for one in value]


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a whole number is wanted as its value, not {value!r}")  # noqa: TRY004 - said as it is
    return value


def _found(holds: bool) -> str:  # noqa: FBT001 - a word for it
    return "holds" if holds else "does not hold"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
