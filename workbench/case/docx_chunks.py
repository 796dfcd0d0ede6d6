"""Documents of other formats that a DOCX holds for Word to merge ("alternative chunks")."""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser

_WEB_ARCHIVES = {"message/rfc822", "application/x-mimearchive", "multipart/related"}


def read_chunk(raw: bytes, kind: str) -> str | None:
    """Returns the text of an HTML page, web archive or text file.

    None for any other kind.

    Args:
        raw: The document.
        kind: Its media type.
    """
    if "html" in kind:
        return _text_of_html(_decode(raw))
    if kind in _WEB_ARCHIVES:
        body = email.message_from_bytes(raw, policy=email.policy.default).get_body(preferencelist=("html", "plain"))
        if body is None:
            return None
        text = str(body.get_content())
        return _text_of_html(text) if "html" in body.get_content_type() else text
    return _decode(raw) if kind == "text/plain" else None


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    declared = re.search(rb"charset=[\"']?([\w-]{2,20})", raw[:2000])
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "cp1252"):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


class _HtmlText(HTMLParser):
    """The visible text of an HTML page."""

    _UNSEEN = frozenset({"script", "style", "head", "template"})
    _BLOCKS = frozenset(
        {"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        if tag == "body":
            self._unseen = None
        elif tag in self._UNSEEN:
            self._unseen = self._unseen or tag
        elif tag in self._BLOCKS:
            self.texts.append("\n")
        elif tag in ("td", "th"):
            self.texts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        elif tag in self._BLOCKS:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.texts.append(re.sub(r"\s+", " ", data))


def _text_of_html(source: str) -> str:
    parser = _HtmlText()
    parser.feed(source)
    parser.close()
    return re.sub(r"[ \n]*\n[ \n]*", "\n", "".join(parser.texts)).strip()
