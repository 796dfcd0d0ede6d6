"""Classes of words in which another word is another claim: persons by role, opposites; and verbs that claim nothing."""

from __future__ import annotations

_ROLES = (
    # Of bodies and firms.
    "member fellow associate affiliate chair chairman chairwoman chairperson president director head dean founder"
    " cofounder partner principal executive officer manager supervisor leader owner proprietor trustee governor"
    " secretary treasurer patron sponsor deputy adviser advisor consultant employee assistant intern trainee apprentice"
    # Of learning and research.
    " professor lecturer instructor teacher tutor student pupil graduate scientist researcher investigator scholar"
    " engineer architect inventor technician"
    # Of works.
    " author coauthor editor publisher translator contributor reviewer subreviewer referee critic composer performer"
    " soloist conductor"
    # Of contests and awards.
    " laureate winner recipient medalist finalist semifinalist nominee candidate entrant participant judge juror jury"
    " panelist presidency committee"
    # Of meetings.
    " speaker organizer organiser presenter attendee visitor guest observer delegate"
)
ROLES = frozenset(form for word in _ROLES.split() for form in (word, f"{word}s"))
"""Words for what a person is in a body, a work or a contest."""

_OPPOSITES = (
    "above below,accept reject,accepted rejected,after before,allow forbid,always never,amateur professional,"
    "approve deny,attend miss,begin end,best worst,better worse,big small,bottom top,broad narrow,buy sell,"
    "cheap expensive,"
    "common rare,complete incomplete,decrease increase,deep shallow,domestic foreign,early late,easy hard,"
    "employed independent,exclude include,exceeded missed,expand shrink,fail succeed,fast slow,few many,fewer more,"
    "fall rise,fell rose,first last,former current,free paid,full partial,gain lose,general special,global local,"
    "grow shrink,heavy light,high low,higher lower,highest lowest,import export,inside outside,international national,"
    "joint sole,junior senior,largest smallest,large small,larger smaller,least most,left right,less more,long short,"
    "longer shorter,major minor,majority minority,mandatory voluntary,maximum minimum,narrower wider,new old,"
    "occasional regular,old young,older younger,open closed,oral written,ordinary outstanding,original derivative,"
    "permanent temporary,positive negative,present absent,private public,profit loss,public secret,quick slow,"
    "rarely often,reduce raise,rich poor,rural urban,simple complex,single several,strong weak,stronger weaker,"
    "superior inferior,theoretical experimental,unanimous divided,upper lower,with without,within outside,"
    "daily weekly,weekly monthly,monthly annual,annual daily,gold silver,silver bronze,bronze gold"
)


def _read_opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split(","):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _read_opposites()
"""Words that exclude one another, each with its opposites."""

_EVENTS = (
    "nominated proposed recommended suggested",
    "shortlisted",
    "elected appointed selected chosen chose admitted designated named",
    "awarded received won honored honoured granted conferred bestowed",
    "invited asked requested",
    "declined rejected refused denied",
    "mandated required ordered obliged prescribed",
    "submitted entered",
    "published printed appeared issued",
    "filed applied",
    "accepted approved adopted enacted passed resolved decided agreed consented",
    "founded established created instituted",
    "led directed headed chaired managed ran presided",
    "joined participated attended assisted helped contributed",
    "served sat acted",
    "implemented deployed installed introduced",
    "built constructed erected",
    "created developed built devised",
    "rebuilt restored",
    "completed finished",
    "planned intended considered expected",
    "tested studied investigated examined",
    "proved proven demonstrated confirmed verified",
    "disproved refuted contradicted",
    "taught trained instructed",
    "invented devised designed developed",
    "reviewed refereed judged evaluated assessed",
    "edited",
    "cited quoted mentioned",
    "exhibited displayed",
    "visited toured travelled traveled",
    "lost",
    "graduated",
    "supervised oversaw overseen",
    "dismissed resigned retired left",
    "bought purchased acquired sold",
    "borrowed rented leased",
    "donated",
    "composed authored drafted",
    "conducted",
    "sponsored financed funded subsidized",
    "commissioned",
    "renewed extended prolonged",
    "cancelled canceled terminated",
    "postponed delayed",
    "abandoned dropped withdrawn withdrew",
    "opposed resisted",
    "supported backed endorsed",
    "praised commended",
    "criticized criticised faulted",
    "translated",
    "curated",
    "hired employed engaged recruited",
    "inherited",
    "succeeded replaced superseded",
    "survived",
    "interviewed questioned",
    "advised counseled",
    "audited inspected",
    "announced",
    "learned learnt",
    "discovered",
    "inspired",
    "licensed",
)


def _read_events() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(_EVENTS):
        for word in words.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


EVENTS = _read_events()
"""Past forms of verbs for what became of a candidate, a work, an undertaking, each with the numbers of its groups.

Verbs of one group say the same, those of no common group make two claims.
"""

_SCOPES = (
    "world worldwide global globally earth",
    "continent continental",
    "country nation national nationally nationwide countrywide",
    "state statewide province provincial",
    "region regional regionally",
    "city town municipal local locally village",
)
SCOPES = {word: number for number, words in enumerate(_SCOPES) for word in words.split()}
"""Words for how far something reaches, each with the number of its group; "international" goes with several."""

_EXTENTS = (
    "all every everyone entire unanimous unanimously",
    "most majority",
    "several",
    "some part partly",
    "single one",
    "none",
)
EXTENTS = {word: number for number, words in enumerate(_EXTENTS) for word in words.split()}
"""Words for how many of several, each with the number of its group."""
CLAIMED_EXTENTS = frozenset(("all", "entire", "unanimous", "unanimously", "most", "majority", "several"))
"""Those of them that say little else: "some" stands before figures, and "one" for a noun."""

_MANNERS = ("secret", "open public", "oral", "written")
MANNERS = {word: number for number, words in enumerate(_MANNERS) for word in words.split()}
_PERIODS = ("annual annually yearly", "quarterly", "monthly", "weekly", "daily")
PERIODS = {word: number for number, words in enumerate(_PERIODS) for word in words.split()}
"""Words for how, and how often, something is done, each with the number of its group."""

GRADES = frozenset(
    (
        *("chief", "senior", "junior", "principal", "lead", "head", "deputy", "vice", "assistant", "associate"),
        *("visiting", "honorary", "corresponding", "founding", "acting", "adjunct", "executive", "managing", "staff"),
        *("guest", "former", "current", "contributing", "ordinary", "sole"),
    )
)
"""Words before a role that tell its rank; a post without any is the full one."""

LEADING_EVENTS = frozenset(("chaired", "headed", "led", "directed", "founded", "presided"))
LEADING_ROLES = frozenset(
    (
        *("chair", "chairman", "chairwoman", "chairperson", "head", "director", "president", "leader", "founder"),
        *("cofounder", "manager", "principal", "chief", "dean", "charge", "leadership", "supervisor", "editor"),
    )
)
"""Verbs of leading, and the roles of those who do: what a mere member has not done."""

SYNONYMS = (
    "method technique approach way procedure process",
    "salary pay wage wages remuneration compensation",
    "manufacturers producers makers",
    "firm company business enterprise studio employer",
    "leadership guidance direction supervision",
    "annual yearly",
    "magazine periodical journal",
    "task job duty assignment",
    "team group staff crew",
    "apparatus device instrument",
    "revenue turnover",
    "area field domain discipline",
    "purpose aim goal objective",
    "meeting session",
    "growth increase rise",
    "result outcome finding",
    "recipient winner laureate awardee medalist",
    "entire whole complete full total",
    "single once",
)
"""Nouns and adjectives of which a letter writer takes one for another."""

_LIGHT_VERBS = (
    "be become became becomes come came comes do does did done get gets got give gives gave given go goes went gone"
    " have has had hold holds held keep keeps kept make makes made put puts set sets take takes took taken use uses"
    " used stand stands stood begin begins began begun start starts started follow follows followed bring brings"
    # Of saying and seeming, for which a letter has many words.
    " say says said tell tells told write writes wrote written report reports reported describe describes described"
    " explain explains explained state states stated note notes noted add adds added call calls called name names"
    " named mention mentions mentioned show shows showed shown appear appears appeared seem seems seemed find finds"
    " found know knows knew known think thinks thought mean means meant date dates dated like likes liked"
    " rest rests concern concerns include includes included contain contains contained consist consists send sends sent"
)
LIGHT_VERBS = frozenset(_LIGHT_VERBS.split())
"""Verbs in whose place a letter writer takes another without another claim."""
CONNECTIVES = frozenset(
    (
        *("namely", "yet", "now", "already", "still", "again", "too", "even", "indeed", "alone", "itself", "himself"),
        *("herself", "themselves", "together", "moreover", "furthermore", "however", "therefore", "hence", "likewise"),
        *("respectively", "accordingly", "subsequently", "later", "then", "once", "just", "well", "same", "following"),
        *("above", "below", "like", "next", "finally", "said", "ever", "today", "currently", "previously", "thereby"),
    )
)
"""Adverbs and the like that connect sentences and claim nothing."""
PRONOUNS = frozenset(
    (
        *("other", "others", "another", "one", "ones", "none", "nobody", "nothing", "somebody", "someone", "something"),
        *("anybody", "anyone", "anything", "everybody", "everyone", "everything", "people", "person", "persons"),
        *("thing", "things", "colleague", "colleagues", "part", "parts", "rest", "former", "latter", "itself"),
        *("oneself", "himself", "herself", "themselves", "ourselves", "myself"),
    )
)
"""Words that stand for persons or things named elsewhere."""
