"""A plant breeder's letter with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Tomás Arriaga"

LETTER = """\
Dr. Tomás Arriaga breeds dry beans. He has been a full professor at Calder State University since 2019, ten years after he joined its faculty [@cv, p. 1]. Born in 1976, he took his doctorate at the University of Duero at the age of thirty and spent the following three years at the Centro Andino de Leguminosas in Cali [@cv, p. 1]. He is the author of 118 refereed articles and nine chapters in books, and has given 57 invited lectures in eighteen countries [@cv, p. 1]. Fourteen doctoral students have graduated under his direction, and six more are at work [@cv, p. 1].

Between 2012 and 2021 five of his varieties were registered, two of them pintos [@registry, p. 1]. Caldera, the first, was registered on March 15, 2012; Caldera II followed on January 30, 2018, ripens three days earlier, and yields 3,120 pounds an acre, about ten percent more [@registry, p. 1]. Salmon Creek, his latest variety and his only pink bean, is protected by certificate No. 202100039 [@registry, p. 1]. Snowline, a great northern, yields over 2,700 pounds an acre and needs 97 days to ripen [@registry, p. 1].

In the regional trials of 2019 to 2021, at 22 sites in four states, Caldera II yielded 2,848 pounds an acre on average, 335 more than the check variety La Roca and 448 more than Montrose [@registry, p. 2]. It led in each of the four states, with 3,240 pounds in Idaho and 2,410 in North Dakota [@registry, p. 2]. In Colorado it outyielded Montrose by 15 percent [@registry, p. 2]. Its score for rust was 1.8 on a scale on which nine is the worst, against 5.6 for La Roca and 6.3 for Montrose [@registry, p. 2].

Growers planted 225,500 acres of Dr. Arriaga's varieties in 2021, close to five times the 47,500 acres of 2015 [@acreage, p. 1]. About one acre in six of all dry beans in the United States was sown with them in 2021; in 2015 it had been less than three percent [@acreage, p. 1]. Caldera II alone went from 58,700 acres in 2019 to 164,000 two years later, while the older Caldera, which it replaces, lost more than half of its area [@acreage, p. 1]. These gains came while the country's area of dry beans shrank by some 370,000 acres, from 1.76 million in 2015 to 1.39 million in 2021 [@acreage, p. 1]. Snowline has gained in every year of the table and stood at 24,600 acres in 2021 [@acreage, p. 1].

Royalties on his varieties came to $883,000 in the fiscal year that ended on June 30, 2022, nearly twice the $460,000 of three years earlier [@royalty, p. 1]. Caldera II earned $742,900 of this, or 84 percent [@royalty, p. 1]. Over four fiscal years the University collected some $2.7 million, of which a quarter, $673,400, is the inventor's share [@royalty, p. 1]. That share rose from $115,000 in 2019 to $220,750 in 2022 [@royalty, p. 1].

By the fall of 2022 his work had been cited 5,412 times, more than half of it since 2017, and his h-index was 38 [@citations, p. 1]. His paper of 2011 on rust resistance accounts for 734 of these citations, and the one of 2015 on pyramiding for nearly 490 [@citations, p. 1]. Citations have risen every year, from 402 in 2017 to 598 in 2021, an increase of almost half [@citations, p. 1]. In the first nine months of 2022 there were another 442 [@citations, p. 1]. Eleven of his articles appeared in Crop Advances, which ranks first of 91 journals of agronomy with an impact factor of 8.4, and seventeen in Theoretical Legume Genetics, which ranks third [@citations, p. 2].

Dr. Amina Otieno, director of the African Bean Consortium, writes that the Consortium received seed of his line AR-7 in August 2013, and that nineteen varieties descended from it have been released in eight countries [@consortium, p. 1]. Six were released in Ethiopia, five in Kenya and three in Uganda [@consortium, p. 1]. Some 1.3 million households grow them, on about 610,000 hectares [@consortium, p. 1]. Farmers who used to spray four times a season now spray once, and losses to rust have fallen from 35 percent of the crop to less than eight [@consortium, p. 1]. In fifteen years as director she has known only two other donor lines to be used as widely [@consortium, p. 1].

The Snake River Bean Growers, a cooperative of 640 members, planted 9,200 acres of Caldera II in 2019 and 31,500 acres in 2022, seventy percent of their acreage of pintos [@coop, p. 1]. In 2022 their members harvested 3,050 pounds an acre, 450 more than from other pintos, which at forty cents a pound was worth $180 an acre [@coop, p. 1]. The variety ripens nine days before La Roca, which saves one irrigation, or about two inches of water [@coop, p. 1].

In June 2021 the American Society of Crop Breeders awarded Dr. Arriaga its Frankel Medal, with $25,000 [@award, p. 1]. The Society has some 4,700 members in 63 countries and gives the medal to a single scientist each year [@award, p. 1]. A committee of eleven chose him from 38 nominees; he is the 53rd recipient since 1968 and only the fourth breeder of beans [@award, p. 1]. At 45 he was the youngest recipient since 1989 [@award, p. 1]. The medal was to be presented in Salt Lake City on November 9, 2021 [@award, p. 1].

Dr. Arriaga served on panels of the National Agricultural Research Fund in 2016, 2018, 2020 and 2022, and chaired the last of them [@panel, p. 1]. In these four years he reviewed 47 proposals, which asked for $61.4 million in all [@panel, p. 1]. In 2022 his panel of fifteen recommended 26 of 144 proposals, or 18 percent, with budgets of $38.2 million [@panel, p. 1]. As associate editor of Crop Advances since January 2017 he has handled 213 manuscripts and accepted 58, just over a quarter [@panel, p. 1].

He directs a project on heat tolerance that the Fund supports with $4.875 million over five years from September 1, 2020 [@grant, p. 1]. The award exceeded one million dollars in each of the first two years and falls to $880,000 in the fifth [@grant, p. 1]. Calder State receives 62 percent of it, Nebraska Plains University 23 percent, and the Centro Andino the rest [@grant, p. 1]. Since 2010 he has been principal investigator of 21 grants worth $17.6 million [@grant, p. 1].

The High Plains Grower, with 88,000 copies and 410,000 visits to its website a month, wrote about Caldera II on March 3, 2022 [@press, p. 1]. Lyle Behrens, who planted 1,400 acres of it near Scottsbluff, told the magazine that he had harvested 34 bags an acre, seven more than from his old variety [@press, p. 1].

Since August 16, 2022, Dr. Arriaga has earned $212,500, over sixty percent above the median of $131,400 for professors of crop science and some 17 percent above the ninetieth percentile of $181,200 [@salary, p. 1; @salary, p. 2]. He had earned $184,000 before, so that his salary rose by 15.5 percent [@salary, p. 2]. The survey covers 214 professors at 46 universities [@salary, p. 1].
"""

PAGES = {
    "cv": (
        "TOMÁS ARRIAGA, Ph.D.\nBorn February 3, 1976, Salcedo\n\nAppointments\n2019-present  Professor, Department of Crop Science, Calder State University, Boise\n2014-2019  Associate Professor (tenured), same\n2009-2014  Assistant Professor, same\n2006-2009  Postdoctoral fellow, Centro Andino de Leguminosas (CAL), Cali\n\nDegrees\nPh.D., Plant Breeding, University of Duero, June 2006\nM.Sc., Genetics, University of Duero, 2002\nIng. Agr., Universidad de Salcedo, 1999\n\nOutput\nRefereed articles 118; book chapters 9; edited volumes 1; extension bulletins 34\nInvited lectures 57 (18 countries)\nStudents: Ph.D. completed 14, current 6; M.Sc. completed 22, current 3",
    ),
    "registry": (
        "CALDER STATE UNIVERSITY, Foundation Seed Program. Varieties of the bean breeding program (breeder: T. Arriaga)\nVariety\tMarket class\tRegistered\tPVP certificate\tDays to maturity\tYield, lb/acre\nCaldera\tpinto\t03/15/2012\t201200114\t94\t2,840\nSnowline\tgreat northern\t02/20/2014\t201400087\t97\t2,710\nRuby Fork\tdark red kidney\t04/05/2016\t201600203\t101\t2,190\nCaldera II\tpinto\t01/30/2018\t201800052\t91\t3,120\nSalmon Creek\tpink\t02/11/2021\t202100039\t93\t2,960",
        "COOPERATIVE DRY BEAN NURSERIES, pinto class, means of 2019-2021, lb/acre\nEntry\tIdaho (6 sites)\tNebraska (5 sites)\tColorado (4 sites)\tNorth Dakota (7 sites)\tMean\tRust (1-9)\nCaldera II\t3,240\t2,980\t2,760\t2,410\t2,848\t1.8\nLa Roca (check)\t2,790\t2,610\t2,420\t2,230\t2,513\t5.6\nMontrose (check)\t2,650\t2,480\t2,390\t2,080\t2,400\t6.3\nArapaho\t2,900\t2,700\t2,300\t2,260\t2,540\t3.9\nLSD (0.05) 186. Rust: 1 = no symptoms, 9 = plant death.",
    ),
    "acreage": (
        "U.S. dry bean certification report: acres planted\nVariety\t2015\t2017\t2019\t2021\nCaldera\t41,200\t88,500\t72,300\t30,100\nSnowline\t6,300\t14,800\t21,900\t24,600\nRuby Fork\t-\t2,100\t5,400\t6,800\nCaldera II\t-\t-\t58,700\t164,000\nCalder State varieties (Arriaga)\t47,500\t105,400\t158,300\t225,500\nAll dry beans, United States\t1,760,000\t1,402,000\t1,290,000\t1,390,000\nPage 7 of 31. Printed 10/02/2022",
    ),
    "royalty": (
        "CALDER STATE UNIVERSITY, Office of Technology Transfer\nStatement of royalties received, bean varieties, fiscal years ended June 30 (US$)\nVariety\tFY2019\tFY2020\tFY2021\tFY2022\nCaldera\t212,400\t148,900\t96,300\t61,700\nSnowline\t48,200\t53,100\t57,600\t60,400\nRuby Fork\t11,900\t14,200\t17,300\t18,000\nCaldera II\t187,500\t364,800\t598,400\t742,900\nTotal\t460,000\t581,000\t769,600\t883,000\nInventor's share, 25 % (T. Arriaga)\t115,000\t145,250\t192,400\t220,750",
    ),
    "citations": (
        "Scholar Profiles  Sign in  Follow\nTomás Arriaga, Calder State University. Verified email. Bean breeding\nCited by  All  Since 2017\nCitations  5,412  2,968\nh-index  38  27\ni10-index  81  60\nTitle / Cited by / Year\nA single dominant gene for rust resistance in common bean, Theoretical Legume Genetics 112, 734, 2011\nMarker-assisted pyramiding of rust and mosaic resistance, Crop Advances 48, 489, 2015\nHeat tolerance at flowering in pinto beans, Crop Advances 51, 301, 2018\nInheritance of slow seed coat darkening, Bean Reports 9, 266, 2013\nCitations per year: 2017 402, 2018 455, 2019 511, 2020 560, 2021 598, 2022 442 (to September 30)\nShow more  Help  Privacy",
        "Journal Report 2021, category Agronomy (91 journals)\nRank\tJournal\tImpact factor\tArticles in 2021\tArticles by T. Arriaga, all years\n1\tCrop Advances\t8.4\t312\t11\n2\tField and Plant\t7.1\t540\t2\n3\tTheoretical Legume Genetics\t6.6\t188\t17\n29\tBean Reports\t2.3\t96\t23",
    ),
    "consortium": (
        "AFRICAN BEAN CONSORTIUM, Nairobi\nNovember 8, 2022\nDear Officer: I have been director of the Consortium for fifteen years. In August 2013 we received from Dr. Arriaga seed of AR-7, his donor line for resistance to rust. Nineteen varieties with AR-7 in their pedigree have since been released in eight countries: six in Ethiopia, five in Kenya, three in Uganda, and one each in Rwanda, Burundi, Malawi, Zambia and Tanzania. We estimate that 1.3 million households grow them, on about 610,000 hectares. Before 2014 rust took 35 percent of the crop in our region; today it takes less than 8 percent, and farmers who sprayed four times in a season spray once. I know of two other donors that have been used as widely. Our own budget for beans is $12 million a year, with 74 staff.\nAmina Otieno, Ph.D.",
    ),
    "coop": (
        "SNAKE RIVER BEAN GROWERS COOPERATIVE\nDecember 1, 2022\nTo whom it may concern: We are 640 growers in southern Idaho. Our members planted 9,200 acres of Caldera II in 2019 and 31,500 acres in 2022, which is 70 percent of our 45,000 acres of pintos. In 2022 Caldera II gave our members 3,050 pounds an acre on average, other pintos 2,600. At 40 cents a pound the difference is $180 an acre. In 2019 we were paid 28 cents. Because Caldera II is ripe nine days before La Roca, we save the last irrigation, some two inches of water.\nDale Hutchins, President since 2011",
    ),
    "award": (
        "AMERICAN SOCIETY OF CROP BREEDERS  For release June 14, 2021\nTomás Arriaga of Calder State University will receive the Frankel Medal for 2021. The medal, which comes with $25,000, has been given to one scientist a year since 1968, with one exception. Dr. Arriaga is the fifty-third recipient, the fourth bean breeder, and, at 45, the youngest since 1989. He was chosen by a committee of eleven from 38 nominations. The medal will be presented on November 9, 2021, at the annual meeting in Salt Lake City. The Society has 4,700 members in 63 countries. Registration for the meeting opens August 2 ($395, students $120).",
    ),
    "panel": (
        "NATIONAL AGRICULTURAL RESEARCH FUND\nSeptember 19, 2022\nThis confirms that Dr. T. Arriaga served on our panel Plant Breeding in 2016, 2018, 2020 and 2022, and chaired it in 2022. He wrote reviews of 47 proposals with requested budgets of $61.4 million in total. In 2022 the panel of fifteen recommended 26 of 144 proposals (18 %), with budgets of $38.2 million.\nPrinted below: Crop Advances, editorial office. T. Arriaga, associate editor since January 2017. Manuscripts handled 213; accepted 58; rejected 139; pending 16.",
    ),
    "grant": (
        "NOTICE OF AWARD 2020-67013-31855\nProject: Heat-tolerant dry beans for the northern plains\nPrincipal investigator: T. Arriaga, Calder State University\nPeriod: 09/01/2020 - 08/31/2025\nYear 1  $1,050,000\nYear 2  $1,020,000\nYear 3  $985,000\nYear 4  $940,000\nYear 5  $880,000\nTotal  $4,875,000\nShares: Calder State 62 %, Nebraska Plains University 23 %, Centro Andino de Leguminosas 15 %\nOffice of Sponsored Programs, note of 10/11/2022: awards to T. Arriaga as principal investigator since 2010: 21, total $17.6 million; as co-investigator: 13, total $9.2 million",
    ),
    "press": (
        'High Plains Grower | News | Markets | Weather 71F | Log in\nThe Bean That Beat the Rust\nBy Nell Ostrander, March 3, 2022, 6 min read\nSCOTTSBLUFF - Lyle Behrens planted 1,400 acres of Caldera II last summer and has no plans to go back. "I cut 34 bags to the acre," he says. "The old variety never gave me more than 27." Behrens, 61, has farmed here for 38 years. The new bean was bred at Calder State University by Tomás Arriaga, whose first pinto came out ten years ago.\n22 comments. Most read: 5 tractors under $50,000\nAdvertise: 88,000 copies, 410,000 web visits a month',
    ),
    "salary": (
        "FACULTY SALARY SURVEY 2022-23, crop science, 46 universities (US$, nine months)\nRank\tN\t10th\tMedian\tMean\t90th\nProfessor\t214\t98,700\t131,400\t136,900\t181,200\nAssociate professor\t167\t84,200\t101,800\t104,300\t128,500\nAssistant professor\t183\t76,500\t89,900\t91,200\t107,400",
        "CALDER STATE UNIVERSITY, Office of the Provost\nJuly 6, 2022\nDear Tomás: I am pleased to tell you that effective August 16, 2022 your nine-month salary will be $212,500 (now $184,000).\nThe budget of your program remains at $390,000.",
    ),
}

ERRORS = (
    ("since 2019, ten years after", "since 2014, ten years after"),
    ("since 2019, ten years after", "since 2019, thirteen years after"),
    ("Born in 1976", "Born in 1967"),
    ("the age of thirty and", "the age of twenty-six and"),
    ("following three years", "following five years"),
    ("of 118 refereed articles", "of 181 refereed articles"),
    ("of 118 refereed articles", "of more than 120 refereed articles"),
    ("nine chapters in books", "thirty-four chapters in books"),
    ("57 invited lectures", "75 invited lectures"),
    ("in eighteen countries", "in eight countries"),
    ("Fourteen doctoral students", "Twenty-two doctoral students"),
    ("and six more are", "and three more are"),
    ("Between 2012 and 2021", "Between 2002 and 2021"),
    ("five of his varieties were", "six of his varieties were"),
    ("two of them pintos", "three of them pintos"),
    ("on March 15, 2012", "on May 3, 2012"),
    ("on March 15, 2012", "on March 15, 2014"),
    ("on January 30, 2018", "on February 20, 2018"),
    ("ripens three days earlier", "ripens six days earlier"),
    ("yields 3,120 pounds", "yields 3,210 pounds"),
    ("3,120 pounds an acre", "3,120 kilograms an acre"),
    ("about ten percent more", "about twenty percent more"),
    ("No. 202100039", "No. 202100093"),
    ("yields over 2,700 pounds", "yields over 2,800 pounds"),
    ("needs 97 days", "needs 91 days"),
    ("at 22 sites in", "at 32 sites in"),
    ("2,848 pounds an acre on average", "2,760 pounds an acre on average"),
    ("335 more than the check", "535 more than the check"),
    ("448 more than Montrose", "335 more than Montrose"),
    ("with 3,240 pounds in Idaho", "with 2,980 pounds in Idaho"),
    ("2,410 in North Dakota", "2,760 in North Dakota"),
    ("in each of the four states", "in each of the five states"),
    ("by 15 percent [@registry", "by 25 percent [@registry"),
    ("rust was 1.8 on", "rust was 3.9 on"),
    ("on which nine is the worst", "on which ten is the worst"),
    ("5.6 for La Roca and 6.3 for Montrose", "6.3 for La Roca and 5.6 for Montrose"),
    ("planted 225,500 acres", "planted 255,500 acres"),
    ("planted 225,500 acres", "planted 225,500 hectares"),
    ("varieties in 2021, close", "varieties in 2019, close"),
    ("close to five times", "more than five times"),
    ("close to five times", "close to four times"),
    ("the 47,500 acres", "the 41,200 acres"),
    ("one acre in six", "one acre in three"),
    ("less than three percent", "less than two percent"),
    ("from 58,700 acres in 2019", "from 72,300 acres in 2019"),
    ("to 164,000 two years", "to 146,000 two years"),
    ("164,000 two years later", "164,000 four years later"),
    ("lost more than half", "lost more than two thirds"),
    ("some 370,000 acres", "some 37,000 acres"),
    ("1.39 million in 2021", "1.29 million in 2021"),
    ("at 24,600 acres", "at 21,900 acres"),
    ("came to $883,000", "came to $838,000"),
    ("ended on June 30, 2022", "ended on June 30, 2021"),
    ("ended on June 30, 2022", "ended on September 30, 2022"),
    ("nearly twice the $460,000", "nearly three times the $460,000"),
    ("nearly twice the $460,000", "more than twice the $460,000"),
    ("of three years earlier [@royalty", "of two years earlier [@royalty"),
    ("earned $742,900 of", "earned $598,400 of"),
    ("or 84 percent", "or 48 percent"),
    ("Over four fiscal years", "Over five fiscal years"),
    ("some $2.7 million", "some $27 million"),
    ("of which a quarter", "of which a third"),
    ("a quarter, $673,400", "a quarter, $637,400"),
    ("from $115,000 in 2019", "from $145,250 in 2019"),
    ("cited 5,412 times", "cited 5,142 times"),
    ("more than half of it since 2017", "more than two thirds of it since 2017"),
    ("h-index was 38", "h-index was 27"),
    ("for 734 of these", "for 743 of these"),
    ("His paper of 2011", "His paper of 2013"),
    ("for nearly 490", "for nearly 590"),
    ("from 402 in 2017", "from 455 in 2017"),
    ("to 598 in 2021", "to 560 in 2021"),
    ("increase of almost half", "increase of almost a third"),
    ("first nine months of 2022", "first six months of 2022"),
    ("Eleven of his articles", "Seventeen of his articles"),
    ("first of 91 journals", "first of 19 journals"),
    ("ranks first of 91", "ranks second of 91"),
    ("factor of 8.4", "factor of 6.6"),
    ("which ranks third", "which ranks second"),
    ("in August 2013, and", "in August 2003, and"),
    ("nineteen varieties descended", "ninety varieties descended"),
    ("released in eight countries", "released in eighteen countries"),
    ("five in Kenya", "six in Kenya"),
    ("three in Uganda", "eight in Uganda"),
    ("1.3 million households", "13 million households"),
    ("610,000 hectares", "610,000 acres"),
    ("610,000 hectares", "601,000 hectares"),
    ("spray four times a season", "spray four times a month"),
    ("now spray once", "now spray twice"),
    ("from 35 percent of the crop", "from 53 percent of the crop"),
    ("less than eight [", "less than five ["),
    ("In fifteen years as director", "In fifty years as director"),
    ("only two other donor lines", "only three other donor lines"),
    ("of 640 members", "of 460 members"),
    ("planted 9,200 acres", "planted 92,000 acres"),
    ("31,500 acres in 2022", "45,000 acres in 2022"),
    ("31,500 acres in 2022", "31,500 acres in 2021"),
    ("seventy percent of their", "seventeen percent of their"),
    ("harvested 3,050 pounds", "harvested 2,600 pounds"),
    ("450 more than from", "350 more than from"),
    ("at forty cents a pound", "at twenty-eight cents a pound"),
    ("at forty cents a pound", "at forty dollars a pound"),
    ("worth $180 an acre", "worth $108 an acre"),
    ("ripens nine days before", "ripens three days before"),
    ("two inches of water", "two feet of water"),
    ("In June 2021 the American", "In November 2021 the American"),
    ("with $25,000 [", "with $2,500 ["),
    ("some 4,700 members in 63", "some 7,400 members in 63"),
    ("in 63 countries", "in 36 countries"),
    ("committee of eleven chose", "committee of fifteen chose"),
    ("from 38 nominees", "from 53 nominees"),
    ("the 53rd recipient since", "the 38th recipient since"),
    ("since 1968 and", "since 1986 and"),
    ("the fourth breeder of", "the first breeder of"),
    ("At 45 he was", "At 54 he was"),
    ("recipient since 1989", "recipient since 1968"),
    ("on November 9, 2021", "on September 11, 2021"),
    ("2016, 2018, 2020 and 2022", "2016, 2018, 2019 and 2022"),
    ("reviewed 47 proposals", "reviewed 144 proposals"),
    ("for $61.4 million in all", "for $64.1 million in all"),
    ("for $61.4 million in all", "for $38.2 million in all"),
    ("panel of fifteen recommended", "panel of fifty recommended"),
    ("26 of 144 proposals", "26 of 114 proposals"),
    ("or 18 percent", "or 28 percent"),
    ("budgets of $38.2 million", "budgets of $38.2 billion"),
    ("since January 2017 he", "since January 2007 he"),
    ("handled 213 manuscripts", "handled 139 manuscripts"),
    ("accepted 58, just", "accepted 85, just"),
    ("just over a quarter", "just over a third"),
    ("with $4.875 million", "with $4.785 million"),
    ("over five years from", "over four years from"),
    ("from September 1, 2020", "from January 9, 2020"),
    (
        "exceeded one million dollars in each of the first two",
        "exceeded one million dollars in each of the first three",
    ),
    ("to $880,000 in the fifth", "to $940,000 in the fifth"),
    ("receives 62 percent", "receives 26 percent"),
    ("University 23 percent", "University 15 percent"),
    ("Since 2010 he has", "Since 2001 he has"),
    ("of 21 grants", "of 13 grants"),
    ("worth $17.6 million", "worth $9.2 million"),
    ("with 88,000 copies", "with 410,000 copies"),
    ("410,000 visits to its website a month", "410,000 visits to its website a year"),
    ("on March 3, 2022 [", "on March 30, 2022 ["),
    ("planted 1,400 acres", "planted 14,000 acres"),
    ("harvested 34 bags", "harvested 38 bags"),
    ("seven more than from", "eleven more than from"),
    ("Since August 16, 2022", "Since July 6, 2022"),
    ("earned $212,500, over", "earned $221,500, over"),
    ("over sixty percent above the median", "over seventy percent above the median"),
    ("median of $131,400", "median of $136,900"),
    ("some 17 percent above", "some 27 percent above"),
    ("percentile of $181,200", "percentile of $128,500"),
    ("had earned $184,000 before", "had earned $148,000 before"),
    ("rose by 15.5 percent", "rose by 25.5 percent"),
    ("covers 214 professors", "covers 167 professors"),
    ("at 46 universities", "at 64 universities"),
)
