"""Patterns of what is left in a draft, each with its description."""

from __future__ import annotations

import re

DRAFT_MARK = "a mark of an unfinished draft"
"""Description of the word DRAFT and its like."""

# Every repetition is bounded: a draft is untrusted, and an open one costs the square of its length.
BLANKS = (
    (re.compile(
        r"\{\{[^{}\n]{0,80}\}\}|\{\{|\}\}|\{%[^{}\n]{0,80}%\}|\$\{[^{}\n]{0,80}\}"), "a template's placeholder"),
    # Between doubled signs: "%%DATE%%", "@@NAME@@", "##FIELD##".
    (re.compile(r"(?<![%@#\w])(?P<sign>%%|@@|##)[A-Za-z][\w .-]{0,40}(?P=sign)(?![%@#\w])"),
     "a template's placeholder"),
    # Marks of a web page, as a form letter's program leaves them; a formula has no closing tag.
    (re.compile(r"&lt;[\w /'’-]{1,40}&gt;|</[A-Za-z]{1,10}>"), "a template's markup"),
    # A merge field: one name without spaces between guillemets, which quotations in French set off with spaces.
    (re.compile(r"[«‹]{1,2}[A-Za-z]\w{0,40}[»›]{1,2}|<<[^<>\n]{1,60}>>"), "a field of a form letter"),
    (re.compile(
        r"(?<![\w<])<(?!https?:|mailto:"
        r"|[^<>\n]{0,60}@)[A-Za-z][\w /'’-]{0,60}>(?!\w)"), "a placeholder in angle brackets"),
    (re.compile(
        r"\b(?:TODO|TBD|TBA|TBC|FIXME|TKTK|TK|ASAP|PLACEHOLDER)\b"
        r"|(?<![A-Z] )\bINSERT\b(?! [A-Z]{2})"), "a drafting note"),
    (
        re.compile(
            # Two or more X may be a Roman numeral ("Part XX", "the XX Congress") or a chromosome.
            r"(?<!Volume )(?<!Part )(?<!Chapter )(?<!Title )(?<!Article )(?<!Section )(?<![\w-])"
            r"[Xx]{2,}(?![\w-])(?!\s+(?:[A-Z]\w+\s+){0,3}(?:chromosome|[Cc]entury|Congress|Conference|Symposium"
            r"|Olympi))"
        ),
        "a blank to be filled in",
    ),
    (re.compile(r"\b(?:19|20)(?:[Xx]{2}|\d?[Xx_?]{1,2}(?![\w]))|\b\d{1,3}[Xx]{2}\b"), "an incomplete number"),
    (re.compile(
        r"[$€£]\s?[Xx]+(?:[,.][Xx]{3}){0,4}(?![\w-])|(?<![\w.-])[XxNY]\s?%|[$€£]\s?_+"
        r"|\b[Xx]{1,3},[Xx]{3}\b"), "an amount to be filled in"),
    # One X counts what is not yet counted; behind a capitalised "of" it is a name that the petition withholds.
    (
        re.compile(
            r"(?<![A-Z][a-z]{2} of )(?<![a-z]y of )(?<!\bor )(?<!\band )(?<=[a-z] )[XN] (?=(?:more |peer-reviewed "
            r"|independent |other )?"
                   r"(?:articles|papers|citations|times|years|months|publications|countries|members|awards|patents"
                   r"|letters|journals|reviews|people|"
                   r"students|employees|percent)\b)"),
        "a number to be filled in",
    ),
    (re.compile(r"(?<![_\\])_{3,}(?!_)|(?<=\s)__(?=[\s,.;:)]|$)|\?{2,}|•{3,}"), "a blank to be filled in"),
    (re.compile(
        r"(?<![#\w&])#{2,}(?=[\s,.;:)%]"
        r"|$)(?<!^##)(?<!^###)(?<!^####)(?<!^#####)(?<!^######)", re.MULTILINE), "a number to be filled in"),
    (re.compile(
        r"(?<![\w$\\}^])\{[A-Za-z_][A-Za-z_. ]{1,40}\}(?!\w)|(?:^|(?<=[.:] ))Placeholders? (?:for"
        r"|text)\b", re.MULTILINE), "a template's placeholder"),
    (re.compile(r"\bExhibits?\s{1,3}(?=[),;]|\.(?:\s|$))"), "a number to be filled in"),
    (re.compile(
        r"\b(?:Exhibits?|Exh?s?\.|pp?\.|pages?)\s+(?:#+(?!\d)|\?+|_+|\[\s*\]|[Xx]{2,}|00(?!\d)|•"
        r"|●)"), "a number to be filled in"),
    (re.compile(r"\blorem\s+ipsum\b", re.IGNORECASE), "filler text"),
    (re.compile(r"(?<=\s)\(\s{0,20}\)|^\(\s{0,20}\)", re.MULTILINE), "an empty pair of parentheses"),
    (re.compile(r"\[\s{0,20}@\s{0,20}\]"), "an empty citation"),
    (re.compile(
        r"\bError!\s+[A-Z][\w ]{3,60}\b(?:found|defined|specified|valid|document|source"
        r"|link)\b\.?"), "a word processor's broken reference"),
    (re.compile(
        r"\bClick or tap (?:here )?to enter \w+\.?|\{\s?(?:PAGE|DATE|REF|MERGEFIELD|SEQ|TOC"
        r"|HYPERLINK)\b[^{}\n]{0,80}\}"), "an empty field of a word processor"),
    (re.compile(r"^(?:<{7}|={7}|>{7})(?: .{0,60})?$", re.MULTILINE), "a mark of two versions that were not merged"),
    (re.compile(
        r"\{(?:\+\+|--|~~|==|>>)|(?:\+\+|--|~~|==|<<)\}|~~(?=\S)|<!--|-->"
        r"|\[?\bComment(?:ed)?\s?\[[A-Z]{1,4}\d{1,3}\]:"), "a comment or a tracked change"),
)  # fmt: skip
MACHINE = re.compile(
    r"[<＜][|｜][^|<>｜＞\n]{1,40}[|｜]?[>＞]|<\w{1,20}\|>|<unused\d{1,3}>|＜/?\w{1,24}＞|\\u003c/?\w"
    r"|\[(?:BEGIN|END) FINAL \w+\]|(?:^|(?<=\n))[ >*_]{0,8}(?:💭|(?:Thinking|Reasoning)(?:…|\.{3}))"
    r"|</?(?:think|thinking|answer|assistant|user|system|s)>|\[/?INST\]|:contentReference\b"
    r"|\[?oaicite\b"
    r"|【[^【】\n]{1,60}】|\b(?:cite)?turn\d{1,3}(?:search|view|news|file)\d{1,3}|utm_source=\w{1,30}|```"
)
MARKUP = re.compile(
    r"\[\^(?![A-Za-z0-9_.-]{1,40}\])[^\[\]\s]{1,40}\]"
    r"|!?\[(?![@^])[^\[\]\n]{1,200}\]\((?:https?:|mailto:|/|\.{0,2}/|#)?[^()\s]{0,300}[./#:][^()\s]{0,300}\)"
    r"|<(?:br|hr|img|sup|sub|div|span|table|tr|td|th|p|ul|ol|li)\b[^<>\n]{0,200}>",
    re.MULTILINE | re.IGNORECASE,
)
"""Footnote marks that name no note, links and tags: a filing prints them as they stand."""
TABLE_LINES = re.compile(r"(?:^[ \t>]{0,8}\|[^\n]{1,10000}\|[ \t]*(?:\n|\Z))+", re.MULTILINE)
"""Lines of a table."""
# Shapes, not phrases: who deliberates about the task writes in the first person singular, or of its user.
_DELIBERATION = re.compile(
    r"\bthe (?:user|prompt|instructions?|system message)\b"
    r"(?=\s+(?:wants?|asks?|asked|says?|said|needs?|requires?|is asking|tells?)\b)",
    re.IGNORECASE,
)
ASSISTANT = (
    # An assistant speaks of itself.
    (
        re.compile(
            r"\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b|\bI(?:'m| am|’m) (?:an? (?:AI"
            r"|assistant|language model)|unable to|not able to)\b"
            r"|\bI (?:cannot|can't|can’t|won't|am not able to) (?:provide|assist|draft|help|access|browse|generate)\b"
            r"|\bmy (?:last |latest )?(?:knowledge|training)(?: cut-?off| data| update)?\b(?= cut| data| update"
            r"|[,.]| (?:ends|goes|does|only))|\bknowledge cut-?off\b"
            r"|\bI (?:do not|don't|don’t) have (?:access|information|enough|the ability|real-time|any information)\b"
            r"|\b(?:this|the above|the following|it) (?:is|does) not (?:constitute )?(?:legal )?advice\b"
            r"|\bconsult(?:ing)? (?:with )?(?:an?|your) (?:qualified |experienced "
            r"|licensed )*(?:immigration )?(?:attorney|lawyer|professional)\b",
            re.IGNORECASE,
        ),
        "a chat assistant's words about itself",
    ),
    # It opens by agreeing or by handing over what was asked for.
    (
        re.compile(
            r"(?:^|(?<=[.!?:\])”\"] )|(?<=\n))[*_>\s]{0,6}(?:Sure|Certainly|Of course|Absolutely|Definitely"
            r"|Understood|Great|Got it|Happy to help|No problem"
            r"|Great question|Sure thing|You're right|Good point|Perfect|Okay|OK)(?:!|(?:,|\."
            r"|[-–—: ]{1,3})\s?(?=(?:here|I|let|below|happy|this)\b)|\.(?=\s*$))",
            re.IGNORECASE | re.MULTILINE,
        ),
        "a chat assistant's opening",
    ),
    # It closes by offering more.
    (
        re.compile(
            # Not "in the hope that it helps".
            r"(?:\b(?:I|we) |(?<![\w,;’'] ))\bhope (?:this|that|these|it) (?:\w+ ){0,2}(?:helps?|works?|meets"
            r"|is helpful|is useful|suits|serves|addresses)\b"
            r"|\blet me know (?:if|whether|how|what|when|should|which)\b|\bfeel free to (?!contact|call|reach)\w+"
            r"|\bis there anything else\b",
            re.IGNORECASE,
        ),
        "a chat assistant's closing",
    ),
    # It speaks of its task and of what it was given.
    (
        re.compile(
            r"\b(?:based on|according to|using|from) (?:the|your) (?:search results?|prompt|instructions?"
            r"|provided (?:context|information|documents?|text|facts?|data|sources?|exhibits?|notes)"
            r"|(?:context|information|details|documents|text|facts|data|notes|material) (?:you(?:'ve|’ve| have)? "
            r"|that you |that was )?(?:provided|shared|gave|supplied|given))\b"
            r"(?! (?:by|in|with|to|at|herein|above) )"
            r"|\byou(?:'ve|’ve| have)? (?:asked|requested|instructed|told) me\b|\b(?:as|per) (?:you"
            r"|your) (?:asked|requested|instructed|instructions|prompt)\b",
            re.IGNORECASE,
        ),
        "a chat assistant's words about its task",
    ),
    (
        re.compile(
            r"^[ \t>*_#-]{0,8}(?:(?:final |second |first |new )?(?:revised|rewritten|updated|improved|polished"
            r"|refined|edited|alternative|suggested|shorter|longer|stronger)"
            r" (?:\w+ ){0,2}(?:version|paragraph|section|text|draft|sentence|passage)|(?:draft|version|option"
            r"|alternative) ?(?:\d|[A-C])?|word count|(?:key |main |summary of )?"
            r"(?:changes|improvements|edits|revisions)(?: made)?|explanation(?: of changes)?|rationale|assistant"
            r"|user|human|system|prompt|output|response|(?:here (?:is|are) )?(?:my )?(?:thinking|thoughts?"
            r"|reasoning|chain of thought|scratchpad)(?: process| steps)?"
            r"|(?:my )?final (?:answer|response|output))[*_ ]{0,3}:",
            re.IGNORECASE | re.MULTILINE,
        ),
        "a label of a chat assistant's answer",
    ),
    (
        re.compile(
            r"^[ \t>*_#-]{0,8}(?:(?:my )?(?:thinking|thoughts?|reasoning|chain of thought|scratchpad|final (?:answer"
            r"|response|output))(?: process| steps)?[*_ ]{0,3}$)"
            r"|\bdone thinking\.",
            re.IGNORECASE | re.MULTILINE,
        ),
        "a heading of a chat assistant's reasoning",
    ),
    (_DELIBERATION, "the model's reasoning about its task"),
)  # fmt: skip
NOTES = (
    (
        re.compile(
            r"\b[Pp]er (?:(?:[A-Z][\w.]{0,20}|(?:the )?[Cc]lient|(?:the )?(?:attorney|partner|paralegal))(?:['’]s)?"
            r"|our|my|his|her|your|last|today['’]s|yesterday['’]s) (?:\w+ )?"
            r"(?:e-?mail|call|note|notes|message|text|voicemail|conversation|instructions?|comments?|meeting|chat)\b"
        ),
        "a reference to the drafter's own correspondence",
    ),
    # A noun for a person without an article is the style of notes.
    (
        re.compile(
            r"\b(?:[Ww]ith|[Ff]rom|[Bb]y|[Aa]sk|[Pp]er|[Tt]ell|[Ee]mail|[Cc]all|[Rr]emind|[Ww]ait(?:ing)? (?:for"
            r"|on)) (?:the )?client(?=\s*[.,;:?!)\]]|\s*$"
            r"|\s+(?:that|whether|if|re|about|before|for|on|when|again|first|today|tomorrow|asap|is|has|still)\b)"
        ),
        "a note about the client",
    ),
    (
        re.compile(
            r"^[ \t>*_-]{0,8}(?:notes? (?:to|for) (?:self|file|drafter|me|counsel|attorney|[A-Z]\w{0,20})"
            r"|drafting notes?|drafter['’]s notes?|attorney notes?|internal(?: notes?)?|for internal use(?: only)?"
            r"|reminder|to[- ]?do|action items?|open (?:issues?|questions?|points?|items?)|question for \w{1,20}"
            r"|query|fyi|nb for \w{1,20}|missing)\b[*_ ]{0,3}[:–—-]",
            re.IGNORECASE | re.MULTILINE,
        ),
        "a note of the drafter",
    ),
    (
        re.compile(
            r"\b(?:not for filing|do not file|don['’]t (?:file|forget)|privileged (?:and|&) confidential"
            r"|draft (?:only|copy)|work in progress)\b|^(?:[Ff]irst|[Rr]ough) draft\b[^.\n]{0,30}$"
            r"|\bDRAFT\b(?=\s*(?:[-–—:,]|\d|$|v\d))",
            re.MULTILINE,
        ),
        DRAFT_MARK,
    ),
    (
        re.compile(
            r"\b[Nn]eeds? (?:an? |the |another |more |some )?(?:citations?|cites?|source|exhibit|reference|footnote"
            r"|date|number|translation)(?=\s*[.)\]]|\s*$)|(?:^"
            r"|(?<=\s))@[A-Z][a-z]{1,20}\b(?=[,:]? )(?![^\[\]\n]{0,200}\])", re.MULTILINE),
        "a request to a colleague",
    ),
)  # fmt: skip
