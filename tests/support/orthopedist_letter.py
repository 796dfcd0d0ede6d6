"""A letter of an inventor of orthopaedic devices with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Marek Solano"

LETTER = """\
Mr. Marek Solano designs implants for the hip and the knee. Born on July 9, 1979, he took a master's degree in mechanical engineering at the Technical University of Brenn in 2004 and a doctorate there in 2008 [@cv, p. 1]. He joined Ostera Medical in October 2008 as a design engineer, became head of its hip group six years later, and has been its chief inventor since April 2018 [@cv, p. 1]. He leads 31 engineers at two sites [@cv, p. 1]. He is named on 27 granted patents, 19 of them in the United States [@cv, p. 1; @patents, p. 1].

His best known patent, No. 9,214,607, on a porous acetabular cup, was filed on May 14, 2012, and granted three and a half years later [@patents, p. 1]. It has been cited by 146 later patents, more than any other of the five in the list [@patents, p. 1]. The patent on the modular stem has 88 citations and the one on the locking screw 41 [@patents, p. 1]. Four companies hold licenses under the cup patent; the first, Hallgren, signed in March 2016 and pays 3.5 percent of net sales [@patents, p. 2]. Royalties from the four came to $6.2 million by the end of 2022, of which $2.9 million were paid by Hallgren [@patents, p. 2].

The Meridian cup, which embodies the patent, was first implanted on September 3, 2014, at the Hospital of Saint Anne in Lorne [@registry, p. 1]. By the end of 2022 it had been implanted in 118,400 patients in 34 countries [@registry, p. 1]. In the National Joint Registry the cup had a revision rate of 2.1 percent at five years and 3.4 percent at seven, against 3.9 and 5.6 percent for all uncemented cups [@registry, p. 2]. Of the eight cups with more than 5,000 cases in the table it has the lowest rate at seven years [@registry, p. 2]. The Tarn cup, which stands second, needed a revision in 4.2 percent of cases within seven years [@registry, p. 2]. Loosening accounted for 22 percent of the revisions of the Meridian cup, and infection for 31 percent [@registry, p. 2].

A randomized trial at eleven hospitals compared the cup with the Corvo cup in 642 patients [@trial, p. 1]. After two years the Meridian group reached a mean Harris score of 91.4 points, the control group 87.2, a difference of 4.2 points [@trial, p. 1]. Patients of the first group left the hospital after 3.1 days on average and those of the second after 4.6 [@trial, p. 1]. Seven cups in the Meridian group and 19 in the other had to be revised, so that the risk was cut by more than half [@trial, p. 1]. The trial was planned for 700 patients and ended in June 2019, eight months early [@trial, p. 2].

Ostera's sales of hip implants grew from $84 million in 2015 to $231 million in 2022 [@accounts, p. 1]. The Meridian line alone brought in $142 million in 2022, or 61 percent of the hip business [@accounts, p. 1]. In 2018 it had brought in $57 million [@accounts, p. 1]. Knee implants, by contrast, stood still at about $96 million in 2022 [@accounts, p. 1]. The company spent 11.5 percent of its revenue on research in 2022, up from 8.2 percent in 2018 [@accounts, p. 2]. It employs 1,940 people, of whom 260 work in research [@accounts, p. 2].

In November 2019 Mr. Solano received the Calloway Medal of the International Society of Joint Surgery, which has been awarded every three years since 1983 and comes with 40,000 euros [@medal, p. 1]. He was chosen from 52 nominees by a jury of nine, seven of whom voted for him [@medal, p. 1]. He is the 13th recipient and only the second engineer among them [@medal, p. 1]. At forty he was also the youngest person to receive it [@medal, p. 1]. The Society has 8,600 members in 71 countries [@medal, p. 1].

His 38 articles have been cited 2,914 times, and his h-index is 24 [@citations, p. 1]. The article of 2013 on bone ingrowth leads with 412 citations, followed by the one of 2016 on wear with 305 [@citations, p. 1]. In 2022 alone he was cited 486 times, a fifth more than in 2021 [@citations, p. 1]. Fourteen of the articles appeared in the Journal of Implant Science, which ranks third of 83 journals in orthopaedics with an impact factor of 5.7 [@citations, p. 2].

He has reviewed 64 manuscripts for six journals since 2014, 29 of them for the Journal of Implant Science [@reviews, p. 1]. On average he returned a review within 12 days, while other reviewers took 21 [@reviews, p. 1]. He also sat on the committee of the Brenn Prize in 2020, 2021 and 2022 and judged 117 entries in these three years [@reviews, p. 2]. In 2022 the committee gave the prize to one of 44 entries [@reviews, p. 2].

Dr. Ingrid Thoresen, who has operated on hips for 26 years, writes that she has implanted some 900 Meridian cups since 2015 and had to revise only eleven of them [@thoresen, p. 1]. Before that she revised about one cup in twenty-five within five years [@thoresen, p. 1]. The operation takes her 55 minutes today, a quarter of an hour less than with the cup that she used earlier [@thoresen, p. 1]. She estimates that three surgeons in four in her country use the cup [@thoresen, p. 1].

The Lorne Courier, which sells 187,000 copies a day, portrayed him on two pages on February 11, 2020 [@press, p. 1]. Its journalist counted fourteen prototypes on his desk and reported that the first cup had cost him four years and 212 drawings [@press, p. 1].

Ostera pays Mr. Solano a base salary of $268,000 a year and paid a bonus of $61,000 for 2022 [@pay, p. 1]. His salary exceeds the median of $148,500 for biomedical engineers in managing positions by over eighty percent, and only one in ten of them earns more than $246,000 [@pay, p. 1; @survey, p. 1]. The survey rests on 1,320 answers from 212 companies [@survey, p. 1].
"""

PAGES = {
    "cv": (
        "MAREK SOLANO\nBorn 9 July 1979 in Calder\nEducation\n2004 M.Sc., Mechanical Engineering, Technical University of Brenn\n2008 Dr.-Ing., same university\nEmployment (Ostera Medical)\n10/2008 - 09/2014 Design engineer, hip\n10/2014 - 03/2018 Head of the hip group (12 engineers)\n04/2018 - present Chief inventor; 31 engineers at two sites (Lorne 22, Brenn 9)\nPatents granted 27. Applications pending 8. Articles 38. Book chapters 5.",
    ),
    "patents": (
        "United States patents of M. Solano: 19 granted. The five most cited\nPatent No.\tSubject\tFiled\tGranted\tCited by\n9,214,607\tPorous acetabular cup\t05/14/2012\t11/17/2015\t146\n9,402,118\tModular stem\t02/20/2013\t08/02/2016\t88\n9,771,350\tTrial head\t09/30/2014\t09/26/2017\t63\n10,064,552\tLocking screw\t01/12/2016\t09/04/2018\t41\n10,588,913\tInserter handle\t03/08/2017\t03/17/2020\t19",
        "Ostera Medical, Office of Licensing. Licenses under US 9,214,607: Hallgren (March 2016, 3.5 percent of net sales), Corvo (June 2017, 4 percent), Tessaly (January 2019, 4 percent) and Nordhip (May 2021, 4.5 percent). Royalties received to 31 December 2022: $6.2 million in all, Hallgren $2.9 million, Corvo $1.8 million, Tessaly $1.1 million, Nordhip $0.4 million.",
    ),
    "registry": (
        "Ostera Medical, Clinical Affairs. The Meridian cup: summary of use. First implantation: 3 September 2014, Hospital of Saint Anne, Lorne (Dr. Thoresen assisting). First implantation outside Europe: 12 February 2016. To 31 December 2022: 118,400 patients, 34 countries, 1,260 hospitals. Implantations in 2022: 24,900 (2021: 21,700).",
        "National Joint Registry, report 2022. Uncemented cups with more than 5,000 cases\nCup\tCases\tRevised at 5 years\tRevised at 7 years\nMeridian\t18,230\t2.1 %\t3.4 %\nTarn\t22,410\t2.8 %\t4.2 %\nOrbis II\t9,870\t3.3 %\t4.9 %\nCorvo\t31,560\t3.6 %\t5.1 %\nHallgren P\t14,020\t3.8 %\t5.5 %\nVenta\t6,340\t4.4 %\t6.3 %\nApex\t8,150\t4.7 %\t6.8 %\nLumina\t5,470\t5.2 %\t7.7 %\nAll uncemented cups\t131,200\t3.9 %\t5.6 %\nReasons for revision, Meridian: infection 31 %, dislocation 27 %, loosening 22 %, fracture 12 %, other 8 %",
    ),
    "trial": (
        "Journal of Implant Science 2020; 31: 411-420. A randomized comparison of two porous cups. Methods: at eleven hospitals 642 patients were assigned to the Meridian cup (n = 322) or the Corvo cup (n = 320).\nResults at two years\tMeridian\tCorvo\nHarris score, mean\t91.4\t87.2\nHospital stay, days\t3.1\t4.6\nRevisions\t7\t19\nDeep infections\t3\t4\nPatients lost\t14\t17",
        "Protocol. Planned number of patients: 700. Planned end: February 2020. The board stopped the trial in June 2019 because the boundary had been crossed. Funding: 1.9 million euros.",
    ),
    "accounts": (
        "OSTERA MEDICAL, annual report 2022. Sales by product line (million US$)\nLine\t2015\t2018\t2020\t2022\nMeridian\t9\t57\t98\t142\nOther hip\t75\t79\t81\t89\nHip, total\t84\t136\t179\t231\nKnee\t88\t95\t93\t96\nInstruments\t21\t26\t28\t34\nTotal\t193\t257\t300\t361",
        "Research and development: 2018 8.2 percent of revenue, 2020 9.9 percent, 2022 11.5 percent. Employees at the end of 2022: 1,940, of whom research 260, production 1,120, sales 410. In 2018 the company had 1,370 employees.",
    ),
    "medal": (
        "International Society of Joint Surgery. Press release, 4 November 2019. The Calloway Medal 2019 goes to Marek Solano of Ostera Medical. The medal has been given every three years since 1983 and is endowed with EUR 40,000. Mr. Solano is the thirteenth recipient, the second engineer and, at forty, the youngest person ever to receive it. A jury of nine, chaired by Paula Denning, chose him by seven votes to two from 52 nominees; 15 reached the second round. The Society, founded in 1961, has 8,600 members in 71 countries.",
    ),
    "citations": (
        "Scholar profile: Marek Solano, Ostera Medical. 38 articles\n  All  Since 2018\nCitations  2,914  1,986\nh-index  24  19\ni10-index  33  28\nTitle  Year  Cited by\nBone ingrowth into graded titanium foam  2013  412\nWear of cross-linked liners after ten years  2016  305\nA screw that does not loosen  2018  198\nImpaction forces in the operating room  2011  154\nCitations by year: 2019 318; 2020 357; 2021 405; 2022 486",
        "Journal metrics 2022, Orthopaedics (83 journals)\nRank  Journal  Impact factor  Articles by M. Solano\n1  Bone & Joint Quarterly  7.9  2\n2  Arthroplasty Today  6.4  6\n3  Journal of Implant Science  5.7  14\n11  Engineering in Surgery  3.8  9",
    ),
    "reviews": (
        "Journal of Implant Science, editorial office, 9 January 2023. Mr. Solano has reviewed for us since 2014: 29 manuscripts, accepted 8, returned 15, rejected 6. Time for a review: 12 days on average; all reviewers 21 days. According to his reviewer record he has written 64 reviews since 2014 for six journals.",
        "Brenn Prize for Engineering in Medicine. Committee member: M. Solano (2020, 2021, 2022). Entries: 2020 35, 2021 38, 2022 44. One prize a year of 25,000 francs.",
    ),
    "thoresen": (
        "Hospital of Saint Anne, Lorne. 20 January 2023. I have been an orthopaedic surgeon for 26 years and perform about 280 hip replacements a year. Since 2015 I have implanted about 900 Meridian cups; eleven of them had to be revised. With the cups that I used before, four patients in a hundred came back within five years. An operation used to last seventy minutes; now it lasts 55. In my country three quarters of all surgeons work with the cup, and in the neighboring countries perhaps half. Dr. Ingrid Thoresen, Head of Department since 2011",
    ),
    "press": (
        "LORNE COURIER, 11 February 2020, pages 14 and 15. The man who listens to bones. By Anselm Rue. On the desk of Marek Solano stand fourteen prototypes of a hip cup. Four years and 212 drawings went into the first, he says, and nine months into the last. He rides eleven kilometers to work. Imprint: daily circulation 187,000 copies; on Saturdays 243,000.",
    ),
    "pay": (
        "OSTERA MEDICAL, Human Resources, 16 January 2023. Mr. Solano is employed full-time at an annual base salary of $268,000. Bonus for 2022: $61,000; for 2021: $48,000. Average base salary of our engineers: $119,000.",
    ),
    "survey": (
        "Guild of Biomedical Engineers, salary survey 2022 (1,320 answers, 212 companies)\nPosition\t25th percentile\tMedian\t90th percentile\nEngineer\t81,000\t97,400\t139,000\nSenior engineer\t102,300\t121,800\t176,500\nManaging position\t124,700\t148,500\t246,000",
    ),
}

ERRORS = (
    ("Born on July 9, 1979", "Born on July 9, 1976"),
    ("University of Brenn in 2004", "University of Brenn in 2008"),
    ("a doctorate there in 2008", "a doctorate there in 2004"),
    ("joined Ostera Medical in October 2008", "joined Ostera Medical in October 2014"),
    ("hip group six years later", "hip group four years later"),
    ("chief inventor since April 2018", "chief inventor since October 2014"),
    ("leads 31 engineers", "leads 22 engineers"),
    ("leads 31 engineers at two", "leads 31 engineers at three"),
    ("on 27 granted patents", "on 38 granted patents"),
    ("19 of them in the United States", "27 of them in the United States"),
    ("No. 9,214,607, on", "No. 9,402,118, on"),
    ("filed on May 14, 2012", "filed on February 20, 2013"),
    ("granted three and a half years later", "granted two and a half years later"),
    ("cited by 146 later", "cited by 164 later"),
    ("cited by 146 later patents, more", "cited by 88 later patents, more"),
    ("other of the five in the list", "other of the six in the list"),
    ("stem has 88 citations", "stem has 63 citations"),
    ("locking screw 41 [", "locking screw 19 ["),
    ("Four companies hold", "Five companies hold"),
    ("signed in March 2016", "signed in June 2017"),
    ("pays 3.5 percent of", "pays 4.5 percent of"),
    ("came to $6.2 million", "came to $2.6 million"),
    ("of which $2.9 million were", "of which $1.8 million were"),
    ("by the end of 2022, of which", "by the end of 2021, of which"),
    ("on September 3, 2014", "on March 9, 2014"),
    ("on September 3, 2014, at", "on February 12, 2016, at"),
    ("implanted in 118,400 patients", "implanted in 181,400 patients"),
    ("implanted in 118,400 patients in", "implanted in 24,900 patients in"),
    ("patients in 34 countries", "patients in 43 countries"),
    ("rate of 2.1 percent", "rate of 2.8 percent"),
    ("and 3.4 percent at seven", "and 4.2 percent at seven"),
    ("against 3.9 and 5.6 percent", "against 3.6 and 5.1 percent"),
    ("Of the eight cups", "Of the nine cups"),
    ("with more than 5,000 cases", "with more than 15,000 cases"),
    ("has the lowest rate at seven", "has the second lowest rate at seven"),
    ("revision in 4.2 percent", "revision in 2.8 percent"),
    ("Loosening accounted for 22 percent", "Loosening accounted for 12 percent"),
    ("infection for 31 percent", "infection for 27 percent"),
    ("trial at eleven hospitals", "trial at twelve hospitals"),
    ("cup in 642 patients", "cup in 322 patients"),
    ("score of 91.4 points", "score of 94.1 points"),
    ("score of 91.4 points, the control group 87.2", "score of 87.2 points, the control group 91.4"),
    ("a difference of 4.2 points", "a difference of 5.2 points"),
    ("after 3.1 days on average", "after 4.6 days on average"),
    ("after 3.1 days on average", "after 3.1 weeks on average"),
    ("Seven cups in the", "Three cups in the"),
    ("and 19 in the other", "and 14 in the other"),
    ("cut by more than half", "cut by more than three quarters"),
    ("planned for 700 patients", "planned for 642 patients"),
    ("ended in June 2019", "ended in February 2020"),
    ("eight months early", "eighteen months early"),
    ("from $84 million in 2015", "from $75 million in 2015"),
    ("to $231 million in 2022", "to $179 million in 2022"),
    ("to $231 million in 2022", "to $231 million in 2020"),
    ("brought in $142 million in 2022", "brought in $98 million in 2022"),
    ("or 61 percent of the", "or 71 percent of the"),
    ("In 2018 it had brought in", "In 2020 it had brought in"),
    ("brought in $57 million", "brought in $79 million"),
    ("about $96 million in 2022", "about $69 million in 2022"),
    ("spent 11.5 percent of its", "spent 9.9 percent of its"),
    ("up from 8.2 percent in 2018", "up from 9.9 percent in 2018"),
    ("employs 1,940 people", "employs 1,370 people"),
    ("of whom 260 work", "of whom 410 work"),
    ("In November 2019 Mr. Solano", "In November 2022 Mr. Solano"),
    ("every three years since 1983", "every two years since 1983"),
    ("every three years since 1983", "every three years since 1961"),
    ("with 40,000 euros", "with 40,000 dollars"),
    ("from 52 nominees", "from 25 nominees"),
    ("from 52 nominees by", "from 15 nominees by"),
    ("jury of nine, seven", "jury of eleven, seven"),
    ("nine, seven of whom voted", "nine, all of whom voted"),
    ("the 13th recipient", "the 15th recipient"),
    ("only the second engineer", "the first engineer"),
    ("At forty he was", "At thirty-eight he was"),
    ("8,600 members in", "6,800 members in"),
    ("members in 71 countries", "members in 52 countries"),
    ("cited 2,914 times", "cited 1,986 times"),
    ("h-index is 24", "h-index is 19"),
    ("His 38 articles", "His 33 articles"),
    ("leads with 412 citations", "leads with 421 citations"),
    ("article of 2013 on bone", "article of 2011 on bone"),
    ("on wear with 305", "on wear with 198"),
    ("cited 486 times", "cited 405 times"),
    ("a fifth more than in 2021", "a third more than in 2021"),
    ("Fourteen of the articles", "Nine of the articles"),
    ("ranks third of 83", "ranks second of 83"),
    ("third of 83 journals", "third of 38 journals"),
    ("impact factor of 5.7", "impact factor of 6.4"),
    ("reviewed 64 manuscripts", "reviewed 46 manuscripts"),
    ("for six journals since", "for eight journals since"),
    ("journals since 2014, 29", "journals since 2011, 29"),
    ("29 of them for", "15 of them for"),
    ("within 12 days", "within 21 days"),
    ("reviewers took 21 [", "reviewers took 31 ["),
    ("judged 117 entries", "judged 171 entries"),
    ("in 2020, 2021 and 2022 and judged", "in 2019, 2020 and 2021 and judged"),
    ("one of 44 entries", "one of 38 entries"),
    ("hips for 26 years", "hips for 11 years"),
    ("some 900 Meridian cups", "some 9,000 Meridian cups"),
    ("some 900 Meridian cups", "some 280 Meridian cups"),
    ("cups since 2015 and", "cups since 2011 and"),
    ("only eleven of them", "only four of them"),
    ("one cup in twenty-five", "one cup in five"),
    ("takes her 55 minutes", "takes her 70 minutes"),
    ("a quarter of an hour less", "half an hour less"),
    ("three surgeons in four", "one surgeon in four"),
    ("sells 187,000 copies", "sells 243,000 copies"),
    ("187,000 copies a day", "187,000 copies a week"),
    ("on two pages on", "on four pages on"),
    ("on February 11, 2020", "on November 2, 2020"),
    ("counted fourteen prototypes", "counted forty prototypes"),
    ("him four years and", "him nine years and"),
    ("and 212 drawings", "and 221 drawings"),
    ("salary of $268,000 a year", "salary of $286,000 a year"),
    ("salary of $268,000 a year", "salary of $268,000 a month"),
    ("bonus of $61,000", "bonus of $48,000"),
    ("median of $148,500", "median of $121,800"),
    ("by over eighty percent", "by over ninety percent"),
    ("only one in ten of them", "only one in twenty of them"),
    ("more than $246,000", "more than $176,500"),
    ("on 1,320 answers", "on 1,230 answers"),
    ("from 212 companies", "from 122 companies"),
)
