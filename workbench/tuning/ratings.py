"""What people say of drafts: one to five stars, kept or not, a comment. Of each person and draft the last word counts.

On disk as :class:`~workbench.tuning.records.Records` named ``ratings``: each line one saying, none ever overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.digest import text_digest
from workbench.tuning.records import Records

if TYPE_CHECKING:
    import pandas as pd

STARS = range(1, 6)
COMMENT_LENGTH = 10_000
"""Characters."""

_FIELDS = (
    "case", "section", "prompt_version", "model", "content", "rating", "kept", "comment", "user", "at", "prompt",
    "repeat", "sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Rating:
    """What one person says of one draft.

    Attributes:
        case: Id of the case.
        section: Id of the section.
        prompt_version: Of the prompt that it was drafted with.
        model: Label of what wrote it.
        content: The draft, Markdown.
        rating: From 1, worst, to 5, best; None: not rated.
        kept: Whether it is to be kept.
        comment: Their words, or empty.
        user: Who says so; asserted.
        at: When, ISO 8601.
        prompt: Name of the prompts in the tuner or the experiment: ``awards@0123456789ab``, ``edit``.
        repeat: Which of several drafts of the same prompt and model, from 1.
    """

    case: str
    section: str
    prompt_version: str
    model: str
    content: str
    rating: int | None
    kept: bool
    comment: str
    user: str
    at: str
    prompt: str = ""
    repeat: int = 1

    @property
    def sha256(self) -> str:
        """Of the draft's text, hexadecimal: what a rating is bound to."""
        return text_digest(self.content)


class Ratings:
    """The ratings of this home.

    Args:
        settings: For the home and the keys.

    Raises:
        InputError: ``WORKBENCH_ENCRYPTION_KEY`` is no key.
    """

    def __init__(self, settings: Settings) -> None:
        self._records = Records(settings, "ratings")

    def add(self, rating: Rating) -> None:
        """Keeps one; it is on disk when this returns.

        Raises:
            InputError: Stars that are none, a comment that is too long, or nothing said at all.
            OSError: It cannot be written.
        """
        problems = list(_problems(rating))
        if problems:
            raise InputError(*problems)
        self._records.add({**asdict(rating), "sha256": rating.sha256})

    def __iter__(self) -> Iterator[Rating]:
        """All, in the order in which they were said; lines that another version wrote otherwise are passed over.

        Raises:
            StoreError: The key of one is not there, or it was changed.
        """
        for record in self._records:
            try:
                yield _rating(record)
            except (KeyError, TypeError):
                continue

    def latest(self) -> dict[tuple[str, str, str, str], Rating]:
        """The last word of each person on each draft, by case, section, user and :func:`text_key`."""
        return {(each.case, each.section, each.user, each.sha256): each for each in self}

    def frame(self) -> pd.DataFrame:
        """The last words as a table: a row a person and draft, columns as the fields of :class:`Rating`."""
        import pandas as pd  # noqa: PLC0415  (half a second, wanted only here)

        rows = [{**asdict(each), "sha256": each.sha256} for each in self.latest().values()]
        return pd.DataFrame(rows, columns=list(_FIELDS))


def _problems(rating: Rating) -> Iterator[Problem]:
    stars = rating.rating
    if stars is not None and (isinstance(stars, bool) or not isinstance(stars, int) or stars not in STARS):
        yield Problem(f"{stars!r} is no rating", "give 1 to 5 stars, or none", field="rating")
    if not isinstance(rating.kept, bool):
        yield Problem(f"{rating.kept!r} does not say whether it is kept", "say true or false", field="kept")
    if len(rating.comment) > COMMENT_LENGTH:
        yield Problem(
            f"a comment of {len(rating.comment)} characters", f"say it in {COMMENT_LENGTH} at most", field="comment"
        )
    if not rating.user.strip():
        yield Problem("nobody says so", "give a name or e-mail address", field="user")


def _rating(record: Mapping[str, Any]) -> Rating:
    return Rating(**{name: value for name, value in record.items() if name in _FIELDS and name != "sha256"})
