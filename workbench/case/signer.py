"""The signer of an expert letter: who signs, how the work is known, and the opinions with their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from workbench.case.values import Fact, Facts, Id, Strict, Text

OPINION_PREFIX = "opinion-"
"""Beginning of the section ids of opinions: ``opinion-parity``."""


class Opinion(Strict):
    """One opinion of the signer, with the facts that it rests on.

    Attributes:
        id: Stable id; its section is ``opinion-`` and this id.
        title: Heading in the letter.
        opinion: The opinion in the signer's own words, in whole sentences and in the first person.
        facts: The facts that it rests on, in the signer's words, each with its exhibit pages.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$")]
    title: Text
    opinion: Text
    facts: Facts

    @property
    def section_id(self) -> str:
        """Id of the section that states it."""
        return f"{OPINION_PREFIX}{self.id}"


class Signer(Strict):
    """The signer of an expert letter.

    Attributes:
        name: With title, as it is signed: ``Dr. Edith Muster``.
        position: Such as ``Professor of Physics``.
        organization: Where the signer works.
        address: Line by line, as on the letter.
        independent: Whether the signer is independent of the beneficiary.
        relation: The signer's own statement of the relation to the beneficiary, in whole sentences: whether they have
            worked together, and any tie of family, employment or money.
        qualifications: Facts that show why the signer can judge the work.
        knowledge: Facts that show how the signer knows the work.
        opinions: In the letter's order.

    Examples:
        >>> fact = {"text": "I teach physics.", "cites": [{"exhibit": "notes", "pages": [1]}]}
        >>> opinion = {"id": "a", "title": "A", "opinion": "I find it sound.", "facts": [fact]}
        >>> signer = Signer.model_validate({"name": "Dr. Doe", "position": "Professor", "organization": "A College",
        ...     "independent": True, "relation": "I have never worked with her.", "qualifications": [fact],
        ...     "knowledge": [fact], "opinions": [opinion]})
        >>> signer.signature, [section for section, _ in signer.facts_by_section()]
        (('Dr. Doe', 'Professor', 'A College'), ['letter_signer', 'letter_relation', 'opinion-a'])
    """

    name: Text
    position: Text
    organization: Text
    address: tuple[Text, ...] = ()
    independent: bool
    relation: Text
    qualifications: Facts
    knowledge: Facts
    opinions: Annotated[tuple[Opinion, ...], Field(min_length=1)]

    @property
    def signature(self) -> tuple[str, ...]:
        """Lines of the signature block."""
        return (self.name, self.position, self.organization, *self.address)

    def find_opinion(self, section_id: Id | None) -> Opinion | None:
        """Returns the opinion that a section states, or None."""
        return next((each for each in self.opinions if each.section_id == section_id), None)

    def facts_by_section(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yields the sections that have facts, each with them."""
        yield "letter_signer", self.qualifications
        yield "letter_relation", self.knowledge
        for opinion in self.opinions:
            yield opinion.section_id, opinion.facts
