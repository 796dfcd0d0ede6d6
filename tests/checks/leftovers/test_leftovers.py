"""Remains of drafters, templates, word processors and assistants, and clean text that looks like them."""

import pytest

from workbench.checks.check import check
from workbench.checks.draft import DraftText
from workbench.checks.leftovers.leftovers import find_leftovers, note_to_self, placeholder

LEFT = [
    "I hope this helps.",
    "Hope that it works for the officer.",
    "Great work!",
    "She won [TODO].",
    "Dr. Doe holds 12 patents [check with client].",
    "He has [number] citations.",
    "He joined [Company Name] in 2012.",
    "He joined [COMPANY].",
    "His salary was $XX,XXX per year.",
    "His salary was $X.",
    "He was paid [$AMOUNT].",
    "In 20XX he won.",
    "On <DATE> he won.",
    "Dear <Name of Officer>:",
    "He has published ## papers.",
    "See Exhibit ##.",
    "See Exhibit __ for the certificate.",
    "See Ex. ___ at 3.",
    "He won the prize in ____.",
    "Need to confirm with client.",
    "Check date.",
    "Confirm the spelling of the journal before filing.",
    "We need to verify the citation count.",
    "Per J's email, he was promoted in 2014.",
    "Per Maria’s email this was in 2014.",
    "As per client's email, the award was in May.",
    "He was promoted in 2014 (per client).",
    "He was promoted in 2014 (need source).",
    "He was promoted in 2014 (date?).",
    "He was promoted in 2014 (JD to confirm).",
    "He was promoted in 2014 (to be confirmed).",
    "[JD: please add the number]",
    "[Note to self: this is weak]",
    "She won. [Is this still true? The website says otherwise.]",
    "The prize is old (same as last petition, adapt).",
    "The prize is old (I could not find the page for this, ask her).",
    "The prize is old (taken from the other brief; please update the figures).",
    "The prize is old (see my e-mail of Tuesday).",
    "The prize is old [from the draft of May, shorten].",
    "The prize is old. %%EVIDENCE%%",
    "On @@FILING DATE@@ she won.",
    "She won <<DATE>>.",
    "##FIELD## is her field.",
    "She won &lt;citation&gt;.",
    "<b>NEW:</b> She won.",
    "[Is this right?]",
    "### Reasoning\n\nThe medal may look weak.",
    "**Final answer**\n\nThe medal is awarded each year.",
    "> Thinking…\n> The medal may look weak.",
    "Here is my thought process:\n\nThe medal may look weak.",
    "<|channel>thought The medal may look weak.",
    "<｜User｜>The medal may look weak.",
    "<unused94>The medal may look weak.",
    "[END FINAL RESPONSE]",
    "Is this the right exhibit?",
    "Ask client whether he is still a member.",
    "Still waiting for the letter from Prof. B.",
    "Add citation here.",
    "Add exhibit.",
    "This needs a citation.",
    "Needs cite.",
    "Double-check the figures against the transcript.",
    "NOTE TO SELF: find the bylaws.",
    "Reminder: update the index.",
    "DRAFT - NOT FOR FILING",
    "Error! Reference source not found.",
    "Error! Bookmark not defined.",
    "Error! No text of specified style in document.",
    "Certainly! Here is the revised section.",
    "Sure, here's a stronger version of the paragraph.",
    "I hope this helps!",
    "I hope this meets your needs.",
    "As an AI language model, I cannot verify this.",
    "Here is the revised paragraph:",
    "Let me know if you would like any changes.",
    "Would you like me to expand this section?",
    "Feel free to adjust the tone.",
    "I've revised the paragraph to be more persuasive in tone.",
    "You may want to add a specific example here.",
    "Make sure to include the exhibit.",
    "Your client should provide the contract.",
    "Can you confirm the date of the award?",
    "I'm not sure whether this exhibit is the right one.",
    "Based on the information you provided, he won.",
    "Based on the provided context, he is a leader.",
    "My training data ends in 2023.",
    "**Revised version:**",
    "Word count: 350",
    "<think>",
    "He won [@medal] 【4†source】.",
    "He won citeturn0search1.",
    "He is {name}.",
    "«FirstName» won.",
    "{{beneficiary}} won.",
    "He received a total of X citations.",
    "He is in the top X% of the field.",
    "TKTK",
    "[insert quote]",
    "[Insert paragraph about awards here]",
    "[MORE DETAIL]",
    "[EXPAND]",
    "[cite?]",
    "[cite]",
    "[source?]",
    "[?]",
    "[ ]",
    "[__]",
    "[...add more...]",
    "[xx]",
    "[confirm]",
    "[Exhibit TBD]",
    "(see Exhibit )",
    "Exhibit [ ]",
    "(citation needed)",
    "(insert exhibit number)",
    "(ask Maria)",
    "Comment [JD1]: is it true?",
    "He won ~~two~~ three prizes.",
    "{>>check this<<}",
    "<<<<<<< HEAD",
    "Not sure about this date.",
    "I don't know if this is right.",
    "FYI: the client has moved.",
    "Client to provide the pay stubs.",
    "What is the date of this award?",
    "Delete this paragraph?",
    "Remove before filing.",
    "Great question! He won.",
    "Overall, this section argues strongly. I hope this is helpful.",
    "I need to find the exhibit for this.",
    "I'll add the source later.",
    "(We should double check this number with Dr. Wu.)",
    "Placeholder for the table of citations.",
    "Insert table here.",
    "To be completed by the attorney.",
    "Awaiting the client's signed statement.",
    "The date is TBC.",
    "the award [name of award] was given",
    "He was born on [date of birth] in [city].",
    "in [Month Year]",
    "[YEAR]",
    "[Name of Recommender], Professor at [University]",
    "Please verify this number.",
    "Please add the missing exhibit.",
    "@John please check this.",
    "which year?",
    "(source: ?)",
    "(Exhibit ?)",
    "Beneficiary's Name: ____________",
    "It is important to note that I do not have access to the documents.",
    "Please note that this is not legal advice.",
    "In summary, I have rewritten the section to emphasize his role.",
    "The revised text is as follows:",
    "Below is the revised section.",
    "Remember to attach the bylaws.",
]
KEPT = [
    "She founded the kitchen with the hope that it will help to feed the region.",
    "In 2017, Shout! Factory released the film anew.",
    "They must provide proof of their residence to the board.",
    "The prize (Exhibit 5, translation attached) is old.",
    "She works alone (in Berlin, update of 2015; revised edition).",
    "The rule (as amended, copy certified) stands.",
    "Growth of 5% to 10%% a year; see a@@b and the heading\n\n## Field\n\n## Other",
    "It holds for p < 0.05 and for x > 3.",
    "The survey (of members, fellows and us) is public.",
    "Please refer to Exhibit 4.",
    "Please find enclosed the exhibits in support of the petition.",
    "Please contact me at the following address for any additional evidence.",
    "Please do not hesitate to contact our office if you have any questions.",
    "Thank you for your prompt attention to this matter.",
    "We respectfully request that you approve this petition.",
    "In response to your request for evidence dated May 3, 2020, we submit the following.",
    "I ask the reviewer to approve Dr. Doe’s petition.",
    "“[He] has [t]he best record [emphasis added].”",
    "He wrote “field of specification [sic]” and “[t]he award”.",
    "“[MIT] hired him.” [MIT] hired him.",
    "“I need to check the date of the award with the client,” wrote Prof. C.",
    "Sec. 203(b)(1) INA [8 U.S.C. 1153].",
    "heterocyclic molecules, aminobenzo[d] thiophenes.",
    "the grant (CHE-xxxxxxx) was given.",
    "University of X and Prof. C and Exhibit X.",
    "“The [company] is large [internal citations omitted].”",
    "My name is John Doe. I am the beneficiary. I intend to continue doing research.",
    "I plan to prepare a research proposal based on my expertise.",
    "I have revised the national guideline for the treatment of asthma.",
    "I can help the United States.",
    "I would also help the country to develop better batteries.",
    "Note that the regulation requires only three criteria.",
    "See Exhibit 3. Consider the following.",
    "Add to this that the Service has approved such petitions.",
    "Recall that the prize is given to one person.",
    "Our client, Dr. Wu, is a physicist.",
    "He advised clients on reactor safety.",
    "He works with clients from many countries.",
    "The results have yet to be confirmed by other groups.",
    "This method needs to be confirmed in larger trials.",
    "The model needs less energy.",
    "The field needs a source of clean energy.",
    "We need to develop better batteries.",
    "The company needs to find new sources of energy.",
    "- Develop new catalysts",
    "- Update national standards",
    "- Find new uses of the reagents",
    "The journal (Impact Factor 12.3) is a leading one.",
    "The compound (A) reacts (see Fig. 2).",
    "Why does this matter? It matters because the field is small.",
    "Volume XX of the Review; the XX chromosome.",
    "His h-index is 20 (top 1%).",
    "He received N. Smith's letter. Vitamin X is important.",
    "He earned between $X-band radars.",
    "The X-ray lines, 2000x magnification, 10x faster.",
    "He [Exhibit 4, p. 2] won.",
    "The officer may wish to consult the Policy Manual.",
    "Based on the evidence provided in Exhibit 3, the award is major.",
    "Based on the information provided by the Academy, the prize is rare.",
    "The document you requested is attached as Exhibit 4.",
    "Your office asked for the bylaws.",
    "Here is how the Academy describes the medal.",
    "This is the first draft sequence of the human genome.",
    "He contributed to the first draft of the human genome.",
    "The revised standard was adopted.",
    "Enclosed please find the following documents:",
    "The email of May 3 (Exhibit 4) confirms the date.",
    "He was asked to verify the figures of the report.",
    "Call for papers: he chaired the committee.",
    "See Figure <1 nm and values >5.",
    "Write to me at <https://a.org> or <x@y.org>.",
    "The software uses {x | x > 0} sets and f[x] brackets and A[i][j].",
    "[1] J. Doe, Phys. Rev. 12 (1999).",
    "[Signature page follows]",
    "[signed]",
    "[SEAL]",
    "[Stamp: Ministry of Education]",
    "[Translated from Chinese]",
    "[hereinafter “the Institute”]",
    "[NIST] and [UNESCO] are agencies.",
    "Include me among his admirers.",
    "Attached hereto as Exhibit 4 is the letter.",
    "Exhibits 4-6 (letters) and Exhibit A (CV) and p. 12.",
    "The prize money was $1,000,000 and 100% of it was paid.",
    "The Yahoo! portal and the show Jeopardy! use it.",
    "Request for Premium Processing is enclosed.",
    "Delete operators are his invention in databases.",
    "Split the check bounced.",
    "Merge sort is an algorithm; find and replace tools use his method.",
    "He serves as a source of advice.",
    "Cut the cost of the number of tests.",
    "Providing evidence is the petitioner's task.",
    "Could the Service ask for more? It could not.",
    "Who but a leader would be asked?",
    "Explain plans in the statement (Exhibit 17).",
    "Let me begin with the awards.",
]


def find(text):
    return find_leftovers(DraftText("awards", f"Dr. Example won the medal.\n\n{text}"))


@pytest.mark.parametrize("text", LEFT)
def test_leftover_is_found(text):
    assert find(text)


@pytest.mark.parametrize("text", KEPT)
def test_words_of_a_letter_pass(text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("[TODO] add evidence", "placeholder"),
        ("Dr. [NAME] won.", "placeholder"),
        ("She won [insert date].", "placeholder"),
        ("An open {{brace.", "placeholder"),
        ("She won the medal ( ).", "placeholder"),
        ("She won [@].", "placeholder"),
        ("Error! Reference source not found.", "placeholder"),
        ("She won. [check with client]", "note-to-self"),
        ("Need to confirm with client.", "note-to-self"),
        ("As an AI language model, she won.", "assistant-phrase"),
        ("Certainly! She won.", "assistant-phrase"),
        ("I cannot provide legal advice.", "assistant-phrase"),
    ],
)
def test_leftover_has_the_check_id(run, minimal, text, check):
    findings = run(check, text, minimal)
    assert [(finding.severity, finding.line) for finding in findings] == [("error", 1)]
    assert findings[0].quote in text


def test_leftover_is_found_once_per_place(run, minimal):
    findings = run("placeholder", "Fine.\n\n[TODO: NAME]\n\nTBD\n", minimal)
    assert [finding.line for finding in findings] == [3, 5]


def test_quotation_keeps_brackets_and_first_person():
    assert find("“I need to check [the award] with [his employer],” he wrote [sic].") == []
    assert find("> Let me write that I think this paragraph is the best.") == []


def test_note_inside_a_quotation_is_found():
    assert [left.check for left in find("“She is [check this with client] the best.”")] == ["note-to-self"]


def test_own_citation_in_brackets_passes():
    assert find("She won it [Exhibit 2]. She left [Ex. 4 at 3], as [Section B] says.") == []


def test_samples_have_no_leftovers(wu):
    for fact in wu.facts():
        assert find(fact.text) == []


@pytest.mark.parametrize(
    ("text", "quote", "remedy"),
    [
        ("She won it.[^1]", "[^1]", "Write its text as a paragraph of its own, “[^1]: …”"),
        ("She won it.\n\n[^1]: The record says so.", "[^1]:", "Put [^1] behind the words"),
        ("She won.[^1] It counts.[^1]\n\n[^1]: The record.", "[^1]", "Give each note a name of its own"),
        ("She won.[^1]\n\n[^1]: The record.\n\n[^1]: Another.", "[^1]: ", "Give each note a name of its own"),
        ("### Prize[^1]\n\nShe won.[^2]\n\n[^2]: The record.", "[^1]", "Move the mark"),
        ("She won.[^1]\n\n[^1]: The record.[^2]", "[^2]", "Move the mark"),
    ],
)
def test_loose_note_is_one_warning(text, quote, remedy):
    [found] = placeholder(DraftText(None, text))
    assert (found.severity, found.quote) == ("warning", quote)
    assert "note" in found.message
    assert found.suggestion.startswith(remedy)


def test_paired_notes_are_no_leftovers():
    text = "She won.[^1] It counts.[^b]\n\n[^1]: The record [@wolf-prize, p. 1].\n\n[^b]: *See* the rules."
    assert list(placeholder(DraftText(None, text))) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("She won it in 1978.[^é] It counts.", ["[^é]"]),
        ("See [the record](https://a.example/b) and ![seal](a.png).", ["[the record](https://a.example/b)", "![seal]"]),
        ("A line<br>goes on.", ["<br>"]),
        ("She won it [@wolf-prize, p. 1] under 8 C.F.R. [§ 204.5](h)(3).", []),
        ("“I [was] there (Ex. 4)”, 2 < 3 and a|b.", []),
    ],
)
def test_markup_is_printed_as_it_stands(text, quotes):
    found = [each for each in placeholder(DraftText(None, text)) if "markup" in each.message]
    assert [each.severity for each in found] == ["warning"] * len(quotes)
    assert all(each.quote.startswith(quote) for each, quote in zip(found, quotes, strict=True))


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Awards:\n\n| Award | Year |\n|---|---|\n| Prize | 1978 |\n\nAll are old.", []),
        ("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n", ["| 1 | 2 | 3 |"]),
        ("| a | b |\n| 1 | 2 |\n", ["| a | b |"]),
        ("| a | b |\n|---|\n| 1 | 2 |\n", ["| a | b |"]),
        ("- | a |\n  |---|\n", ["  |---|"]),
        ("> | a |\n> |---|\n", ["> | a |"]),
        ("|" + "a|" * 13 + "\n|" + "-|" * 13, ["|a|a"]),
        ("| a |\n|---|\n| 1 |\n| " + "word " * 500 + "|\n", ["\n| word"]),
        ("either a | b, or |c| d", []),
    ],
)
def test_lines_of_no_table_are_named(text, quotes):
    found = list(placeholder(DraftText(None, text)))
    assert [each.severity for each in found] == ["warning"] * len(quotes)
    assert all((each.quote or "").startswith(quote) for each, quote in zip(found, quotes, strict=True))


def test_table_of_exhibits_is_no_leftover():
    table = "| No. | Exhibit |\n| 1 | Certificate |\n"
    for title, count in (("Exhibit Index", 0), ("Awards", 1)):
        report = check(f"## Awards\n\nShe won (Exhibit 1).\n\n## {title}\n\n{table}")
        assert len([each for each in report.findings if "as they stand" in each.message]) == count


def test_sources_below_table_are_no_note():
    table = "| Year |\n|---|\n| 1978 |\n\n"
    for above, count in ((table, 0), ("She won.\n\n", 1)):
        assert len(list(note_to_self(DraftText(None, f"{above}*Source: Exhibit 9 at 2.*")))) == count
