"""A sign linguist's letter as an attorney writes it, with errors of wording seeded by hand.

Half of its sentences keep to the words of the exhibits, a third have words of their own, the others argue. No sentence is
wrong as it stands. Letter and errors were written before the checks were changed for them. All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letter is as it would be typed, one sentence in a line

from __future__ import annotations

from seeded_error import SeededError

LINGUIST = """\
## Introduction

This petition is filed on behalf of Dr. Leonor Quintal, a linguist who describes and documents the signed languages of small deaf communities.
Dr. Quintal heads the Sign Language Laboratory of the University of Esteva, which she founded in 2012 [@post, p. 1].
The record shows that her work is known and used well beyond her own country, and that few linguists anywhere have reached her standing.

## Background

She studied general linguistics at Esteva and wrote her doctoral thesis, completed in 2009, on the grammar of Marisol Sign, a language used by about forty deaf villagers and their families [@post, p. 1].
Until her fieldwork no linguist had described that language [@thesis, p. 1].
She lived in the village for fourteen months and was taught to sign by two deaf sisters, whom the thesis names as co-authors of its dictionary [@thesis, p. 1].
The examiners accepted the thesis unanimously and without corrections, a distinction that the faculty had not granted since 1998 [@thesis, p. 2].

## Awards

In 2018 Dr. Quintal received the Ferrand Medal of the Linguistic Union for the description of endangered languages [@ferrand, p. 1].
The medal is awarded every third year, and a scholar can receive it only once [@ferrand, p. 1].
Nominations are made by the national societies; a jury of nine linguists from at least six countries then selects the medalist by secret ballot [@ferrand, p. 1].
In 2018 the jury considered twenty-six nominees and reached its decision in the second round of voting [@ferrand, p. 2].
The citation calls her grammar "a model of how a language should be described together with those who use it" [@ferrand, p. 2].
The City of Esteva, too, honored her with its Prize for Science in 2019; that prize is open only to residents, and we do not rely upon it [@city, p. 1].

## Membership

The Academy of Language Sciences elected her a corresponding member in 2020 [@academy, p. 1].
Under its statutes, corresponding members must have made contributions of lasting importance to the study of language and are proposed by three full members [@academy, p. 1].
Every proposal is sent to two outside referees before the members vote on it, and a candidate needs three quarters of the votes [@academy, p. 1].
Fewer than one proposal in five has succeeded since 2010 [@academy, p. 2].
Election cannot be obtained by payment or by length of service, and this is precisely what the regulation requires.

## Judging

Dr. Quintal has reviewed manuscripts for the journal Sign and Grammar since 2011 and joined its editorial board in 2015 [@journal, p. 1].
According to its editor, she has completed forty-seven reviews and has never missed a deadline [@journal, p. 1].
In 2021 the National Research Fund asked her to serve on its panel for the humanities, which she did for two rounds [@fund, p. 1].
The panel ranked the applications; the final awards were decided by the board of the Fund, which followed the ranking in all but one case [@fund, p. 1].

## Original contributions

Her chief contribution is the Quintal notation, a system for writing down the movements of hands and face that can be read by a computer [@notation, p. 1].
Earlier systems recorded the hands but largely ignored the face, although the face carries much of the grammar [@notation, p. 1].
She devised the notation with the programmer Iker Salda, who wrote its software, and published it in 2014 under a license that allows anyone to use it free of charge [@notation, p. 1].
By the end of 2021 it had been adopted by thirty-one laboratories in eighteen countries [@survey, p. 1].
A survey by the Institute for Language Archives found that most of these laboratories had previously used another system and had given it up [@survey, p. 1].
The same survey notes that the notation is slow to learn, and that it is not suited to tactile signing [@survey, p. 2].
Professor Bettina Aldous of the University of Northgate, who competes with Dr. Quintal for the same grants, writes that the notation "changed what our field can count" [@aldous, p. 1].
She explains that her own group had at first rejected the notation as too detailed and turned to it only after a comparison of both systems in 2016 [@aldous, p. 1].
In that comparison two trained transcribers agreed far more often with the new notation than with the old one [@aldous, p. 2].
Mr. Teo Varnai, who is deaf and directs the Deaf Heritage Center, states that the dictionary of Marisol Sign is used in the village school, where deaf children were formerly taught in speech alone [@varnai, p. 1].
He credits the dictionary with the decision of the ministry to recognize Marisol Sign as a language of instruction in 2017 [@varnai, p. 1].
According to him, the ministry had initially refused, because no written description was available [@varnai, p. 1].
Recognition by a ministry is not something that linguists commonly achieve.

## Published material

The weekly Meridian Review printed an article about Dr. Quintal and her work on March 4, 2020, under the title "The Village That Speaks with Its Hands", by Paula Rech [@review, p. 1].
The Review is sold throughout the country and had a paid circulation of 140,000 in that year [@review, p. 2].
A documentary film about the village, in which she appears briefly, was shown at two festivals but has not been broadcast [@film, p. 1].

## Leading role

Rector Amalia Dorn writes that the Laboratory would not exist without Dr. Quintal and that it attracts more outside funding than any other unit of the Faculty of Letters [@rector, p. 1].
The University had planned to merge the Laboratory with the Department of Romance Languages in 2016, and abandoned the plan after an external evaluation advised against it [@rector, p. 1].
That evaluation, by three foreign experts, ranked the Laboratory among the five best of its kind in the world [@rector, p. 2].

## Conclusion

The winner of the 2018 Ferrand Medal, a corresponding member of the Academy of Language Sciences and the author of a notation used in eighteen countries, Dr. Quintal stands at the top of her field.
Her colleagues and even her competitors have said so.
She will continue to document signed languages in the United States, where the University of Harlow has offered her a position as director of its new archive, beginning in September 2023 [@harlow, p. 1].
The position is subject to the approval of this petition, and Dr. Quintal has accepted the offer in writing [@harlow, p. 1].
We therefore ask that the petition be approved.
"""

LINGUIST_PAGES = {
    "post": (
        "UNIVERSITY OF ESTEVA. Personnel Office. Certificate of service, 3 October 2022. Dr. Leonor QUINTAL, born 1980. Degree in general linguistics, University of Esteva, 2004. Doctorate, University of Esteva, 2009: A Grammar of Marisol Sign. Lecturer 2009 to 2013. Associate"
        " Professor since 2013. Founder (2012) and Head of the Sign Language Laboratory. The dissertation concerns a language which is used by approximately 40 deaf inhabitants of the village of Marisol and by their families.",
    ),
    "thesis": (
        "L. Quintal, A Grammar of Marisol Sign. Preface. No description of Marisol Sign existed when I came to the village. I stayed for fourteen months. I owe what I know of the language to two deaf sisters, Rosa and Ines Abel, who taught me. They are co-authors of the dictionary in the appendix. The errors are mine.",
        "Faculty of Letters, minutes of the examination, 12 June 2009. Candidate: L. Quintal. The five examiners voted unanimously to accept the thesis. No corrections were required. The chair notes that the last thesis accepted without corrections was that of 1998.",
    ),
    "ferrand": (
        "LINGUISTIC UNION. The Ferrand Medal. Rules. 1. The medal is awarded every three years for the description of an endangered language. 2. Nominations may be submitted by the national societies only. Individuals cannot nominate. 3. The jury has nine members from not fewer than six countries. It votes by secret ballot. 4. Nobody may receive the medal twice.",
        "Linguistic Union, announcement of 14 May 2018. The Ferrand Medal 2018 goes to Leonor Quintal (Esteva). There were 26 nominees. The decision was reached in the second ballot. From the citation: Her grammar is a model of how a language should be described together with those who use it.",
    ),
    "city": (
        "City of Esteva. Prize for Science 2019. The City honors its resident Dr. Leonor Quintal. The prize, of 5,000, is given each year to a person who lives in Esteva.",
    ),
    "academy": (
        "ACADEMY OF LANGUAGE SCIENCES. Statutes. Article 4. The Academy has full, corresponding and honorary members. A corresponding member must have made contributions of lasting importance to the study of language. Article 5. A proposal requires the signatures of three full members. Article 6. The secretary sends each proposal to two referees who are not members of the Academy. Article 7. The members"
        " vote at the annual assembly. A candidate is elected if three quarters of the votes cast are in favor. Membership cannot be acquired by payment of a fee. Elected in 2020 as corresponding member: Leonor Quintal (Esteva).",
        "Academy of Language Sciences. The Secretary, 9 November 2022. From 2010 to 2022 the Academy received 214 proposals for corresponding membership, of which 39 led to an election.",
    ),
    "journal": (
        "SIGN AND GRAMMAR. The Editor, Dr. Piers Holm. 20 October 2022. Dr. Quintal has been a reviewer for this journal since 2011 and a member of the editorial board since 2015. In these years she has written 47 reviews for us. All were on time. Her reviews are stern, but authors thank us for them.",
    ),
    "fund": (
        "NATIONAL RESEARCH FUND. Confirmation, 2 November 2022. At our request Dr. L. Quintal was a member of the Humanities Panel in the spring and autumn rounds of 2021. The panel assesses and ranks the applications. The grants are decided by the Board of the Fund. In 2021 the Board departed from the ranking once, for reasons of budget.",
    ),
    "notation": (
        "L. Quintal and I. Salda, A Machine-Readable Notation for Signed Languages. Journal of Language Documentation 8 (2014), pages 101 to 139. Abstract. We present a notation for the movements of the hands and of the face which can be read by a computer. Existing notations record the hands in detail; the face, which bears a great part of the grammar, is"
        " mostly left out. L.Q. designed the notation. I.S. wrote the software. Notation and software are published under an open license: they may be used by anyone without payment.",
    ),
    "survey": (
        "INSTITUTE FOR LANGUAGE ARCHIVES. Notation Systems in Use, 2021. Report of a survey. The Quintal notation is in use in 31 laboratories of 18 countries (31 December 2021). Of these 31 laboratories, 22 had worked with a different system before and no longer use it. The other nine were founded after 2014 and began with the Quintal notation.",
        "Remarks. Users praise the precision of the Quintal notation and its treatment of the face. Several criticize the time that it takes to learn, up to four months. For tactile signing, as used by deafblind people, it is unsuitable.",
    ),
    "aldous": (
        "UNIVERSITY OF NORTHGATE. Professor Bettina Aldous. 1 December 2022. Dr. Quintal and I apply for the same grants, and she usually gets them. I have no reason to flatter her. Her notation changed what our field can count. When it appeared we turned it down: we thought it too detailed to be practical. In 2016 we compared it with the Bremer system, which we had used for 20 years, and changed over.",
        "The comparison was simple. Two trained transcribers wrote down the same recordings, once in each system. With the Bremer system they agreed in 61 of 100 signs, with the Quintal notation in 88. We published this result in 2017.",
    ),
    "varnai": (
        "DEAF HERITAGE CENTER. Teo Varnai, Director. 24 November 2022. I am deaf, and I speak for deaf people. The dictionary that Dr. Quintal made with the Abel sisters lies in every classroom of the school of Marisol. Before 2017 deaf children there were taught only in speech, which they could not hear. In 2015 we applied to the ministry to have Marisol Sign recognized as a language of instruction. The ministry declined: there"
        " was no written description. We came back with the grammar and the dictionary. In 2017 the language was recognized. I have no doubt that it was the dictionary that made the difference.",
    ),
    "review": (
        "MERIDIAN REVIEW, 4 March 2020, pages 30 to 34. The Village That Speaks with Its Hands. By Paula Rech. Leonor Quintal does not look up when we enter, since she has not heard us; she has switched her ears off, as she says, and watches two old women argue. For ten years the linguist has come here every summer.",
        "Meridian Review. Media data 2020. Published weekly. Distribution: nationwide. Copies sold: 140,000.",
    ),
    "film": (
        "Hands of Marisol. Documentary, 74 minutes, 2019. Directed by Olof Brandt. Festivals: Leipzig 2019, Aarhus 2020. Television: negotiations are under way. In one scene the linguist Leonor Quintal explains a sign for rain.",
    ),
    "rector": (
        "UNIVERSITY OF ESTEVA. The Rector, Professor Amalia Dorn. 30 November 2022. Without Dr. Quintal there would be no Sign Language Laboratory. No other unit of the Faculty of Letters brings in as much funding from outside. In 2016 the University intended to merge the Laboratory with the Department of Romance Languages. We had it evaluated first. The evaluators advised us to leave it alone, and we dropped the plan. I am glad of it.",
        "Annex. Evaluation of the Sign Language Laboratory, November 2016. Evaluators: A. Sorel (Paris), M. Ito (Kyoto), D. Finch (Leeds). Summary: In our judgment the Laboratory is one of the five best of its kind worldwide. Its archive is exemplary. Its teaching load is too high.",
    ),
    "harlow": (
        "HARLOW UNIVERSITY. Office of the Provost. 12 December 2022. Dear Dr. Quintal, we are pleased to offer you the position of Director of the University's new Archive of Signed Languages, from 1 September 2023. The offer is conditional upon the approval of your immigrant petition. Accepted: L. Quintal, 20 December 2022.",
    ),
}

LINGUIST_ERRORS = (
    SeededError("role", "heads the Sign Language Laboratory", "teaches at the Sign Language Laboratory"),
    SeededError("event", "which she founded in 2012", "which she joined in 2012"),
    SeededError("scope", "about forty deaf villagers and their families", "most deaf people of the country"),
    SeededError("negation", "no linguist had described that language", "few linguists had described that language"),
    SeededError("subject", "was taught to sign by two deaf sisters", "taught two deaf sisters to sign"),
    SeededError("role", "as co-authors of its dictionary", "as informants of its dictionary"),
    SeededError("qualifier", "accepted the thesis unanimously", "accepted the thesis by a majority"),
    SeededError("negation", "and without corrections, a", "and with minor corrections, a"),
    SeededError("event", "received the Ferrand Medal of", "was nominated for the Ferrand Medal of"),
    SeededError("scope", "the description of endangered languages", "the description of all languages"),
    SeededError("qualifier", "a scholar can receive it only once", "a scholar can receive it repeatedly"),
    SeededError(
        "attribution", "Nominations are made by the national societies", "Nominations are made by individual linguists"
    ),
    SeededError("qualifier", "from at least six countries", "from at most six countries"),
    SeededError("qualifier", "by secret ballot", "by open ballot"),
    SeededError("event", "the jury considered twenty-six nominees", "the jury rejected twenty-six nominees"),
    SeededError("scope", "is open only to residents", "is open to all scientists"),
    SeededError("attribution", "The City of Esteva, too, honored her", "The University of Esteva, too, honored her"),
    SeededError("role", "elected her a corresponding member in 2020", "elected her a full member in 2020"),
    SeededError("modality", "corresponding members must have made", "corresponding members should have made"),
    SeededError("qualifier", "contributions of lasting importance", "contributions of exceptional importance"),
    SeededError("role", "are proposed by three full members", "are proposed by three honorary members"),
    SeededError("scope", "is sent to two outside referees", "is sent to two internal referees"),
    SeededError("order", "before the members vote on it", "after the members vote on it"),
    SeededError("direction", "Fewer than one proposal in five", "More than one proposal in five"),
    SeededError("event", "joined its editorial board in 2015", "chaired its editorial board in 2015"),
    SeededError("attribution", "According to its editor, she", "According to its publisher, she"),
    SeededError("negation", "has never missed a deadline", "has rarely missed a deadline"),
    SeededError("event", "completed forty-seven reviews", "been invited to forty-seven reviews"),
    SeededError("event", "which she did for two rounds", "which she declined for two rounds"),
    SeededError("attribution", "were decided by the board of the Fund", "were decided by the panel itself"),
    SeededError("qualifier", "followed the ranking in all but one case", "followed the ranking in every case"),
    SeededError("negation", "largely ignored the face, although", "also recorded the face, since"),
    SeededError("attribution", "who wrote its software", "who financed its software"),
    SeededError("subject", "She devised the notation with the programmer", "She tested the notation of the programmer"),
    SeededError("qualifier", "use it free of charge", "use it for a fee"),
    SeededError(
        "event", "it had been adopted by thirty-one laboratories", "it had been offered to thirty-one laboratories"
    ),
    SeededError("qualifier", "found that most of these laboratories", "found that all of these laboratories"),
    SeededError("direction", "and had given it up", "and had returned to it"),
    SeededError("direction", "the notation is slow to learn", "the notation is quick to learn"),
    SeededError("negation", "it is not suited to tactile signing", "it is well suited to tactile signing"),
    SeededError(
        "role", "who competes with Dr. Quintal for the same grants", "who works with Dr. Quintal on the same grants"
    ),
    SeededError("event", "had at first rejected the notation", "had at first adopted the notation"),
    SeededError("cause", "as too detailed and", "as too expensive and"),
    SeededError(
        "direction",
        "far more often with the new notation than with the old one",
        "far more often with the old notation than with the new one",
    ),
    SeededError("role", "directs the Deaf Heritage Center", "founded the Deaf Heritage Center"),
    SeededError("scope", "is used in the village school", "is used in all schools"),
    SeededError("event", "the ministry had initially refused", "the ministry had initially agreed"),
    SeededError("cause", "because no written description was available", "because no teachers were available"),
    SeededError("qualifier", "The weekly Meridian Review printed", "The monthly Meridian Review printed"),
    SeededError("subject", "an article about Dr. Quintal and her work", "an article by Dr. Quintal on her work"),
    SeededError("scope", "is sold throughout the country", "is sold throughout the continent"),
    SeededError("negation", "but has not been broadcast", "and has been broadcast"),
    SeededError("qualifier", "more outside funding than any other unit", "more outside funding than most other units"),
    SeededError("event", "abandoned the plan after", "carried out the plan after"),
    SeededError("attribution", "by three foreign experts", "by three members of the faculty"),
    SeededError("qualifier", "ranked the Laboratory among the five best", "ranked the Laboratory as the best"),
    SeededError("consistency", "The winner of the 2018 Ferrand Medal", "The winner of the 2015 Ferrand Medal"),
    SeededError(
        "consistency",
        "a corresponding member of the Academy of Language Sciences and",
        "an honorary member of the Academy of Language Sciences and",
    ),
    SeededError("role", "as director of its new archive", "as curator of its new archive"),
    SeededError(
        "modality",
        "The position is subject to the approval of this petition",
        "The position does not depend on the approval of this petition",
    ),
)
