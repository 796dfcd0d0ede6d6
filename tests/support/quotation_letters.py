"""Three short letters of different fields and styles, with their exhibits, for the check of quotations."""

from __future__ import annotations

from workbench.case.model import Case, Document

FILM = {
    "review": [
        """\
THE EVENING CHRONICLE
Arts

The Salt Line, the second feature by Ana Ferreira, is a quiet film about people who
mend nets and wait. Ferreira shot it in eleven weeks on a budget that would not pay for one
day of a studio picture, and it does not show.

What she does with silence is new. Scenes that another director would fill with music are left
to the wind, and the audience, which had come to be entertained, begins to listen. In
thirty years of reviewing I have not seen a first-time audience so still.
4
""",
        """\
THE EVENING CHRONICLE
Arts

The camera rarely moves. When it does, in the last reel, the effect is overwhelming: the
harbour turns, and with it the whole story. Ferreira is not yet a household name, but she is
already among the few directors of her generation whose next film one waits for.
5
""",
    ],
    "jury": [
        """\
Report of the jury

The jury of five unanimously awards the Golden Lantern to Ana Ferreira for The Salt Line. Out of
214 entries from 38 countries it was the only film on which no member of the jury had to be
persuaded. We commend, in particular, the sound design, which was carried out by the director
herself.""",
    ],
    "producer": [
        """\
Letter of Mr. Okafor

I have produced films for twenty-two years and have worked with Ms. Ferreira on two of them. She
played the decisive role in both: she wrote the scripts, chose the crew and cut the final version.
Without her there would have been no company to speak of, since our two films with her brought
in 71 percent of our revenue.

I don't say this lightly. Other directors are punctual; she is indispensable.""",
    ],
}
FILM_LETTER = """## Published material

A review in a major newspaper said of her film: ‘What she does with silence is new. Scenes that another director would
fill with music are left to the wind, and the audience [. . .] begins to listen.’ [@review, p. 1] The critic added that
‘[i]n thirty years of reviewing I have not seen a first-time audience so still’ and called the last reel ‘overwhelming’
[@review, pp. 1-2]. In the critic’s words:

> The camera rarely moves. When it does, in the last reel, the effect is overwhelming: the harbour turns, and with it
> the whole story.

[@review, p. 2]

The jury ‘unanimously award[ed] the Golden Lantern to Ana Ferreira for *The Salt Line*’ [@jury, p. 1]; it was “the only
film on which no member of the jury had to be persuaded” [@jury, p. 1]. Her film “The Salt Line” [@jury] is shown often.

Her producer writes:

> She played the decisive role in both: she wrote the scripts, chose the crew and cut the final version.
>
> […]
>
> I don’t say this lightly. Other directors are punctual; she is indispensable. (Letter of Mr. Okafor.)
> [@producer, p. 1]
"""
FILM_ERRORS = {
    "is new": ("is unprecedented", "new", "unprecedented"),
    "I have not seen": ("I have never seen", "not", "never"),
    "rarely moves": ("never moves", "rarely", "never"),
    "no member of the jury": ("no member of the international jury", "", "international"),
    "wrote the scripts, chose the crew": ("chose the crew, wrote the scripts", "wrote the scripts", ""),
    "the decisive role": ("a leading role", "the decisive", "a leading"),
    "punctual; she is indispensable": ("punctual; she is the best of her generation", "", "the best of"),
    "“the only\nfilm on which no member of the jury had to be persuaded” [@jury, p. 1]": (
        "“the only\nfilm on which no member of the jury had to be persuaded” [@producer, p. 1]", "jury", "",
    ),
    "[@review, p. 2]": ("[@review, p. 1]", "p. 2", ""),
}  # fmt: skip

VIOLIN = {
    "kritik": [
        """\
Rheinische Musikzeitung

Mit dem Violinkonzert von Alban Berg hat die junge Geigerin das Publikum im aus-
verkauften Saal zu Ovationen bewegt. Ihr Ton ist groß, warm und völlig frei von Eitelkeit. Seit
Jahren hat man an diesem Ort kein so überzeugendes Debüt gehört.""",
        """\
Certified translation

With the violin concerto by Alban Berg the young violinist moved the audience in the sold-out
hall to ovations. Her tone is large, warm and entirely free of vanity. For years no such convincing
debut has been heard at this place.""",
    ],
    "lettre": [
        """\
Conservatoire de Lyon

Mademoiselle Sato est la plus douée des élèves que j'ai eues en trente ans d'enseignement. Elle a
remporté le premier prix à l'unanimité.""",
    ],
    "conductor": [
        """\
I have conducted the world's leading orchestras since 1988, and have accompanied some four hundred
soloists. Ms. Sato is one of the five finest violinists among them.

When she came to us in 2014 as concertmaster, the orchestra was ranked 12th in the country; when she
left in 2019, it was ranked third. She had rebuilt the string section, auditioned every new member
herself and introduced the rehearsal method (“listening backwards”) that others have since adopted.

No other concertmaster of our orchestra has ever been asked to direct a subscription concert from
the violin. Ms. Sato did so on nine evenings.""",
    ],
}
VIOLIN_LETTER = """### Acclaim

The paper wrote: „Ihr Ton ist groß, warm und völlig frei von Eitelkeit“ [@kritik, p. 1], that is, "Her tone is large,
warm and entirely free of vanity" [@kritik, p. 2]. Of the audience in the «ausverkauften Saal» [@kritik, p. 1] it says
more. Her teacher calls her « la plus douée des élèves que j’ai eues en trente ans d’enseignement » [@lettre, p. 1].

“Ms. Sato is one of the five finest violinists among them.

“When she came to us in 2014 as concertmaster, the orchestra was ranked 12th in the country; when she left in 2019, it
was ranked third. She had rebuilt the string section, auditioned every new member herself and introduced the rehearsal
method (‘listening backwards’) that others have since adopted.

“No other concertmaster of our orchestra has ever been asked to direct a subscription concert from the violin.”
(Letter of the conductor) [@conductor, p. 1]

- Her method, ‘listening backwards,’ is known as such [@conductor].
- “Ms. Sato did so on nine evenings” [@conductor, p. 1].
"""
VIOLIN_ERRORS = {
    "völlig frei": ("ganz frei", "völlig", "ganz"),
    "warm and entirely free": ("warm and wholly free", "entirely", "wholly"),
    "trente ans": ("quarante ans", "trente", "quarante"),
    "five finest": ("finest", "five", ""),
    "ranked 12th": ("ranked 21st", "12th", "21st"),
    "has ever been asked": ("has been asked", "ever", ""),
    "nine evenings": ("ninety evenings", "nine", "ninety"),
    "others have since adopted": ("others have since adopted throughout Europe", "", "throughout Europe"),
}

BRIDGE = {
    "patent": [
        """\
United States Patent

The damper according to the invention reduces the amplitude of vibration by 4.0 dB at -20 °C and
by 6.5 dB at 20 °C.1 It weighs 1,250 kg, costs $3.2 million less than a tuned mass damper, and needs
no power.

1 Measured on the Elbe crossing.""",
    ],
    "scan": [
        """\
Ms. Haddad led the design team of the crossing. The darnper, in rny opinion, is the rnost irnportant advance
in cable-stayed bridges in twenty years. lt was not copied from any other.""",
    ],
    "certificate": [
        "",
    ],
    "article": [
        """\
Proceedings of the bridge congress

We compared three designs. The Haddad damper was the only one that met the standard in all
weather. Its inventor has made the computer code avail-""",
        """\
able to everyone, and at least fourteen bridges in nine countries have been fitted with it. We do
not recommend the other two.""",
    ],
}
BRIDGE_LETTER = """## Contributions

Her patent states that the damper "reduces the amplitude of vibration by 4.0 dB at -20 °C and by 6.5 dB at 20 °C"
[@patent, p. 1], over a 12" gap and with a 3.5" bolt. It "weighs 1,250 kg, costs $3.2 million less than a tuned mass
damper, and needs no power" [@patent, p. 1]. The chief engineer says: "The damper, in my opinion, is the most important
advance in cable-stayed bridges in twenty years. It was not copied from any other." [@scan, p. 1]

A comparison found it "the only one that met the standard in all weather. Its inventor has made the computer code
available to everyone, and at least fourteen bridges in nine countries have been fitted with it" [@article, pp. 1-2].
The certificate names her "engineer of the year for the whole region" [@certificate, p. 1].

The term "damper" is used throughout. 8 C.F.R. § 204.5(h)(3)(v) asks for "original scientific, scholarly, artistic,
athletic, or business-related contributions of major significance in the field."
"""
BRIDGE_ERRORS = {
    "4.0 dB": ("40 dB", "4.0", "40"),
    "at -20 °C": ("at 20 °C", "-20", "20"),
    "1,250 kg": ("1,520 kg", "1,250", "1,520"),
    "$3.2 million": ("$32 million", "3.2", "32"),
    "was not copied": ("was copied", "not", ""),
    "at least fourteen": ("fourteen", "at least", ""),
    "met the standard in all": ("exceeded the standard in all", "met", "exceeded"),
    "all weather. Its inventor": ("all weather. We do not recommend the other two. Its inventor", "", "We do not"),
}


def build_case(minimal: Case, exhibits: dict[str, list[str]]) -> Case:
    """Returns the minimal case with other exhibits; a page without text is a scan, and ``scan`` was recognised."""
    documents = {
        name: Document(
            sha256="0" * 64,
            pages=tuple(pages),
            has_text=any(pages),
            page_kinds=tuple("ocr" if name == "scan" else "text" if page else "scan" for page in pages),
            confidences=tuple(0.9 if name == "scan" else None for _ in pages),
        )
        for name, pages in exhibits.items()
    }
    entries = tuple(minimal.exhibits[0].model_copy(update={"id": name}) for name in exhibits)
    fields = {name: getattr(minimal, name) for name in type(minimal).model_fields}
    # Not model_copy, which would copy the numbers of the former exhibits as well.
    return type(minimal).model_construct(**(fields | {"documents": documents, "exhibits": entries}))
