"""Words that decide how much a sentence claims, each with the reason."""

from __future__ import annotations

from typing import NamedTuple

from workbench.text.negations import DENYING

CHECK = "qualifier"
"""Id of the check that compares them."""


class Scale(NamedTuple):
    """Words of which one claims less than the other.

    Attributes:
        less: Words, parted by ``|``, of the smaller claim.
        more: Of the larger one.
        reason: The difference, for the attorney.
        implied: Whether the larger claim implies the smaller one, so that this is never wrong.
    """

    less: str
    more: str
    reason: str
    implied: bool = False


SCALES = (
    Scale(
        "nominated|nominee|nomination",
        "received|awarded|won|recipient|winner|laureate|awardee",
        "a nomination is no award",
    ),
    Scale("finalist|shortlisted|semifinalist", "winner|recipient|laureate|won|awarded", "a finalist has not won"),
    Scale("silver|bronze", "gold", "the rank of a medal"),
    Scale(
        "invited|asked|invitation",
        "served|reviewed|judged|refereed|completed",
        "judging counts once it was done (h)(3)(iv)",
    ),
    Scale("submitted|under review|in preparation", "published|accepted|appeared", "a manuscript is no publication"),
    Scale(
        "proposed|recommended|introduced|considered",
        "resolved|adopted|enacted|approved|passed",
        "a proposal binds nobody",
    ),
    Scale("may|might|could|can", "will|does", "a possibility is no fact", implied=True),
    Scale(
        "plan|plans|planned|intend|intends|intended|expect|expects|expected|hope|hopes|scheduled",
        "did|completed|established|achieved|opened|started|launched|began",
        "an intention is no result",
    ),
    Scale(
        "suggests|indicates|implies",
        "proves|demonstrates|establishes|confirms",
        "the strength of a conclusion",
        implied=True,
    ),
    Scale("co founder", "founder|sole founder", "a founder among others"),
    Scale(
        "co author|co authored|coauthor|coauthored",
        "sole author|first author|author|authored",
        "an author among others",
    ),
    Scale("co inventor", "inventor|sole inventor", "an inventor among others"),
    Scale("second author|third author", "first author|lead author|corresponding author", "the place among the authors"),
    Scale("filed|pending|applied", "granted|issued|patented", "an application is no patent"),
    Scale(
        "contributed|participated|assisted|helped|supported|joined",
        "led|directed|headed|chaired|managed",
        "taking part is not leading (h)(3)(viii)",
    ),
    Scale("attended|attendee", "presented|spoke|speaker|organized|chaired", "attendance is no contribution"),
    Scale("member|members", "fellow|fellows|president|chair|chairman|director", "the grade of a membership (h)(3)(ii)"),
    Scale(
        "associate|assistant|adjunct|visiting|acting|deputy|vice|honorary|former|interim", "full", "the grade of a post"
    ),
    Scale("mentioned|listed", "featured|profiled|highlighted", "the place that a publication gives"),
    Scale("poster|posters", "talk|talks|lecture|keynote|plenary", "the kind of a presentation"),
    Scale(
        "local|regional|state|university", "national|international|worldwide|global", "the reach of a prize (h)(3)(i)"
    ),
    Scale("national|nationally", "international|internationally|worldwide", "the reach of a prize (h)(3)(i)"),
    Scale("some|several|few|many", "all|every|each", "a part is not the whole"),
    Scale("most|many|majority", "all|every|each", "a part is not the whole"),
    Scale(
        "in part|partly|partially|part of|parts of|a part|some of",
        "in full|fully|entirely|wholly|completely|in its entirety|the whole|most of|mostly|mainly",
        "a part is not the whole",
    ),
    Scale("often|usually|sometimes|typically|generally", "always|invariably", "a rule has exceptions"),
    Scale("rarely|seldom", "never", "a rule has exceptions"),
    Scale("reduced|decreased|declined|fell|lower", "increased|improved|rose|grew|higher", "the direction of a change"),
    Scale("rejected|denied|declined", "accepted|approved|granted", "the outcome of a request"),
    Scale("before|prior", "after|following|since", "the order of events"),
)
"""Pairs with the reason for each. Where both sides stand near one another on a page, nothing is concluded."""

HEDGES = {
    "not": "a negation",
    "no": "a negation",
    "never": "a negation",
    "neither": "a negation",
    "without": "a negation",
    "may": "a possibility",
    "might": "a possibility",
    "could": "a possibility",
    "would": "a condition",
    "potential": "a possibility",
    "potentially": "a possibility",
    "possibly": "a possibility",
    "probably": "a possibility",
    "perhaps": "a possibility",
    "allegedly": "hearsay",
    "reportedly": "hearsay",
    "among": "one of several",
    "one of": "one of several",
    "some of": "a part",
    "part of": "a part",
    "partly": "a part",
    "co": "one of several",
    "joint": "one of several",
    "jointly": "one of several",
    "shared": "one of several",
    "nearly": "less than the figure",
    "almost": "less than the figure",
    "about": "an estimate",
    "approximately": "an estimate",
    "estimated": "an estimate",
    "up to": "a limit",
    "nominated for": "a nomination",
    "finalist for": "a finalist",
    "candidate for": "a candidacy",
    "proposed": "a proposal",
    "planned": "an intention",
    "provisional": "a provisional state",
    "preliminary": "a provisional state",
    "pending": "a provisional state",
    "associate": "the grade of a post",
    "assistant": "the grade of a post",
    "adjunct": "the grade of a post",
    "acting": "the grade of a post",
    "deputy": "the grade of a post",
    "vice": "the grade of a post",
    "honorary": "the grade of a membership",
    "former": "a state that has ended",
    "visiting": "the grade of a post",
    "junior": "the grade of a post",
    "undergraduate": "the grade of a degree",
    "second": "a rank",
    "third": "a rank",
    "arguably": "an opinion",
}
"""Words whose loss makes a claim larger, with what they say."""
BOOSTS = {
    "first": "a rank",
    "only": "exclusivity",
    "sole": "exclusivity",
    "solely": "exclusivity",
    "unique": "exclusivity",
    "never": "a negation",
    "not": "a negation",
    "always": "without exception",
    "all": "without exception",
    "every": "without exception",
    "most": "a superlative",
    "best": "a superlative",
    "top": "a superlative",
    "highest": "a superlative",
    "largest": "a superlative",
    "leading": "a superlative",
    "lead": "a rank",
    "chief": "a rank",
    "principal": "a rank",
    "full": "a rank",
    "independently": "exclusivity",
    "single": "exclusivity",
    "international": "a reach",
    "internationally": "a reach",
    "worldwide": "a reach",
    "world": "a reach",
    "greatest": "a superlative",
    "foremost": "a superlative",
}
"""Words whose addition makes a claim larger."""

SAID_OTHERWISE = {
    reason: frozenset(words.split())
    for reason, words in {
        "a negation": f"lacking ruled until {' '.join(DENYING)}",
        "a possibility": "may might could can would possible possibly potential potentially likely probably perhaps",
        "a condition": "may might could can would if possible possibly potential potentially likely probably perhaps",
        "an opinion": "opinion view judgment considers regards arguably perhaps",
        "an estimate": "around roughly some circa about approximately nearly almost estimated",
        "less than the figure": "around roughly some circa about approximately nearly almost estimated",
        "a part": "certain some several part parts partly partially many",
        "one of several": "among several others",
    }.items()
}
"""Words that say what a hedge says, by its reason: a sentence that has one of them has lost nothing."""
