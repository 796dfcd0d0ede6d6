"""A surgeon's letter with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Leila Haddad"

LETTER = """\
Dr. Leila Haddad, born on March 22, 1977, has directed the liver transplantation program of the Kestrel Clinic since September 2017 [@cv, p. 1]. Before that she was an attending surgeon at the Morwen Medical Center for five years, and she had trained for two years as a fellow at the University of Morwen [@cv, p. 1]. Her residency at St. Brannoc Hospital lasted seven years, from July 2003 to June 2010 [@cv, p. 1].

Under her direction the number of liver transplantations at Kestrel rose from roughly thirty a year to 118 in 2022, nearly a fourfold increase [@hollmann, p. 1; @registry, p. 1]. In 2020 the clinic had performed 87, and in 2021 it passed the mark of one hundred with 101 [@registry, p. 1]. Over these three years that makes 306 operations [@registry, p. 1]. At 95.5 percent, one-year survival at Kestrel was the highest of the four centers in the table and 3.8 percentage points above the national figure of 91.7 percent [@registry, p. 1]. Only Morwen, with 151, carried out more transplantations in 2022 [@registry, p. 1]. Kestrel thus accounted for about 3.3 percent of the 3,561 transplantations of the country's 48 centers [@registry, p. 1].

Professor Dieter Hollmann, who has known Dr. Haddad since the autumn of 2013, explains that her technique of split-graft reperfusion brought warm ischemia down from 41 minutes to 17 [@hollmann, p. 1]. That is a reduction of 24 minutes, or more than half [@hollmann, p. 1]. Twenty-three centers in nine countries have taken it over [@hollmann, p. 2]. His own department introduced it in January 2019 and had treated 64 patients with it by the date of his letter, February 6, 2023; only three of them had to be operated on a second time, that is, fewer than 5 percent [@hollmann, p. 2].

On May 14, 2023, the Corran Herald devoted its front page to an operation that Dr. Haddad led, which lasted eleven and a half hours and occupied a team of fourteen [@herald, p. 1]. The patient, a girl of six who weighed 19 kilograms, left the hospital 23 days later [@herald, p. 1]. The newspaper sells 318,400 printed copies on average and has 1.12 million digital subscribers [@herald, p. 2]. It is the third largest daily of the state by print circulation [@herald, p. 2].

In 2021 Dr. Haddad received the Aurelio Prize, worth 120,000 Swiss francs, which is given only once every three years and only to surgeons younger than fifty [@prize, p. 1; @prize, p. 2]. She was 44 years old at the time of the ceremony on June 18, 2021 [@cv, p. 1; @prize, p. 2]. Of 74 nominations, 41 were admitted and six reached the short list [@prize, p. 2]. Eight of the nine jurors voted for her, two more than the two-thirds majority of six that the rules require [@prize, p. 1; @prize, p. 2]. She is the twelfth laureate since 1988 and the second woman, after Elin Sand in 2009 [@prize, p. 2].

The American College of Hepatic Surgeons elected her a fellow on November 7, 2020 [@college, p. 2]. Its bylaws require at least ten years of practice and no fewer than 25 peer-reviewed articles, and they limit the fellows to 5 percent of the members [@college, p. 1]. At the end of 2020 there were 219 fellows among 4,860 members, about 4.5 percent [@college, p. 2]. Thirteen of 88 candidates were successful in that year, fewer than one in six [@college, p. 2]. A candidate needs 12 of the 15 votes of the council [@college, p. 1].

As of February 10, 2023, her publications had been cited 5,384 times, and 3,902 of these citations, or 72 percent, date from 2018 or later [@citations, p. 1]. Her h-index is 36 [@citations, p. 1]. The article on split-graft reperfusion, published in 2016 in the Annals of Transplantation, has 742 citations; "Warm Ischemia Revisited" of 2014 has 518, and the score for early graft loss of 2019 has 403 [@citations, p. 1]. These three articles together account for 1,663 citations [@citations, p. 1]. The Annals rank 4th of 213 journals of surgery, with an impact factor of 9.8, and the Journal of Clinical Transplantation, which printed the score, ranks 2nd with 14.1 [@citations, p. 2].

Between March 2015 and December 2022 she reviewed 57 manuscripts for the Annals, 35 of them since 2019, and took 11 days for a review on average, less than half of the 26 days that other reviewers needed [@editor, p. 1]. The National Institute of Organ Research awarded her $2,485,000 for five years beginning on September 1, 2019; 28 of 312 applications, about 9 percent, were funded in that round [@grant, p. 1]. Direct costs make up $1,640,000 of the sum, almost two thirds [@grant, p. 1].

One hundred and twenty-eight surgeons have attended the four courses that she held between 2018 and 2022, the largest of which took place in São Paulo with 45 participants [@courses, p. 1]. For the course in Seoul in 2019 there were 31 [@courses, p. 1].

Her contract of 2022 provides for a base salary of $735,000 a year and a single signing bonus of $60,000 [@contract, p. 1]. The 90th percentile of transplant surgeons in the region is $689,500, and the median is $498,000 [@survey, p. 1]. She therefore earns $45,500 more than the former and almost one and a half times the latter [@contract, p. 1; @survey, p. 1]. The survey of 2022 rests on the answers of 236 surgeons [@survey, p. 1]. The contract runs for five years from September 1, 2022, and may be ended with 180 days' notice [@contract, p. 1].
"""

PAGES = {
    "cv": (
        "LEILA HADDAD, M.D.\nBorn 03/22/1977, Sidon\n\nAppointments\n07/2003 - 06/2010  Resident in general surgery, St. Brannoc Hospital\n07/2010 - 06/2012  Fellow in transplant surgery, University of Morwen\n09/2012 - 08/2017  Attending surgeon, Morwen Medical Center\n09/2017 - present  Chief of liver transplantation, Kestrel Clinic",
    ),
    "hollmann": (
        "University of Aldernau, Department of Surgery\nFebruary 6, 2023\nTo whom it may concern:\nI have chaired this department for sixteen years. I first met Dr. Haddad in the autumn of 2013 at a congress in Geneva. When she came to Kestrel its program did some thirty liver transplantations a year; it is now among the busiest of her country. The reason is her method of reperfusing split grafts. In her series the time of warm ischemia fell from 41 to 17 minutes.",
        "I am aware of 23 centers, spread over nine countries, that work by her method. We began in January 2019. To date we have treated sixty-four patients in this way, and three of them needed a second operation. Before, it had been one patient in eight.\nProf. Dr. Dieter Hollmann",
    ),
    "registry": (
        "National Transplant Registry, Annual Data Report 2022\nLiver transplantations in adults, by center\nCenter  2020  2021  2022  One-year survival 2022\nKestrel Clinic  87  101  118  95.5 %\nMorwen Medical Center  142  139  151  91.2 %\nSt. Brannoc Hospital  63  70  66  92.8 %\nUniversity of Tarrow  110  97  104  90.4 %\nAll centers (48)  3,215  3,402  3,561  91.7 %",
    ),
    "herald": (
        "THE CORRAN HERALD\nSunday, May 14, 2023, page A1\nA Night in Theater Four\nBy Nell Brady\nIt was ten past four in the morning when Dr. Leila Haddad put down the last clamp. Her team of 14 had been at work for eleven and a half hours. The patient was a girl of 6 from Tarrow, 19 kilograms in weight. She went home after twenty-three days.",
        "State Press Bureau, print circulation for the six months ended March 31, 2023\n1  Tarrow Morning Post  502,700\n2  The State Ledger  377,900\n3  The Corran Herald  318,400\n4  Bay Chronicle  240,150\nDigital subscribers: The Corran Herald 1.12 million; Bay Chronicle 0.61 million.",
    ),
    "prize": (
        "Regulations of the Aurelio Prize\nArt. 2. The Prize is awarded every three years. It consists of a medal and CHF 120,000.\nArt. 3. A nominee must not have completed the fiftieth year of age.\nArt. 6. The jury has nine members, from no fewer than six countries. A decision needs two thirds of the votes.",
        "Report of the jury, Lausanne, 18 June 2021\nNominations received by 30 November 2020: 74. Found admissible: 41. Shortlisted: 6.\nThe prize was conferred today on Dr. Leila Haddad, by eight votes to one.\nRoll of laureates (since 1988): 2009 Elin Sand (8th), 2012 Ravi Menon (9th), 2015 Mark Farrow (10th), 2018 Kenji Ueda (11th), 2021 Leila Haddad (12th). Women: Sand, Haddad.",
    ),
    "college": (
        "AMERICAN COLLEGE OF HEPATIC SURGEONS\nBylaws, as amended October 6, 2016\n4.2 A Fellow shall have been in practice for ten years or longer and be the author of not less than 25 peer-reviewed articles.\n4.3 The Fellows shall not exceed five percent of the membership.\n4.5 Fellows are elected by the Council, which has fifteen members. Twelve affirmative votes are required.",
        "Report on membership, December 31, 2020\nMembers 4,860; Fellows 219; Candidates for fellowship in 2020: 88; elected: 13.\nElected on November 7, 2020, among others: Haddad, Leila (Kestrel).",
    ),
    "citations": (
        "Scholar profile of L. Haddad, retrieved 02/10/2023\n  All  Since 2018\nCitations  5,384  3,902\nh-index  36  29\ni10-index  61  52\nTitle  Journal  Year  Cited by\nSplit-Graft Reperfusion in Adult Recipients  Annals of Transplantation  2016  742\nWarm Ischemia Revisited  World Journal of Hepatic Surgery  2014  518\nA Score for Early Graft Loss  Journal of Clinical Transplantation  2019  403",
        "Journal metrics 2022, category Surgery (213 journals)\nRank  Journal  Impact factor\n1  Surgical Frontiers  15.6\n2  Journal of Clinical Transplantation  14.1\n4  Annals of Transplantation  9.8\n17  World Journal of Hepatic Surgery  6.3",
    ),
    "editor": (
        "Annals of Transplantation, Editorial Office\nThis is to certify that Dr. L. Haddad has reviewed for us since March 2015. To December 2022 she completed 57 reviews: 22 in the years 2015 to 2018 and 35 in 2019 to 2022. Her mean time was 11 days; that of all other reviewers was 26 days.",
    ),
    "grant": (
        "National Institute of Organ Research. Notice of Award OR-4471\nPrincipal investigator: Leila Haddad\nProject period: 09/01/2019 - 08/31/2024\nTotal: $2,485,000\nof which direct costs: $1,640,000\nof which indirect costs: $845,000\nRound 2019-1: 312 applications, 28 awards.",
    ),
    "courses": (
        "Courses in split-graft reperfusion (L. Haddad), participants\nPorto 2018  24\nSeoul 2019  31\nMorwen 2021  28\nSão Paulo 2022  45",
    ),
    "contract": (
        "EMPLOYMENT AGREEMENT between Kestrel Clinic and Leila Haddad\n3. Base salary: Seven hundred thirty-five thousand dollars ($735,000) per annum, in 26 installments. 4. A signing bonus of $60,000 is paid once.\n9. Term: five years as of September 1, 2022. 10. Either party may terminate on one hundred eighty (180) days' notice.",
    ),
    "survey": (
        "Physician Compensation Survey 2022, transplant surgery, western region (n = 236)\n25th percentile  $412,000\nMedian  $498,000\n75th percentile  $587,000\n90th percentile  $689,500",
    ),
}

ERRORS = (
    ("born on March 22, 1977", "born on March 22, 1979"),
    ("born on March 22, 1977", "born on May 22, 1977"),
    ("Kestrel Clinic since September 2017", "Kestrel Clinic since September 2012"),
    ("Kestrel Clinic since September 2017", "Kestrel Clinic since August 2017"),
    ("for five years, and she had", "for seven years, and she had"),
    ("for two years as a fellow", "for three years as a fellow"),
    ("lasted seven years, from July 2003", "lasted six years, from July 2003"),
    ("from July 2003 to June 2010", "from July 2003 to June 2012"),
    ("from July 2003 to June 2010", "from June 2003 to July 2010"),
    ("to 118 in 2022, nearly", "to 151 in 2022, nearly"),
    ("to 118 in 2022, nearly a fourfold", "to 118 in 2022, nearly a fivefold"),
    ("to 118 in 2022, nearly", "to 118 in 2021, nearly"),
    ("roughly thirty a year to", "roughly thirteen a year to"),
    ("had performed 87, and in 2021", "had performed 78, and in 2021"),
    ("In 2020 the clinic had performed 87", "In 2019 the clinic had performed 87"),
    ("one hundred with 101", "one hundred with 110"),
    ("that makes 306 operations", "that makes 360 operations"),
    ("Over these three years that makes 306", "Over these two years that makes 306"),
    ("At 95.5 percent, one-year", "At 92.8 percent, one-year"),
    ("At 95.5 percent, one-year survival", "At 95.5 percent, five-year survival"),
    ("3.8 percentage points above", "8.3 percentage points above"),
    ("3.8 percentage points above", "3.8 percent above"),
    ("highest of the four centers", "highest of the 48 centers"),
    ("highest of the four centers", "second highest of the four centers"),
    ("figure of 91.7 percent", "figure of 91.2 percent"),
    ("Only Morwen, with 151,", "Only Morwen, with 142,"),
    ("about 3.3 percent of the 3,561", "about 33 percent of the 3,561"),
    ("3.3 percent of the 3,561", "3.3 percent of the 3,402"),
    ("country's 48 centers", "country's 84 centers"),
    ("since the autumn of 2013", "since the autumn of 2003"),
    ("since the autumn of 2013", "since the spring of 2013"),
    ("from 41 minutes to 17", "from 41 minutes to 7"),
    ("from 41 minutes to 17", "from 41 hours to 17"),
    ("from 41 minutes to 17", "from 17 minutes to 41"),
    ("reduction of 24 minutes, or more than half", "reduction of 34 minutes, or more than half"),
    ("24 minutes, or more than half", "24 minutes, or more than two thirds"),
    ("Twenty-three centers in nine", "Twenty-three centers in nineteen"),
    ("Twenty-three centers in nine", "Nine centers in twenty-three"),
    ("Twenty-three centers in nine", "More than twenty-three centers in nine"),
    ("introduced it in January 2019", "introduced it in January 2020"),
    ("had treated 64 patients", "had treated 46 patients"),
    ("letter, February 6, 2023; only", "letter, June 2, 2023; only"),
    ("only three of them had to", "only one of them had to"),
    ("fewer than 5 percent [@hollmann", "fewer than 3 percent [@hollmann"),
    ("On May 14, 2023, the", "On March 14, 2023, the"),
    ("lasted eleven and a half hours", "lasted twelve and a half hours"),
    ("a team of fourteen", "a team of forty"),
    ("a girl of six who", "a girl of nine who"),
    ("weighed 19 kilograms", "weighed 19 pounds"),
    ("the hospital 23 days later", "the hospital 32 days later"),
    ("23 days later", "23 weeks later"),
    ("sells 318,400 printed", "sells 381,400 printed"),
    ("sells 318,400 printed", "sells 377,900 printed"),
    ("has 1.12 million digital", "has 11.2 million digital"),
    ("has 1.12 million digital", "has 0.61 million digital"),
    ("is the third largest daily", "is the second largest daily"),
    ("worth 120,000 Swiss francs", "worth 210,000 Swiss francs"),
    ("worth 120,000 Swiss francs", "worth 120,000 US dollars"),
    ("once every three years", "once every two years"),
    ("surgeons younger than fifty", "surgeons younger than forty-five"),
    ("She was 44 years old", "She was 43 years old"),
    ("June 18, 2021 [@cv", "June 18, 2018 [@cv"),
    ("In 2021 Dr. Haddad received the", "In 2020 Dr. Haddad received the"),
    ("Of 74 nominations, 41", "Of 74 nominations, 14"),
    ("Of 74 nominations, 41", "Of 174 nominations, 41"),
    ("six reached the short list", "nine reached the short list"),
    ("Eight of the nine jurors", "All of the nine jurors"),
    ("Eight of the nine jurors", "Eight of the twelve jurors"),
    ("two more than the two-thirds majority", "three more than the two-thirds majority"),
    ("two-thirds majority of six", "three-quarters majority of six"),
    ("is the twelfth laureate", "is the eleventh laureate"),
    ("laureate since 1988", "laureate since 1986"),
    ("the second woman, after", "the third woman, after"),
    ("Elin Sand in 2009", "Elin Sand in 2012"),
    ("on November 7, 2020", "on November 17, 2020"),
    ("on November 7, 2020", "on July 11, 2020"),
    ("at least ten years of practice", "at least fifteen years of practice"),
    ("no fewer than 25 peer", "no fewer than 52 peer"),
    ("at least ten years of practice", "more than ten years of practice"),
    ("to 5 percent of the members", "to 15 percent of the members"),
    ("219 fellows among 4,860", "291 fellows among 4,860"),
    ("219 fellows among 4,860", "219 fellows among 48,600"),
    ("about 4.5 percent [@college", "about 0.45 percent [@college"),
    ("Thirteen of 88 candidates", "Thirty of 88 candidates"),
    ("fewer than one in six", "fewer than one in eight"),
    ("At the end of 2020 there", "At the end of 2016 there"),
    ("needs 12 of the 15 votes", "needs 10 of the 15 votes"),
    ("As of February 10, 2023", "As of October 2, 2023"),
    ("cited 5,384 times, and", "cited 5,834 times, and"),
    ("cited 5,384 times, and", "cited more than 5,384 times, and"),
    ("3,902 of these citations, or 72", "3,902 of these citations, or 27"),
    ("date from 2018 or later", "date from 2016 or later"),
    ("h-index is 36", "h-index is 61"),
    ("h-index is 36", "h-index is 29"),
    ("has 742 citations", "has 518 citations"),
    ("published in 2016 in", "published in 2019 in"),
    ("of 2014 has 518", "of 2014 has 403"),
    ("account for 1,663 citations", "account for 2,405 citations"),
    ("rank 4th of 213", "rank 2nd of 213"),
    ("rank 4th of 213", "rank 4th of 132"),
    ("impact factor of 9.8", "impact factor of 6.3"),
    ("impact factor of 9.8", "impact factor of 98"),
    ("ranks 2nd with 14.1", "ranks 1st with 14.1"),
    ("Between March 2015 and", "Between May 2015 and"),
    ("March 2015 and December 2022", "March 2015 and December 2021"),
    ("reviewed 57 manuscripts", "reviewed 75 manuscripts"),
    ("35 of them since 2019", "22 of them since 2019"),
    ("35 of them since 2019", "35 of them since 2018"),
    ("took 11 days for", "took 11 weeks for"),
    ("less than half of the 26 days", "less than a third of the 26 days"),
    ("$2,485,000 for five", "$2.485 billion for five"),
    ("$2,485,000 for five", "$2,845,000 for five"),
    ("for five years beginning", "for four years beginning"),
    ("September 1, 2019; 28 of", "January 9, 2019; 28 of"),
    ("28 of 312 applications, about 9", "28 of 312 applications, about 19"),
    ("28 of 312 applications", "28 of 213 applications"),
    ("make up $1,640,000 of", "make up $845,000 of"),
    ("almost two thirds", "almost three quarters"),
    ("One hundred and twenty-eight surgeons", "One hundred and fifty-eight surgeons"),
    ("the four courses", "the five courses"),
    ("with 45 participants", "with 31 participants"),
    ("Seoul in 2019 there were 31", "Seoul in 2021 there were 31"),
    ("Seoul in 2019 there were 31", "Seoul in 2019 there were 28"),
    ("base salary of $735,000 a year", "base salary of $735,000 a month"),
    ("base salary of $735,000", "base salary of $753,000"),
    ("bonus of $60,000", "bonus of $600,000"),
    ("90th percentile of transplant", "75th percentile of transplant"),
    ("is $689,500, and the", "is $587,000, and the"),
    ("the median is $498,000", "the median is $412,000"),
    ("earns $45,500 more", "earns $54,500 more"),
    ("almost one and a half times", "almost two and a half times"),
    ("survey of 2022 rests", "survey of 2020 rests"),
    ("answers of 236 surgeons", "answers of 326 surgeons"),
    ("runs for five years from", "runs for four years from"),
    ("from September 1, 2022, and", "from September 1, 2021, and"),
    ("with 180 days' notice", "with 18 days' notice"),
    ("with 180 days' notice", "with 180 hours' notice"),
)
