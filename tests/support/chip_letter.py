"""A semiconductor engineer's letter with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Priya Venkataram"

LETTER = """\
Dr. Priya Venkataram is a named inventor on 31 granted United States patents, the first of which was filed on October 4, 2006, and the latest on May 12, 2020 [@patents, p. 1]. She is sole inventor of six and first-named inventor of a further fourteen [@patents, p. 1]. Her patent No. 8,341,907, on air-gap isolation, was granted 26 months after its filing and has been cited by 189 later patents, 143 of which belong to companies other than her employer [@patents, p. 2]. That means that three quarters of the citing patents are independent [@patents, p. 2].

In the second half of 2014 Orrin Microdevices began to use her air-gap process at its plant in Dresden; by 2018 it ran in four of the company's five plants [@orrin, p. 1]. It reduced the capacitance between lines by 22 percent and power by 15 percent at the same clock of 2.8 gigahertz [@orrin, p. 1]. The yield of the 28-nanometer line climbed from 67.4 percent in the first quarter of 2015 to 88.9 percent in the last quarter of 2016, that is, by 21.5 percentage points within seven quarters [@orrin, p. 2]. Defect density fell in the same period from 0.41 to 0.12 per square centimeter, by over 70 percent [@orrin, p. 2]. Vice President Thomas Reinholt credits her with annual savings of 38 million euros and states that 1.6 billion chips made by her process had been shipped by the end of 2021 [@orrin, p. 3]. According to him she leads 46 engineers at three sites, up from nine when she became group leader in April 2012 [@orrin, p. 3].

The analysts of Lattice & Shore put the market for low-power controllers at $7.9 billion in 2021 and Orrin's share of it at 27 percent, behind Tessaly with 34 percent but well ahead of Kobun with 11 percent [@market, p. 1]. In 2015 Orrin had held only 12 percent of that market, so that its share has more than doubled in six years [@market, p. 1]. They expect the market to grow by 8.5 percent a year until 2026 [@market, p. 1].

Her paper at the Device Physics Conference of December 2013 was one of 212 accepted out of 894 submissions and was voted best paper of its session [@dpc, p. 1]. By March 31, 2022, her 44 papers had received 2,967 citations, of which the paper of 2013 alone accounts for 611, about one in five [@index, p. 1]. In 2021 she was cited 402 times, and in 2020 365 times, an increase of ten percent [@index, p. 1]. Her h-index of 27 compares with an average of 12 among senior engineers of her field [@index, p. 1; @index, p. 2].

The Institute of Solid-State Engineers made her a Fellow effective January 1, 2019 [@fellow, p. 1]. No more than one tenth of one percent of the voting members may be elevated in a single year [@fellow, p. 1]. Of 861 nominees in her year 283 were successful, just under one third [@fellow, p. 1]. A nominee must have been a senior member for five years and must present at least five references from Fellows; she submitted seven [@fellow, p. 1; @fellow, p. 2]. The evaluation gave her 92 of 100 points, the fifth highest score among the 37 nominees in her division [@fellow, p. 2].

She received the Kessler Medal in Munich on November 19, 2020, together with 40,000 euros [@kessler, p. 1]. The medal was established in 1971 and has gone to 48 persons since then, three of them women [@kessler, p. 1]. At the age of 41 she was the second youngest recipient [@kessler, p. 1; @kessler, p. 2].

Since June 2016 she has sat on Working Group 14 of the Semiconductor Standards Council, which has 22 members from twelve companies, and since 2019 she has chaired it [@standards, p. 1]. The group met 19 times under her chairmanship up to June 2022 and adopted three standards, one of which, SC-1408, she drafted herself [@standards, p. 1]. SC-1408 was approved by 17 votes to three, with two abstentions, on February 8, 2021 [@standards, p. 2].

Electronics Week of September 16, 2019, which reaches 71,000 subscribers in 60 countries, carried a portrait of her over four pages [@week, p. 1]. It reported that a phone with her chip ran for 31 hours on one charge, five hours longer than its predecessor [@week, p. 1].

From 2017 to 2021 she served on the program committee of the Device Physics Conference and in those five years evaluated 164 submissions, an average of about 33 a year [@committee, p. 1]. In 2021 the committee counted 58 reviewers, and only six of them reviewed more papers than she did [@committee, p. 1].

Orrin pays her a base salary of $312,000 and in 2021 paid a bonus of $84,500 as well, so that her cash compensation came to $396,500 [@pay, p. 1]. She also holds 12,000 restricted shares, a quarter of which vest each year from March 2022 [@pay, p. 1]. In the metropolitan area the 90th percentile for electronics engineers was $193,610 in May 2021 and the mean $138,450 [@wages, p. 1]. Her base salary alone is therefore more than 60 percent above the 90th percentile and over twice the mean [@pay, p. 1; @wages, p. 1].
"""

PAGES = {
    "patents": (
        "Patent counsel's schedule: P. Venkataram\nGranted United States patents: 31\nSole inventor: 6\nFirst-named inventor, with others: 14\nOther: 11\nEarliest filing: Oct. 4, 2006 (US 7,402,118)\nLatest filing: May 12, 2020 (US 11,230,065)\nPending applications: 9",
        "US 8,341,907 B2, Air-gap isolation of interconnects\nFiled: Nov. 3, 2010. Date of patent: Jan. 1, 2013.\nForward citations: 189 patents. Assigned to Orrin Microdevices: 46. Assigned to others: 143.",
    ),
    "orrin": (
        "Orrin Microdevices, process history\nThe air-gap module of P. Venkataram was introduced at Dresden in 2H 2014, at Boise in 2016, at Hsinchu in 2017 and at Leuven in 2018. The plant at Cork does not use it.\nEffect at 2.8 GHz: line-to-line capacitance -22 %, power -15 %, area -4 %.",
        "28 nm line, Dresden\nQuarter  Yield  Defects per cm2\nQ1 2015  67.4 %  0.41\nQ3 2015  74.0 %  0.30\nQ1 2016  80.2 %  0.22\nQ4 2016  88.9 %  0.12",
        "Thomas Reinholt, Vice President, Process Technology: I made Dr. Venkataram a group leader in April 2012. Her group had nine engineers then; today she directs forty-six, in Dresden, Boise and Leuven. Her process saves us EUR 38 million each year. Through December 2021 we have shipped 1.6 billion chips with it.",
    ),
    "market": (
        "Lattice & Shore, Low-Power Controllers 2022\nMarket size: 2015 $3.6 billion; 2018 $5.7 billion; 2021 $7.9 billion. Forecast: 8.5 % compound annual growth, 2021 to 2026.\nShare of market  2015  2018  2021\nTessaly  41 %  37 %  34 %\nOrrin Microdevices  12 %  19 %  27 %\nKobun  16 %  14 %  11 %\nOthers  31 %  30 %  28 %",
    ),
    "dpc": (
        "Device Physics Conference, Baltimore, December 9-11, 2013. Submitted 894, accepted 212 (23.7 %). Best paper, session 7 (interconnects): Venkataram et al., Air Gaps at 28 nm.",
    ),
    "index": (
        "Citation record of P. Venkataram, as of 31 March 2022\nPapers 44. Citations 2,967. h-index 27.\nMost cited: Air Gaps at 28 nm (2013) 611; Leakage in Low-k Stacks (2010) 340; Reliability of Voids (2016) 287\nCitations by year: 2018 291; 2019 338; 2020 365; 2021 402",
        "Benchmark, interconnect engineering. Mean h-index: engineers 5; senior engineers 12; Fellows 31.",
    ),
    "fellow": (
        "Institute of Solid-State Engineers, Fellow Program\nThe number of members elevated in any one year shall not exceed one-tenth of one percent (0.1 %) of the voting membership. A nominee shall have held the grade of Senior Member for five years and shall be supported by five or more references from Fellows.\nClass of 2019 (effective January 1, 2019): nominees 861, elevated 283.",
        "Division III (Devices). Nominee: P. Venkataram. References received: 7. Score: 92 of 100. Rank in division: 5 of 37. Elevated in the division: 12.",
    ),
    "kessler": (
        "The Kessler Medal. Endowed in 1971; 48 medalists to date, of whom three women. Awarded to Dr. Priya Venkataram, Munich, 19 November 2020. Endowment: 40,000 euros. Youngest medalists: H. Aoki, 39 (1984); P. Venkataram, 41 (2020); L. Brandt, 43 (2002).",
        "Passport data page. Venkataram, Priya. Date of birth: 02 AUG 1979. Date of expiry: 14 JAN 2027.",
    ),
    "standards": (
        "Semiconductor Standards Council, Working Group 14. Twenty-two members, from 12 companies. P. Venkataram: member since June 2016, chair since 2019. Meetings under the present chair, to June 2022: 19. Standards adopted in this time: SC-1406, SC-1407, SC-1408.",
        "SC-1408 (editor: P. Venkataram). Ballot closed 8 February 2021. Approve 17, disapprove 3, abstain 2.",
    ),
    "week": (
        "Electronics Week, 16 September 2019, pp. 24-27. The quiet inventor. Priya Venkataram's chips are in your pocket. In our test a phone with her controller lasted 31 hours; the model before it gave up after 26.\nElectronics Week has 71,000 subscribers in sixty countries.",
    ),
    "committee": (
        "Device Physics Conference, program committee, papers reviewed by P. Venkataram\n2017  28\n2018  31\n2019  36\n2020  35\n2021  34\nReviewers in 2021: 58. Six members reviewed more papers than Dr. Venkataram, 51 fewer.",
    ),
    "pay": (
        "Orrin Microdevices, Human Resources. Priya Venkataram. Base salary: $312,000 per year. Bonus for 2021: $84,500. Restricted stock: 12,000 shares, vesting in four equal parts on 15 March of 2022, 2023, 2024 and 2025.",
    ),
    "wages": (
        "Occupational wages, May 2021, electronics engineers, metropolitan area\nMean $138,450\n10th percentile $84,020\n25th percentile $106,300\nMedian $133,970\n75th percentile $164,880\n90th percentile $193,610",
    ),
}

ERRORS = (
    ("on 31 granted United States", "on 13 granted United States"),
    ("on 31 granted United States", "on 40 granted United States"),
    ("on 31 granted United States", "on more than 31 granted United States"),
    ("filed on October 4, 2006", "filed on April 10, 2006"),
    ("filed on October 4, 2006", "granted on October 4, 2006"),
    ("the latest on May 12, 2020", "the latest on May 21, 2020"),
    ("sole inventor of six and", "sole inventor of nine and"),
    ("a further fourteen", "a further eleven"),
    ("No. 8,341,907, on", "No. 8,314,907, on"),
    ("granted 26 months after", "granted 36 months after"),
    ("granted 26 months after", "granted 26 weeks after"),
    ("cited by 189 later patents", "cited by 198 later patents"),
    ("143 of which belong", "134 of which belong"),
    ("143 of which belong", "46 of which belong"),
    ("three quarters of the citing", "four fifths of the citing"),
    ("In the second half of 2014", "In the first half of 2014"),
    ("In the second half of 2014", "In the second half of 2015"),
    ("by 2018 it ran in four", "by 2017 it ran in four"),
    ("four of the company's five", "four of the company's four"),
    ("ran in four of the", "ran in three of the"),
    ("lines by 22 percent", "lines by 32 percent"),
    ("lines by 22 percent and power by 15 percent", "lines by 15 percent and power by 22 percent"),
    ("power by 15 percent", "power by 4 percent"),
    ("clock of 2.8 gigahertz", "clock of 2.8 megahertz"),
    ("clock of 2.8 gigahertz", "clock of 28 gigahertz"),
    ("the 28-nanometer line", "the 82-nanometer line"),
    ("67.4 percent in the first quarter", "64.7 percent in the first quarter"),
    ("67.4 percent in the first quarter of 2015", "74.0 percent in the first quarter of 2015"),
    ("first quarter of 2015 to", "third quarter of 2015 to"),
    ("to 88.9 percent in", "to 80.2 percent in"),
    ("last quarter of 2016", "last quarter of 2015"),
    ("by 21.5 percentage points", "by 21.5 percent"),
    ("by 21.5 percentage points", "by 12.5 percentage points"),
    ("within seven quarters", "within seven months"),
    ("from 0.41 to 0.12 per", "from 0.41 to 0.22 per"),
    ("from 0.41 to 0.12 per", "from 4.1 to 0.12 per"),
    ("by over 70 percent", "by over 80 percent"),
    ("savings of 38 million euros", "savings of 83 million euros"),
    ("savings of 38 million euros", "savings of 38 million dollars"),
    ("savings of 38 million euros", "savings of 38 billion euros"),
    ("that 1.6 billion chips", "that 1.6 million chips"),
    ("that 1.6 billion chips", "that 6.1 billion chips"),
    ("the end of 2021 [@orrin", "the end of 2020 [@orrin"),
    ("leads 46 engineers", "leads 64 engineers"),
    ("at three sites", "at four sites"),
    ("up from nine when", "up from nineteen when"),
    ("leader in April 2012", "leader in April 2021"),
    ("leader in April 2012", "leader in August 2012"),
    ("at $7.9 billion in 2021", "at $5.7 billion in 2021"),
    ("at $7.9 billion in 2021", "at $7.9 million in 2021"),
    ("share of it at 27 percent", "share of it at 19 percent"),
    ("share of it at 27 percent", "share of it at 34 percent"),
    ("Tessaly with 34 percent", "Tessaly with 37 percent"),
    ("Kobun with 11 percent", "Kobun with 14 percent"),
    ("had held only 12 percent", "had held only 16 percent"),
    ("In 2015 Orrin had held", "In 2018 Orrin had held"),
    ("has more than doubled", "has more than tripled"),
    ("doubled in six years", "doubled in three years"),
    ("by 8.5 percent a year", "by 5.8 percent a year"),
    ("by 8.5 percent a year", "by 8.5 percent a month"),
    ("a year until 2026", "a year until 2028"),
    ("Conference of December 2013", "Conference of November 2013"),
    ("Conference of December 2013", "Conference of December 2016"),
    ("one of 212 accepted", "one of 221 accepted"),
    ("out of 894 submissions", "out of 849 submissions"),
    ("By March 31, 2022, her", "By March 13, 2022, her"),
    ("By March 31, 2022, her", "By May 31, 2022, her"),
    ("her 44 papers", "her 54 papers"),
    ("received 2,967 citations", "received 29,670 citations"),
    ("received 2,967 citations", "received 2,697 citations"),
    ("accounts for 611, about", "accounts for 340, about"),
    ("about one in five", "about one in three"),
    ("was cited 402 times", "was cited 365 times"),
    ("in 2020 365 times", "in 2020 338 times"),
    ("an increase of ten percent", "an increase of twenty percent"),
    ("an increase of ten percent", "a decrease of ten percent"),
    ("h-index of 27 compares", "h-index of 31 compares"),
    ("average of 12 among", "average of 5 among"),
    ("average of 12 among senior", "average of 12 among junior"),
    ("January 1, 2019 [@fellow", "January 1, 2020 [@fellow"),
    ("one tenth of one percent", "one percent"),
    ("Of 861 nominees", "Of 816 nominees"),
    ("year 283 were successful", "year 238 were successful"),
    ("just under one third", "just under one quarter"),
    ("just under one third", "just over one third"),
    ("senior member for five years", "senior member for ten years"),
    ("at least five references", "at least seven references"),
    ("she submitted seven", "she submitted nine"),
    ("92 of 100 points", "82 of 100 points"),
    ("fifth highest score", "fourth highest score"),
    ("the 37 nominees", "the 73 nominees"),
    ("the 37 nominees", "the 12 nominees"),
    ("on November 19, 2020, together", "on November 9, 2020, together"),
    ("on November 19, 2020, together", "on September 19, 2020, together"),
    ("with 40,000 euros", "with 14,000 euros"),
    ("with 40,000 euros", "with 40,000 dollars"),
    ("established in 1971", "established in 1984"),
    ("gone to 48 persons", "gone to 84 persons"),
    ("three of them women", "five of them women"),
    ("At the age of 41", "At the age of 43"),
    ("second youngest recipient", "youngest recipient"),
    ("second youngest recipient", "third youngest recipient"),
    ("Since June 2016 she", "Since July 2016 she"),
    ("Since June 2016 she", "Since June 2019 she"),
    ("on Working Group 14", "on Working Group 41"),
    ("22 members from twelve", "12 members from twenty-two"),
    ("from twelve companies", "from twenty companies"),
    ("since 2019 she has chaired", "since 2016 she has chaired"),
    ("met 19 times", "met 91 times"),
    ("up to June 2022", "up to June 2021"),
    ("adopted three standards", "adopted four standards"),
    ("17 votes to three", "17 votes to two"),
    ("17 votes to three", "19 votes to three"),
    ("with two abstentions", "with three abstentions"),
    ("on February 8, 2021 [@standards", "on August 2, 2021 [@standards"),
    ("Week of September 16, 2019", "Week of September 6, 2019"),
    ("reaches 71,000 subscribers", "reaches 17,000 subscribers"),
    ("reaches 71,000 subscribers", "reaches over 71,000 subscribers"),
    ("in 60 countries", "in 16 countries"),
    ("over four pages", "over six pages"),
    ("for 31 hours on one", "for 26 hours on one"),
    ("for 31 hours on one", "for 31 days on one"),
    ("five hours longer", "seven hours longer"),
    ("five hours longer", "five hours shorter"),
    ("From 2017 to 2021 she", "From 2016 to 2021 she"),
    ("in those five years", "in those six years"),
    ("evaluated 164 submissions", "evaluated 146 submissions"),
    ("about 33 a year", "about 43 a year"),
    ("about 33 a year", "about 33 a month"),
    ("counted 58 reviewers", "counted 85 reviewers"),
    ("only six of them", "only nine of them"),
    ("base salary of $312,000", "base salary of $321,000"),
    ("base salary of $312,000", "base salary of $396,500"),
    ("a bonus of $84,500", "a bonus of $48,500"),
    ("in 2021 paid a bonus", "in 2020 paid a bonus"),
    ("came to $396,500", "came to $369,500"),
    ("holds 12,000 restricted", "holds 21,000 restricted"),
    ("a quarter of which vest", "a third of which vest"),
    ("each year from March 2022", "each year from March 2021"),
    ("each year from March 2022", "each month from March 2022"),
    ("90th percentile for electronics", "75th percentile for electronics"),
    ("was $193,610 in May", "was $164,880 in May"),
    ("in May 2021 and the mean", "in May 2020 and the mean"),
    ("the mean $138,450", "the mean $133,970"),
    ("the mean $138,450", "the median $138,450"),
    ("more than 60 percent above", "more than 70 percent above"),
    ("over twice the mean", "over three times the mean"),
)
