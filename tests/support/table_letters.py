"""Six letters of other fields whose exhibits are tables, rankings, accounts and reports.

Most figures of a letter stand beside others of the same kind on their page: another year, arm, athlete, language or prize.
No figure of them is wrong; :data:`UNDERIVED` are those that no check can derive.
All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letters are as they would be typed

from __future__ import annotations

from field_letters import make_case

from workbench.case.model import Case
from workbench.checks.draft import DraftSection

ECONOMIST = """\
Dr. Miriam Castellane, who was born in Graz on April 12, 1979, took her doctorate at the University of Vostra in 2008, at the
age of 29 [@cv, p. 1]. She spent five years there as an assistant professor and four as an associate professor, and has held
a full chair since September 1, 2017 [@cv, p. 1].

Her article "Sticky Wages in Small Open Economies" appeared in the Baltic Journal of Economics, which ranked 6th of 371
journals of its category in that year [@articles, p. 1]. It has been cited 318 times, more often than any other of her articles [@articles, p. 2].
The next two, of 2014 and 2016, were cited 204 and 187 times [@articles, p. 2]. Her five articles of the table have together drawn 852
citations, and the three on wages account for 709 of them, or about 83 percent [@articles, p. 2]. In 2021 alone she was cited 164
times, almost three times as often as in 2015 [@articles, p. 3]. All these counts are as of February 28, 2022 [@articles, p. 2].

The Bank of Tarvia put her forecasting model into service in March 2016 [@bank, p. 1]. In the four years before, its forecasts of
inflation missed by 1.9 percentage points on average; in the four years after, by 1.1 [@bank, p. 1]. The error thus fell by 0.8
percentage points, or by roughly 42 percent [@bank, p. 1]. Fourteen central banks on three continents now use the model, of
which six took it up within two years of the Bank of Tarvia [@bank, p. 2]. At the National Bank of Lorn the error fell from 2.4 to 1.5 percentage
points, and at the Reserve Bank of Ocampo from 3.2 to 2.6 [@bank, p. 2]. Governor Pell estimates the saving to the Tarvian
treasury at between 40 and 55 million crowns a year [@bank, p. 3].

In 2018 she received the Halvorsen Prize, which is worth 750,000 Swedish kronor and has been awarded every second year since 1992
[@prize, p. 1]. She was the fourteenth laureate, and only the second woman [@prize, p. 1]. Sixty-one economists from 19 countries had been
nominated, and five reached the short list [@prize, p. 2]. Fewer than one in ten nominees, therefore, came as far as that list [@prize, p. 2].

The Continental Society of Economists has 412 fellows and may elect no more than twelve a year [@society, p. 1]. In 2019 it elected 11 of 97
candidates, among them Dr. Castellane [@society, p. 1]. A candidate needs the votes of three quarters of the fellows who
vote; she received 231 of 268, or 86 percent [@society, p. 2].

Dr. Castellane has completed 74 referee reports for eight journals since 2011 [@referee, p. 1]. Twenty-six of them, more than a third, were for
the Baltic Journal of Economics [@referee, p. 1]. She needed 31 days for a report on average, while the mean of all referees was 58 [@referee, p. 1].

Three grants, of 1.2 million, 640,000 and 310,000 euros, have paid for her work [@grants, p. 1]. They come to 2.15 million
euros over nine years [@grants, p. 1]. Her salary of $284,000 exceeds the 90th percentile of economists in the Tarn Valley, which
stood at $251,300 in 2021, by more than $32,000 [@salary, p. 1].
"""
ECONOMIST_PAGES = {
    "cv": (
        "Curriculum vitae\nMiriam Castellane, born 12 April 1979, Graz\n\nEducation\nDiploma, University of Graz, 2003\nDoctorate in"
        " economics, University of Vostra, 2008\n\nPosts at the University of Vostra\nAssistant professor 2008 to 2013\nAssociate"
        " professor 2013 to 2017\nFull professor since 1 September 2017",
    ),
    "articles": (
        "Index of Journals, category Economics, 2012 edition (371 journals)\nRank  Journal  Impact factor\n4  Quarterly of"
        " Markets  6.12\n5  Economic Letters of the North  5.87\n6  Baltic Journal of Economics  5.74\n7  Annals of Trade  5.31\n"
        "Sticky Wages in Small Open Economies, by M. Castellane, was published in the Baltic Journal of Economics in 2012.",
        "Citation report for M. Castellane, drawn on 28 February 2022\nArticle  Year  Times cited\nSticky Wages in Small Open"
        " Economies  2012  318\nWages and the Exchange Rate  2014  204\nWho Sets the Wage?  2016  187\nForecasting without Anchors "
        " 2017  97\nA Note on Crowns  2019  46\nTotal  852",
        "Citations of M. Castellane by year\n2014  41\n2015  56\n2016  72\n2017  88\n2018  103\n2019  121\n2020  147\n2021  164",
    ),
    "bank": (
        "Bank of Tarvia, Review of Forecasts\nThe Castellane model entered service in March 2016. Mean absolute error of the"
        " forecast of inflation one year ahead:\n2012 to 2015  1.9 percentage points\n2016 to 2019  1.1 percentage points",
        "Use of the model by central banks: 14 in Europe, Asia and South America.\nInstitution  Adopted  Error before  Error after\n"
        "Bank of Tarvia  2016  1.9  1.1\nNational Bank of Lorn  2017  2.4  1.5\nReserve Bank of Ocampo  2018  3.2  2.6\nSix"
        " institutions followed the Bank of Tarvia within two years, the other seven later.",
        "I have been Governor of the Bank of Tarvia since 2011. Better forecasts let the treasury borrow at the right time. I put the"
        " benefit at 40 to 55 million crowns a year. (signed) Josef Pell",
    ),
    "prize": (
        "The Halvorsen Prize\nFirst given in 1992 and every second year since. The prize is SEK 750,000 and a medal of silver.\n"
        "Laureates\n2014 Arvid Lind (12th)\n2016 Chidi Obanor (13th)\n2018 Miriam Castellane (14th)\nWomen among the laureates: Ruth Alsop"
        " (2004), Miriam Castellane (2018).",
        "Minutes of the committee, 2018. There were 61 nominations from nineteen countries. The short list had five names. The"
        " committee of seven met three times.",
    ),
    "society": (
        "Continental Society of Economists. Statutes, article 4: at most twelve fellows are elected in a year. The society counts 412"
        " fellows.\nElections\n2018: candidates 88, elected 12\n2019: candidates 97, elected 11\n2020: candidates 104, elected 9\n"
        "Elected in 2019: M. Castellane and ten others.",
        "Article 5: election requires three quarters of the votes cast.\nCount of 2019: Castellane, Miriam: 231 in favour of"
        " 268 cast. Dorn, Peter: 219 in favour of 268 cast.",
    ),
    "referee": (
        "Referee record of M. Castellane, 2011 to 2021\nBaltic Journal of Economics 26\nAnnals of Trade 14\nQuarterly of Markets 11\n"
        "five other journals 23\nTotal 74 completed reports\nMean time to report: 31 days (mean of all referees 58 days)",
    ),
    "grants": (
        "Grants held by M. Castellane\nContinental Research Council, 2011 to 2015, EUR 1,200,000\nVostra Foundation, 2014 to 2017, EUR"
        " 640,000\nMinistry of Finance of Tarvia, 2018 to 2020, EUR 310,000",
    ),
    "salary": (
        "Survey of wages, Tarn Valley, 2021\nOccupation  Median  75th percentile  90th percentile\nEconomists  $142,800  $198,500"
        "  $251,300\nStatisticians  $118,400  $151,000  $187,900\nEmployer's statement: Dr. Castellane is paid $284,000 a year.",
    ),
}

CHEF = """\
Mr. Teodor Vance opened the restaurant Saltgrass in Port Ellery on May 9, 2014, with 36 seats and a staff of eleven [@restaurant, p. 1]. It
serves dinner five nights a week, to 48 guests a night on average [@restaurant, p. 1]. Its revenue grew from $1.3 million in the first full
year to $4.7 million in 2019, that is, more than threefold [@restaurant, p. 2]. The tasting menu of nine courses costs $245, and a table must
be booked about four months ahead [@restaurant, p. 1].

The Corvin Guide gave Saltgrass its first star in November 2015, eighteen months after the opening, and a second one in 2018
[@restaurant, p. 1; @guide, p. 1]. Of 2,140 restaurants in the edition of 2021, only 38 have two stars and nine have three [@guide, p. 1]. It has
scored 18.5 points of 20, half a point more than in 2017 [@guide, p. 1]. On the list of the hundred best restaurants of the continent Saltgrass rose
from 64th in 2017 to 23rd in 2019 and 11th in 2021 [@guide, p. 2]. It thus climbed 53 places in four years [@guide, p. 2].

At the Meridian Cup of 2016 in Lyon, twenty-four national teams cooked for five hours and thirty-five minutes [@cup, p. 1]. The team that
Mr. Vance led took the silver medal with 1,412 of 1,600 points, 19 fewer than the winners from Norway and 33 more than Japan, which came third
[@cup, p. 1]. It was the first medal of an American team since 1995 [@cup, p. 2].

His book "Low Tide" has sold 86,000 copies in six languages [@book, p. 1]. More than half of them, 47,500, were sold in English, and 15,200 in
German [@book, p. 1]. It went through four printings within 14 months [@book, p. 1].

The Ellery Courier, with a daily circulation of 212,000, reviewed Saltgrass on October 3, 2017, and gave it four stars, a mark
that it had given only seven times in twenty years [@review, p. 1]. The reviewer ate there three times [@review, p. 1].

Mr. Vance has been a judge of the Young Cooks' Prize since 2018 [@judge, p. 1]. In 2020 he and four others tasted 72 dishes of 24 finalists in two days
[@judge, p. 1]. There had been 610 applicants, so that about 4 percent came to the final [@judge, p. 1].

Twenty-seven cooks have completed their training at Saltgrass, and nine of them, a third, now run kitchens of their own [@training, p. 1]. Two of these
have won stars themselves [@training, p. 1].

His technique of curing fish at 2 °C for 72 hours is taught at five of the twelve schools of the Culinary Federation [@technique, p. 1]. According to
the Federation it loses 6 percent of the weight of the fish, whereas the older method loses 14 percent [@technique, p. 1]. He holds one patent, No.
10,482,117, granted on November 19, 2019, and applied for on March 2, 2017 [@technique, p. 2].
"""
CHEF_PAGES = {
    "restaurant": (
        "Saltgrass, Port Ellery. Opened on 9 May 2014 by chef and owner Teodor Vance. At the opening: 36 seats, 11 employees. Dinner from"
        " Tuesday to Saturday, on average 48 guests each night. Menu: nine courses, 245 dollars. Present lead time of reservations: four"
        " months, approximately.",
        "Statement of income\nYear  Revenue  Wages\n2015  $1,300,000  $520,000\n2016  $2,050,000  $790,000\n2017  $2,900,000"
        "  $1,110,000\n2018  $3,800,000  $1,450,000\n2019  $4,700,000  $1,780,000",
    ),
    "guide": (
        "The Corvin Guide. Saltgrass, Port Ellery\nEdition  Stars  Points (of 20)\nNovember 2015  one  17\nNovember 2017  one  18\nNovember 2018"
        "  two  18\nNovember 2021  two  18.5\nRestaurants in the edition of 2021: 2,140. Three stars: 9. Two stars: 38. One star: 241.",
        "The hundred best restaurants of the continent\nPlace  2017  2019  2021\nOld Weir  58  31  27\nSaltgrass  64  23  11\nCasa"
        " Lume  12  9  14",
    ),
    "cup": (
        "Meridian Cup, Lyon, 2016. Result of the final\n1  Norway (O. Berg)  1,431\n2  United States (T. Vance)  1,412\n3  Japan (K."
        " Mori)  1,379\n4  France (L. Petit)  1,366\nTeams: 24. Most points possible: 1,600. Cooking time: 5 hours 35 minutes.",
        "History of the Meridian Cup. Medals of the United States: bronze 1995, silver 2016. No American team had stood on the podium in"
        " the twenty-one years between.",
    ),
    "book": (
        "Hartwell Press, statement of sales of Low Tide (T. Vance)\nEnglish  47,500\nGerman  15,200\nFrench  9,800\nJapanese  6,900\nSpanish"
        "  4,100\nDanish  2,500\nAll languages  86,000\nFirst printing May 2017, fourth printing July 2018.",
    ),
    "review": (
        "The Ellery Courier, Tuesday, October 3, 2017. Saltgrass: four stars. I have eaten at Saltgrass three times this year. Four stars"
        " is our highest mark. It was given to seven restaurants in the last twenty years.\nDaily circulation: 212,000. On Sundays:"
        " 305,000.",
    ),
    "judge": (
        "Young Cooks' Prize. Judges of the final 2020: Teodor Vance (a judge since 2018) and four colleagues. 610 young cooks applied."
        " Twenty-four reached the final and cooked three dishes each. The panel tasted 72 dishes on two days.",
    ),
    "training": (
        "Record of training at Saltgrass, 2014 to 2021. Completed: 27. Of these, head of their own kitchen: 9. Awarded a star by the"
        " Corvin Guide: 2 (A. Lindqvist, R. Osei).",
    ),
    "technique": (
        "Culinary Federation, note on curing. The method of T. Vance cures at 2 °C over 72 hours, with a loss of weight of 6 percent."
        " The older method, at 8 °C over 36 hours, has a loss of 14 percent. It is on the curriculum of five of our twelve schools.",
        "United States Patent 10,482,117\nDate of patent: Nov. 19, 2019\nFiled: Mar. 2, 2017\nInventor: Teodor Vance\nMethod of curing"
        " fish at low temperature. 14 claims, 3 drawing sheets.",
    ),
}

COACH = """\
Ms. Ingrid Solheim was head coach of hurdles of the Norland Athletics Federation from January 2013 to October 2021, for almost nine years
[@federation, p. 1]. She led a staff of seven and a yearly budget that grew from 2.4 million to 5.1 million kroner, more than twice as much
[@federation, p. 1]. In her time the hurdlers of Norland won 17 medals at international championships, six of them gold [@federation, p. 2]. In the
nine years before there had been three [@federation, p. 2].

Her best known athlete, Maja Eriksen, ran the 400 meters hurdles in 56.21 seconds when they began to work together and in 53.08 seconds
in 2019 [@athletes, p. 1]. Jonas Falk improved from 50.34 to 48.12 seconds over the same distance [@athletes, p. 1]. Ms. Eriksen was thus faster by 3.13 seconds, or by
nearly 6 percent [@athletes, p. 1]. Five of the eleven athletes on the list set national records [@athletes, p. 1].

At the World Championships in Doral on August 27, 2019, Ms. Eriksen won the silver medal, 0.17 seconds behind the winner [@worlds, p. 1]. She was 22 years
old, the youngest of the eight finalists [@worlds, p. 1]. Mr. Falk finished fifth in his final, which took place three days later [@worlds, p. 1; @worlds, p. 2].

The Federation chose Ms. Solheim as Coach of the Year in 2016 and again in 2019 [@award, p. 1]. In 2019 she received 118 of 203 votes, or 58 percent; the coach in
second place had 47 [@award, p. 1]. No other coach has received the award twice since it was founded in 2001 [@award, p. 1].

Her method limits the work at full speed to 25 minutes a week [@method, p. 1]. In a study of 64 hurdlers at four clubs, those who followed it for two seasons lost 9.5 days of
training a year to injury, against 23.8 days in the other group [@method, p. 1]. The study found 38 percent fewer injuries of the hamstring
[@method, p. 2]. It is now used by the federations of nine countries, and some 1,150 coaches have taken the course, which lasts three days
[@method, p. 2].

She has spoken at 21 congresses in 13 countries, in six cases as the opening speaker [@congress, p. 1]. Of the twelve members of the
coaching commission of the World Athletics Union, to which she was appointed in 2020 for a term of four years, she is one of three women
[@congress, p. 2].

The Federation paid her 1,480,000 kroner in 2020, while the median of its 42 national coaches was 690,000 kroner [@salary, p. 1]. Only two of the 42 earned
more than a million [@salary, p. 1].
"""
COACH_PAGES = {
    "federation": (
        "Norland Athletics Federation. Ingrid Solheim, head coach (hurdles), was employed from 7 January 2013 to 31 October 2021. Staff under"
        " her: 7.\nBudget of the hurdles section\n2013  2,400,000 kroner\n2016  3,300,000 kroner\n2019  4,600,000 kroner\n2021  5,100,000"
        " kroner",
        "Medals of Norland hurdlers at international championships\nPeriod  Gold  Silver  Bronze  All\n2004 to 2012  0  1  2  3\n2013 to"
        " 2021  6  7  4  17",
    ),
    "athletes": (
        "Athletes coached by I. Solheim, 400 m hurdles (11 athletes)\nName  Best before  Best under I. Solheim  Year\nMaja Eriksen  56.21"
        "  53.08  2019\nJonas Falk  50.34  48.12  2018\nTuva Lien  58.90  55.47  2020\nNational records were set by five of the"
        " eleven.",
    ),
    "worlds": (
        "World Championships, Doral, 400 m hurdles, women, final, 27 August 2019\n1  Dana Whitlock  52.91\n2  Maja Eriksen  53.08\n3  Ana"
        " Reyes  53.66\nEight ran in the final. The youngest was Maja Eriksen, 22.",
        "World Championships, Doral, 400 m hurdles, men, final, 30 August 2019\n4  Piet Maas  48.70\n5  Jonas Falk  48.83\n6  Leo Grant"
        "  49.02",
    ),
    "award": (
        "Coach of the Year, founded in 2001 by the Norland Athletics Federation\n2016 Ingrid Solheim\n2017 Erik Moe\n2018 Britt Aas\n2019 Ingrid"
        " Solheim\nVotes in 2019: Solheim 118, Aas 47, Moe 38 (203 in all). She is the only person to have received it twice.",
    ),
    "method": (
        "Journal of Sprint Medicine. The Solheim method and injury: sixty-four hurdlers of four clubs over two seasons. The method restricts"
        " work at full speed to 25 minutes a week. Days of training lost to injury in a year: 9.5 (method) and 23.8 (control).",
        "Injuries of the hamstring were 38 % rarer with the method. At the time of printing, nine national federations had adopted it. Some 1,150"
        " coaches had attended the course of three days.",
    ),
    "congress": (
        "Lectures of I. Solheim at congresses, 2010 to 2021: 21 lectures in 13 countries. Opening lectures: Oslo 2014, Turin 2015, Perth"
        " 2017, Leeds 2018, Quito 2019, Gent 2021.",
        "World Athletics Union. The coaching commission has twelve members, three women and nine men. Ingrid Solheim was appointed in 2020."
        " The term is four years.",
    ),
    "salary": (
        "Salaries of the 42 national coaches, 2020. Median 690,000 kroner; upper quartile 810,000 kroner. Ingrid Solheim 1,480,000 kroner. Above"
        " 1,000,000 kroner: two coaches.",
    ),
}

BIOSTATISTICIAN = """\
Dr. Anselm Ferreyra designed the TARN-3 trial, in which 1,846 patients at 62 centers in eleven countries were treated between February 2015 and August 2017
[@trial, p. 1]. Half of them received the new drug [@trial, p. 1]. They lived for a median of 14.2 months, those of the other arm for 10.9, a
difference of 3.3 months [@trial, p. 2]. The hazard ratio was 0.71, with a 95 % confidence interval from 0.60 to 0.84 [@trial, p. 2]. Serious side
effects occurred in 12 percent of the patients in the treated arm and in 17 percent in the other [@trial, p. 2].

Thanks to his adaptive design the trial ended nine months early and needed 410 patients fewer than first planned [@design, p. 1]. The sponsor puts the saving at
$23 million [@design, p. 1]. The board looked at the data three times, the second time when 600 events had been seen [@design, p. 1].

His software package "adaptr" was released in June 2013 and stands at version 4.2 [@software, p. 1]. It was downloaded 12,400 times in 2016
and 61,300 times in 2020, nearly five times as often [@software, p. 1]. In the last three years together it reached more than 145,000 downloads [@software, p. 1].
At least 37 registered trials have used it, 22 of them in cancer [@software, p. 2].

Dr. Ferreyra is the author of 58 articles, of which he wrote 19 as first author [@record, p. 1]. They have been cited 4,310 times, and his h-index is 31 [@record, p. 1].
Four of them are among the top 1 percent of their field and year [@record, p. 1]. The article on the TARN-3 trial alone has 1,027
citations, close to a quarter of all [@record, p. 1]. Its journal, the Annals of Clinical Trials, has an impact factor of 28.4 and accepts about 5 percent of what is
submitted [@record, p. 2].

He has chaired three of the seven data monitoring boards on which he has served, and spent a total of 16 years on them [@boards, p. 1]. Since 2018 he has been one of the five statistical
editors of the Annals, where he handled 143 manuscripts up to 2021 and rejected 96 of them [@boards, p. 2].

The Weldon Medal is given once a year to a statistician under forty; Dr. Ferreyra received it in 2017, when he was 38 [@medal, p. 1]. It had been given 44 times before
[@medal, p. 1]. In the vote of the council he had 15 of 21 votes in the second round, after 10 in the first [@medal, p. 2].

The Institute of Medicine at Corran raised his salary from $196,000 to $265,000 on July 1, 2019, an increase of 35 percent [@pay, p. 1]. Ninety percent of the
biostatisticians in the state earn less than $171,400, so that he is paid over one and a half times as much [@pay, p. 1; @pay, p. 2].
"""
BIOSTATISTICIAN_PAGES = {
    "trial": (
        "TARN-3, a randomized trial. Design: A. Ferreyra. We enrolled 1,846 patients at sixty-two centers (11 countries) from February 2015 to"
        " August 2017. 923 were assigned to the drug and 923 to placebo. Median age: 64 years.",
        "Results\n  Drug (n=923)  Placebo (n=923)\nMedian survival, months  14.2  10.9\nSerious adverse events  12 %  17 %\nStopped"
        " treatment  21 %  26 %\nHazard ratio for death 0.71 (95 % CI 0.60 to 0.84)",
    ),
    "design": (
        "Letter of the sponsor. With the adaptive design of Dr. Ferreyra the trial was over nine months before the planned date. We had"
        " planned for 2,256 patients and needed 1,846. We estimate that this saved 23 million dollars. The monitoring board saw the data three"
        " times: after 300, 600 and 900 events.",
    ),
    "software": (
        "adaptr, by A. Ferreyra. First release June 2013, current version 4.2 (March 2021).\nDownloads by year\n2016  12,400\n2017"
        "  19,800\n2018  33,900\n2019  52,100\n2020  61,300",
        "Registered trials that name adaptr: 37. Cancer 22, heart 9, infection 6.",
    ),
    "record": (
        "Record of A. Ferreyra\nArticles 58, first author of 19\nTimes cited 4,310\nh-index 31\nArticles in the top 1 % of field and year:"
        " 4\nMost cited: TARN-3 (1,027), Stopping early (612), adaptr (388)",
        "Annals of Clinical Trials. Impact factor 28.4; five-year impact factor 30.2. About five percent of submissions are accepted.",
    ),
    "boards": (
        "Data monitoring boards of A. Ferreyra: seven. Chair: CALDER (4 years), ORIN-2 (3 years), SABLE (2 years). Member: four others, 7"
        " years in all.",
        "Annals of Clinical Trials. Statistical editors (5): A. Ferreyra, since 2018, and four others.\nManuscripts handled, 2018 to 2021\n"
        "A. Ferreyra  143, of which rejected 96\nH. Stroud  127, of which rejected 71",
    ),
    "medal": (
        "The Weldon Medal is presented each year to a statistician who has not reached the age of 40. The first was presented in 1973; that"
        " of 2017, the forty-fifth, went to Anselm Ferreyra (born 3 February 1979).",
        "Council, 11 May 2017. First round: Ferreyra 10, Ito 7, Brandt 4. Second round: Ferreyra 15, Ito 6. Votes cast: 21.",
    ),
    "pay": (
        "Institute of Medicine at Corran. From July 1, 2019, the annual salary of A. Ferreyra is $265,000 (until then $196,000).",
        "State survey of wages, biostatisticians\n10th percentile $74,900\nMedian $116,300\n90th percentile $171,400",
    ),
}
VIOLIST = """\
Ms. Hanne Virtala won the second prize of the Lisbon Viola Competition on June 11, 2015, among 83 players from 29 countries [@competition, p. 1].
She was the first Finnish player on the podium in 18 years [@competition, p. 1]. The prize came with 20,000 euros and eleven concerts [@competition, p. 2].

From 2016 to 2022 she was principal viola of the Tampa Bay Chamber Orchestra, whose audience grew by 31 percent, from 48,000 to 62,900 a season [@orchestra, p. 1].
She played 214 concerts with it, 37 of them as soloist [@orchestra, p. 1]. Her fee of $9,500 a concert was nearly twice the $4,900 that other principals received [@orchestra, p. 2].

Her recording of the Rozycki sonatas sold 23,400 copies by the end of 2021 and stood in the classical chart for 26 weeks, at its best in fourth place [@recording, p. 1].
The magazine Strings & Bows, which has some 64,000 readers, gave it five of five stars [@recording, p. 2]. It had reviewed 1,180 recordings that year, and only 14 received that mark, little more than 1 percent [@recording, p. 2].

She has taught master classes at nine conservatories in six countries, three of them in Japan [@teaching, p. 1]. Of her 16 students at Tampa seven hold positions in orchestras [@teaching, p. 1].
The jury of the Oslo Prize, to which she belonged in 2019 and 2021, heard 122 candidates in these two years [@jury, p. 1].
"""

VIOLIST_PAGES = {
    "competition": (
        "Lisbon Viola Competition, 3 to 11 June 2015\nFinal, 11 June\n1. Kenji Arata (Japan) 94.2 points\n2. Hanne Virtala (Finland) 93.1 points\n3. Clara Dubois (France) 91.7 points\n83 violists of 29 nations took part. The last laureate from Finland had been Timo Saari in 1997.",
        "Prizes\nFirst: EUR 30,000 and 15 concerts\nSecond: EUR 20,000 and 11 concerts\nThird: EUR 10,000 and 5 concerts",
    ),
    "orchestra": (
        "Tampa Bay Chamber Orchestra. Hanne Virtala was our principal viola from September 2016 to June 2022. In these six seasons she took part in 214 concerts, in 37 of which she was the soloist.\nAudience per season\n2015/16  48,000\n2018/19  57,300\n2021/22  62,900",
        "Fees per concert\nH. Virtala  $9,500\nOther principals  $4,900\nSection players  $2,150",
    ),
    "recording": (
        "Nordic Classical Chart. Virtala, Rozycki: Sonatas for viola. Entered March 2020, weeks in chart: 26, highest position: 4. Copies sold up to 31 December 2021: 23,400.",
        "Strings & Bows, December 2020. Readers: approximately 64,000. Rozycki, Sonatas (H. Virtala): five stars. In 2020 we reviewed 1,180 recordings. Five stars were given 14 times, four stars 203 times.",
    ),
    "teaching": (
        "Master classes of Hanne Virtala\nSibelius Academy, Finland 2014\nTokyo, Japan 2016\nOsaka, Japan 2016\nKyoto, Japan 2018\nLyon, France 2017\nLeipzig, Germany 2018\nBoston, United States 2019\nOberlin, United States 2021\nOslo, Norway 2021\nStudents at Tampa, 2016 to 2022: 16. Now in orchestras: 7.",
    ),
    "jury": (
        "Oslo Prize, members of the jury\n2019 H. Virtala, P. Moen, A. Klein (58 candidates)\n2021 H. Virtala, S. Okada, A. Klein (64 candidates)",
    ),
}

GEOLOGIST = """\
Dr. Pavel Oresky discovered the Kamen nickel deposit in July 2011, whose reserves were put at 48 million tonnes in 2014 and at 61 million tonnes in 2018 [@survey, p. 1].
The average grade is 1.7 percent nickel, against 0.9 percent in the five other deposits of the district [@survey, p. 2]. The mine employs 840 people, more than a tenth of the workers of the province [@survey, p. 2].

He holds four patents on the detection of sulfides, granted between 2009 and 2017, and licensed to seven companies [@patents, p. 1]. Royalties came to $3.4 million by 2020, of which $1.9 million were paid by Norex alone [@patents, p. 1].

His handbook, now in its third edition, has been adopted at 41 universities and cited 1,286 times [@book, p. 1]. His h-index of 24 is the second highest of the 130 geologists of the National Survey [@book, p. 2].

In 2016 the Society of Economic Geology gave him its Agricola Medal, which only 22 people have received since 1958 [@medal, p. 1]. He was 44 years old, while the average age of the medalists is 61 [@medal, p. 1].
The Society has 7,300 members, of whom fewer than 3 percent are fellows [@medal, p. 2]. Dr. Oresky became a fellow in 2013, at the earliest date that the bylaws allow, ten years after his admission [@medal, p. 2].
"""

GEOLOGIST_PAGES = {
    "survey": (
        "National Survey, Report 118. The Kamen deposit was found by Pavel Oresky in July 2011.\nEstimate of reserves\nYear  Million tonnes\n2012  22\n2014  48\n2018  61",
        "Nickel deposits of the district\nDeposit  Grade (% Ni)\nKamen  1.7\nBor  1.1\nLysa  0.8\nMean of the five others  0.9\nEmployment: Kamen mine 840. Workers of the province: 8,050.",
    ),
    "patents": (
        "Patents of P. Oresky\nUS 7,555,120 (2009)\nUS 8,120,344 (2012)\nUS 8,914,002 (2014)\nUS 9,722,615 (2017)\nLicences: seven companies. Royalties until December 2020: 3.4 million dollars, thereof Norex 1.9 million dollars.",
    ),
    "book": (
        "Handbook of Sulfide Exploration, by P. Oresky. First edition 2006, second 2012, third 2019. Courses: 41 universities. Citations: 1,286.",
        "National Survey, h-index of its 130 geologists\n1  J. Malik  27\n2  P. Oresky  24\n3  R. Stone  21",
    ),
    "medal": (
        "The Agricola Medal. Founded in 1958. Medalists to date: 22, with a mean age of 61 years. 2016: Pavel Oresky (born 8 May 1972).",
        "Society of Economic Geology. Members: 7,300. Fellows: 204. A member may become a fellow after ten years. P. Oresky: member since 2003, fellow since 2013.",
    ),
}


UNDERIVED = {"violist": ["six"]}
"""Words of right figures that are reported as not found: countries among towns, patents in a list."""


def table_letters(base: Case) -> dict[str, DraftSection]:
    """Returns the six letters, each as one section beside its case."""
    letters = {
        "economist": (ECONOMIST, "Miriam Castellane", ECONOMIST_PAGES),
        "chef": (CHEF, "Teodor Vance", CHEF_PAGES),
        "coach": (COACH, "Ingrid Solheim", COACH_PAGES),
        "biostatistician": (BIOSTATISTICIAN, "Anselm Ferreyra", BIOSTATISTICIAN_PAGES),
        "violist": (VIOLIST, "Hanne Virtala", VIOLIST_PAGES),
        "geologist": (GEOLOGIST, "Pavel Oresky", GEOLOGIST_PAGES),
    }
    return {
        key: DraftSection("intro", text, make_case(name, name.split()[1], pages, base))
        for key, (text, name, pages) in letters.items()
    }
