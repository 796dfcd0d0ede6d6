"""Check that every part of the letter's file was read."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.finding import Finding
from workbench.checks.letter import Letter

_CHECK = "unread-part"


def unread_part(letter: Letter) -> Iterator[Finding]:
    """Finds parts of the file that are in no text, and that no check has looked at.

    A page without text is a warning, for it may hold a part of the letter; what a word processor keeps beside the text
    (comments, headers, deleted words) is for information.
    """
    file = letter.file
    letter.coverage.check(_CHECK, len({number for _, number in file.places}) if file and file.places else 1)
    if file is None:
        return
    if file.encoding:
        yield Finding(
            check=_CHECK,
            severity="info",
            message=f"The file is no UTF-8 text, and was read as {file.encoding}.",
            suggestion="Save it as UTF-8 if its accented letters or quotation marks are wrong.",
        )
    for part in file.not_read:
        letter.coverage.skip(_CHECK, part)
    if file.not_read:
        yield Finding(
            check=_CHECK,
            severity="warning" if file.unit == "page" else "info",
            message=f"Not checked, for no text of it could be read: {'; '.join(file.not_read)}.",
            suggestion="Read it yourself, or give a file that holds it as text.",
        )
