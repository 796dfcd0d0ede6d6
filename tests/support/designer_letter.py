"""A fashion designer's letter with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Ilse Brandvold"

LETTER = """\
Ms. Ilse Brandvold, born in Ålesund in March 1984, is the founder and creative director of Brandvold Studio AS, which she set up in Oslo on March 2, 2015, just before her thirty-first birthday [@cv, p. 1]. She took her master's degree in knitwear at Northgate College of Art in 2008 with distinction, an honor given to only three of the 41 members of her class [@cv, p. 1]. She then spent three years at Tessier Frères and three and a half years as head of knitwear at Maison Orvane, where she led a team of fourteen [@cv, p. 1]. She has shown sixteen collections, more than half of them in Paris, and her work has been seen in five solo and 23 group exhibitions [@cv, p. 1]. Four times she has been a guest teacher at Northgate, most recently in 2021, for a total of 160 hours [@cv, p. 1].

In November 2020 a jury of seven unanimously chose Ms. Brandvold as winner of the Nordlys Prize, which carries 400,000 Danish kroner and is awarded every other year [@award, p. 1]. She was chosen from 318 nominees from 27 countries; fewer than eight percent of them reached the longlist, and six the shortlist [@award, p. 1]. She is the third designer of fashion to win the prize since it was first given in 1992, and the first knitwear designer [@award, p. 1]. The ceremony in Copenhagen was set for January 28, 2021 [@award, p. 1]. The jury gave her 93 of 100 points, four more than the runner-up, the furniture designer Teodor Lank, and 16 more than the sixth finalist [@award, p. 2]. She had the highest marks of all six finalists for originality, with 38 of 40, and for craft, with 34 of 35 [@award, p. 2].

The Loom Index ranked Ms. Brandvold fourth among the world's independent designers in 2022, up from eleventh the year before [@ranking, p. 1]. With 2,388 points she stood 17 points ahead of Paul Marchetti of Italy and within 300 points of the third, Sorrel Adeyemi [@ranking, p. 1]. The vote is taken among 140 buyers and editors in 32 countries, and some 1,850 designers are eligible, so that her rank places her in the top one percent [@ranking, p. 1].

The Museum of Modern Textiles in Rotterdam bought two of her garments in 2017, four more in 2019, and in 2022 an entire collection of 38 pieces, so that it now holds 44 [@museum, p. 1]. The museum paid 92,000 euros for that collection, more than it has ever paid for the work of another living designer [@museum, p. 1]. From May 15 to September 4, 2022, it devoted three galleries to her exhibition "Loose Ends," with over 110 works [@museum, p. 1]. The exhibition was seen by 146,300 people, more than twice the 70,000 that a summer exhibition draws there on average [@museum, p. 1]. That is 1,493 visitors a day, nearly double the 766 of "The Loom and the Machine," the next most visited exhibition of those years [@museum, p. 2]. Some 7,850 catalogues were sold, about three times as many as in 2019 [@museum, p. 2]. The exhibition moved on to Kyoto in December 2022 and is to open in Chicago in October 2023 [@museum, p. 1].

Her seamless method, for which she applied on August 22, 2016, was granted a Norwegian patent with fourteen claims on November 12, 2018 [@patent, p. 1]. European, American and Japanese patents followed between February 2020 and May 2021; the American one, No. 10,912,336, is of March 9, 2021 [@patent, p. 1]. At the end of 2021 eleven companies held a license, and a year later fifteen [@patent, p. 1]. The Norwegian patent is in force until August 2036 [@patent, p. 1]. The method needs 40 percent less yarn than a garment that is cut and sewn, and it shortens the time on the machine from two and a half hours to under an hour [@press, p. 1]. Two of the five largest Italian makers of knitwear are among its licensees [@press, p. 1]. The critic Matteo Rinaldi counts her among three designers in twenty years who changed how knitwear is made [@press, p. 1].

The Selvedge Review gave her a portrait of ten pages in its autumn issue of 2021, when she was 37 and employed about a dozen people [@press, p. 1]. The Review, founded in 1998, prints 62,000 copies four times a year and is read in 38 countries [@press, p. 1]. Dagsposten, with 612,000 readers a day, has published nine articles about her in five years, and Form & Ting, with 83,500 readers an issue, six [@press, p. 2]. Together with four in the weekly Stil, that makes nineteen articles [@press, p. 2].

The revenue of Brandvold Studio nearly doubled from 20.9 million Norwegian kroner in 2019 to 41.2 million in 2022 [@accounts, p. 1]. Income from licenses more than tripled in the same period, from 2.15 million to 7.24 million kroner [@accounts, p. 1]. In 2022 alone revenue grew by 44 percent, and operating profit more than doubled to 8.29 million kroner [@accounts, p. 1]. Licenses made up 17.6 percent of revenue in 2022, after 13.8 percent in 2021 [@accounts, p. 1]. Even in 2020, when sales of garments fell by 13 percent, the studio remained profitable and kept all nine of its employees [@accounts, p. 1]. In 2022 it employed sixteen people [@accounts, p. 1]. More than a quarter of the revenue of 2022, some 10.7 million kroner, came from the United States, and 15 percent from Japan [@accounts, p. 2]. At the end of 2022 her garments were sold in 127 stores in 19 countries, against 61 stores in 11 countries three years before [@accounts, p. 2].

Hallam & Rowe first ordered 120 pieces for three of its stores in February 2018; for spring 2023 it ordered 2,600 for 28 of its 42 stores, or two thirds of them [@retail, p. 1]. It sells 81 percent of her knitwear at full price, 29 percentage points above its average for designer knitwear [@retail, p. 1]. Her Fjord cardigan, at $940, sold out within nine days in October 2021 and has been reordered four times [@retail, p. 1]. By sales per square foot she ranked second of 64 knitwear labels in 2022, at $1,310, up from ninth two years earlier [@retail, p. 1].

Ms. Brandvold sat on the jury of the Young Knit Award in 2019, 2021 and 2022, the last time as its chair [@jury, p. 1]. In these three years 706 entries were submitted, 305 of them in 2022 [@jury, p. 1]. The jury has nine members, each of whom scores some sixty entries and all twelve finalists [@jury, p. 1].

Under a contract of July 18, 2022, Kestrel Apparel Group pays her studio $640,000 a year for four years from October 1, 2022, or $2.56 million in all [@contract, p. 1]. In addition it pays a royalty of 3.5 percent on net sales of up to $10 million a year and of five percent on sales above that, and an advance of $250,000 within 30 days of signature [@contract, p. 1]. Her studio owes Kestrel two collections a year of at least 36 styles each [@contract, p. 1]. The minimum royalty rises from $210,000 in the first year to $850,000 in the fourth and adds up to $1.925 million [@contract, p. 2]. The fee is nearly three times the median of $221,000 for creative directors in the United States and over 50 percent above their ninetieth percentile of $412,000 [@contract, p. 1; @survey, p. 1]. The survey, as of April 1, 2022, covers 173 companies and 127 creative directors [@survey, p. 1].
"""

PAGES = {
    "cv": (
        "ILSE BRANDVOLD\nBorn 14 March 1984, Ålesund, Norway. Norwegian (native), English, French\n\nEDUCATION\n2003-2006 BA, Textile Design, Bergen Academy of Applied Arts (9 June 2006)\n2006-2008 MA, Knitwear, Northgate College of Art, London (with distinction; 3 distinctions in a class of 41)\n\nPOSITIONS\nSept. 2008 - Aug. 2011 Junior knitwear designer, Tessier Frères, Paris\nSept. 2011 - Feb. 2015 Head of knitwear, Maison Orvane, Paris (team of 14)\nMarch 2015 - present Founder and creative director, Brandvold Studio AS, Oslo (founded 2 March 2015)\n\nGUEST TEACHING\n2016, 2018, 2019, 2021 Northgate College of Art (40 hours each)\n\nSHOWS\nCollections shown: 16 (Paris 9, Copenhagen 5, Tokyo 2)\nSolo exhibitions: 5. Group exhibitions: 23",
    ),
    "award": (
        "THE NORDLYS PRIZE FOR DESIGN\nCopenhagen, 6 November 2020\nDear Ms. Brandvold, the jury of seven has unanimously chosen you as the winner of the Nordlys Prize 2020. This year 318 designers from 27 countries were nominated. Of these 24 were placed on the longlist on 1 June 2020 and six on the shortlist on 14 September 2020. The prize is endowed with DKK 400,000. It has been awarded every two years since 1992. You are the third winner from fashion and the first to work in knitwear. The ceremony will be held in the Royal Hall, Copenhagen, on 28 January 2021. Please name up to 12 guests by 10 December 2020.\nBirgitte Aagaard, secretary of the jury",
        "Nordlys Prize 2020, scores of the jury\nRank\tFinalist\tField\tOriginality (40)\tCraft (35)\tInfluence (25)\tTotal (100)\n1\tIlse Brandvold\tFashion\t38\t34\t21\t93\n2\tTeodor Lank\tFurniture\t36\t31\t22\t89\n3\tAino Saarela\tCeramics\t33\t33\t20\t86\n4\tBureau Holt\tGraphics\t35\t26\t23\t84\n5\tMikkel Rask\tLighting\t31\t30\t18\t79\n6\tRuna Eldjarn\tGlass\t30\t32\t15\t77",
    ),
    "ranking": (
        "Skip to content  Menu  Subscribe from $4 a month\nHome > Rankings > 2022\nThe Loom Index 50: the most influential independent designers in the world, 2022\nPublished March 9, 2022 | 12 min read | 1,204 shares\nHow we rank: 140 buyers and editors in 32 countries vote. 1,850 designers are eligible.\nRank (2021)  Designer  Country  Points\n1 (1)  Jun Okabe  Japan  2,914\n2 (4)  Carla Veit  Germany  2,702\n3 (2)  Sorrel Adeyemi  United Kingdom  2,655\n4 (11)  Ilse Brandvold  Norway  2,388\n5 (3)  Paul Marchetti  Italy  2,371\n6 (6)  Dune Harrow  United States  2,190\n7 (9)  Ottilie Krane  Denmark  1,987\nShow all 50\nRelated: 10 bags under $500 | 37 comments | Cookie settings\n(c) 2022 Loom Index LLC",
    ),
    "museum": (
        "MUSEUM OF MODERN TEXTILES, ROTTERDAM\n3 February 2023\nTo whom it may concern\nI have been head curator of the Museum since 2013. Its collection has 31,600 objects. In 2017 we acquired two garments by Ilse Brandvold, in 2019 a further four, and in 2022 a complete collection of 38 pieces, for which we paid EUR 92,000, the highest sum that we have ever paid for the work of a living designer. Her solo exhibition Loose Ends ran from 15 May to 4 September 2022 in three of our galleries, with 112 works. It drew 146,300 visitors; a summer exhibition draws 70,000 on average. It went on to Kyoto, where it was shown from December 2022 to March 2023, and it will open in Chicago in October 2023.\nHanneke Vroom",
        "Annual report 2022, annex 4: special exhibitions\nYear\tExhibition\tDays open\tVisitors\tVisitors per day\tCatalogues sold\n2018\tBlue Threads\t104\t68,900\t663\t1,910\n2019\tThe Loom and the Machine\t119\t91,200\t766\t2,640\n2021\tWeft\t88\t42,100\t478\t1,120\n2022\tBrandvold: Loose Ends\t98\t146,300\t1,493\t7,850\nIn 2020 the museum was closed for 211 days.",
    ),
    "patent": (
        "NORWEGIAN INDUSTRIAL PROPERTY REGISTER, extract of 16 January 2023\nPatent: NO 343118 B1\nTitle: Method for forming a seamless garment\nInventor: Ilse Brandvold, Oslo\nOwner: Brandvold Studio AS\nFiled: 22.08.2016\nGranted: 12.11.2018\nExpires: 22.08.2036\nClaims: 14\nFamily: EP 3 507 224 (granted 05.02.2020); US 10,912,336 (granted 09.03.2021); JP 6 881 402 (granted 07.05.2021)\nLicensees entered: 11 at 31.12.2021; 15 at 31.12.2022\nAnnual fees paid to: 7th year",
    ),
    "press": (
        'THE SELVEDGE REVIEW  Vol. 18, No. 3, Autumn 2021  pp. 44-53\nThe Woman Who Unpicked the Jumper, by Corinna Blythe\nAt thirty-seven, Ilse Brandvold runs a studio of twelve in a former cannery in Oslo. Her seamless method, patented in 2018, uses 40 per cent less yarn than a cut-and-sewn garment and takes 55 minutes on the machine instead of two and a half hours. Eleven brands license it, among them two of the five largest knitwear makers of Italy. "In twenty years of criticism I have seen three designers change how knitwear is made," says Matteo Rinaldi, "and she is one of them."\nFounded 1998. Four issues a year, 62,000 copies. Readers in 38 countries. Subscription GBP 48 a year.',
        "National Media Audit, Norway, 2022, with a count of articles about I. Brandvold, 2018-2022\nTitle\tKind\tReaders\tChange\tArticles\nDagsposten\tdaily\t612,000 a day\t+3 %\t9\nForm & Ting\tmonthly\t83,500 an issue\t+11 %\t6\nStil\tweekly\t201,000 an issue\t-7 %\t4",
    ),
    "accounts": (
        "BRANDVOLD STUDIO AS  Income statement (NOK thousand)\n\t2019\t2020\t2021\t2022\nSales of garments\t18,420\t15,960\t24,310\t33,750\nLicences\t2,150\t2,480\t3,920\t7,240\nOther income\t310\t1,140\t270\t190\nTotal revenue\t20,880\t19,580\t28,500\t41,180\nCost of goods\t9,870\t8,940\t12,760\t17,020\nWages\t5,640\t5,910\t7,480\t9,860\nOther costs\t3,450\t3,120\t4,260\t6,010\nOperating profit\t1,920\t1,610\t4,000\t8,290\nEmployees (average)\t9\t9\t12\t16\nAudited by Fjeld & Moe, Bergen, 21 April 2023",
        "BRANDVOLD STUDIO AS  Notes\nNote 3. Revenue by market, 2022 (NOK thousand)\nNorway\t8,650\t21.0 %\nRest of Europe\t13,590\t33.0 %\nUnited States\t10,710\t26.0 %\nJapan\t6,180\t15.0 %\nOther\t2,050\t5.0 %\nTotal\t41,180\t100.0 %\nNote 4. Points of sale at 31 December\n\t2019\t2020\t2021\t2022\nStores\t61\t58\t84\t127\nCountries\t11\t11\t14\t19",
    ),
    "retail": (
        "HALLAM & ROWE, New York\nJanuary 24, 2023\nI am vice president for women's designer wear at Hallam & Rowe, which has 42 department stores in 17 states. We first ordered from Brandvold Studio in February 2018: 120 pieces for three stores. For spring 2023 we have ordered 2,600 pieces for 28 stores. We sell 81 percent of her pieces at full price; our average for designer knitwear is 52 percent. Her average price is $685. The Fjord cardigan, at $940, was sold out nine days after it arrived in October 2021, and we have reordered it four times since. In 2022 she ranked second by sales per square foot among the 64 knitwear labels that we carry, with $1,310, behind Casa Lucci with $1,420. In 2020 she had been ninth.\nJoan Petrakis",
    ),
    "jury": (
        "INTERNATIONAL KNIT FORUM, Leicester\nCERTIFICATE\nThis is to certify that Ilse Brandvold was a member of the jury of the Young Knit Award in 2019, 2021 and 2022, and its chair in 2022. The jury has nine members. Each scores about 60 entries in the first round, and all of the 12 finalists.\nEntries: 214 (2019), 187 (2021), 305 (2022)\n30 November 2022, Alan Pryce, director",
    ),
    "contract": (
        'AGREEMENT FOR CREATIVE SERVICES, dated as of July 18, 2022, between Kestrel Apparel Group Inc., 400 Pier Street, Portland, Oregon (the "Company") and Brandvold Studio AS (the "Designer")\n1. Term. This Agreement shall begin on October 1, 2022 and continue for four (4) years, unless ended earlier by ninety (90) days\' notice in writing.\n2. Services. The Designer shall deliver two (2) collections in each contract year, each of not fewer than thirty-six (36) styles.\n3. Fee. The Company shall pay an annual fee of US$640,000 in four equal instalments.\n4. Royalty. The Company shall pay 3.5% of net sales of up to US$10,000,000 in a contract year and 5% of net sales above that amount.\n5. Advance. A non-returnable advance of US$250,000 is due within thirty (30) days of signature.',
        "Schedule B. Minimum guarantee (US$)\nContract year\tMinimum net sales\tMinimum royalty\n1 (2022-23)\t6,000,000\t210,000\n2 (2023-24)\t9,000,000\t315,000\n3 (2024-25)\t14,000,000\t550,000\n4 (2025-26)\t20,000,000\t850,000\nSigned for the Company July 18, 2022; for the Designer July 25, 2022",
    ),
    "survey": (
        "HARLOW PACE Compensation Survey, Fashion and Apparel, United States 2022. Base pay in US$ a year, as of April 1, 2022. 173 companies\nPosition\tN\t25th\tMedian\t75th\t90th\nDesigner\t1,412\t62,000\t74,500\t91,000\t118,000\nSenior designer\t860\t88,000\t104,500\t127,000\t156,000\nDesign director\t344\t131,000\t162,500\t204,000\t251,000\nCreative director\t127\t168,000\t221,000\t305,000\t412,000\nLast year's median for creative directors: 208,000",
    ),
}

ERRORS = (
    ("in March 1984", "in March 1986"),
    ("in March 1984", "in June 1984"),
    ("on March 2, 2015", "on February 3, 2015"),
    ("on March 2, 2015", "on March 2, 2016"),
    ("her thirty-first birthday", "her thirtieth birthday"),
    ("in 2008 with distinction", "in 2006 with distinction"),
    ("only three of the 41 members", "only three of the 14 members"),
    ("only three of the 41 members", "only two of the 41 members"),
    ("spent three years at Tessier", "spent four years at Tessier"),
    ("three and a half years as head", "five and a half years as head"),
    ("a team of fourteen", "a team of forty"),
    ("shown sixteen collections", "shown sixty collections"),
    ("more than half of them in Paris", "more than two thirds of them in Paris"),
    ("in five solo and 23 group", "in nine solo and 23 group"),
    ("in five solo and 23 group", "in 23 solo and five group"),
    ("Four times she", "Five times she"),
    ("recently in 2021, for", "recently in 2022, for"),
    ("a total of 160 hours", "a total of 120 hours"),
    ("In November 2020 a jury of seven", "In November 2021 a jury of seven"),
    ("In November 2020 a jury of seven", "In September 2020 a jury of seven"),
    ("a jury of seven", "a jury of nine"),
    ("400,000 Danish kroner", "400,000 Norwegian kroner"),
    ("400,000 Danish kroner", "40,000 Danish kroner"),
    ("awarded every other year", "awarded every year"),
    ("from 318 nominees", "from 381 nominees"),
    ("from 318 nominees", "from over 350 nominees"),
    ("from 27 countries;", "from 24 countries;"),
    ("fewer than eight percent", "fewer than five percent"),
    ("and six the shortlist", "and twelve the shortlist"),
    ("is the third designer of fashion", "is the second designer of fashion"),
    ("first given in 1992", "first given in 1982"),
    ("set for January 28, 2021", "set for January 28, 2020"),
    ("set for January 28, 2021", "set for December 10, 2020"),
    ("gave her 93 of 100", "gave her 89 of 100"),
    ("points, four more than", "points, seven more than"),
    ("and 16 more than the sixth", "and 14 more than the sixth"),
    ("with 38 of 40", "with 36 of 40"),
    ("for craft, with 34 of 35", "for influence, with 34 of 35"),
    ("ranked Ms. Brandvold fourth among", "ranked Ms. Brandvold third among"),
    ("up from eleventh the year", "up from ninth the year"),
    ("With 2,388 points", "With 2,371 points"),
    ("With 2,388 points", "With 2,838 points"),
    ("17 points ahead of", "71 points ahead of"),
    ("within 300 points", "within 200 points"),
    ("140 buyers and editors in 32", "1,204 buyers and editors in 32"),
    ("some 1,850 designers", "some 1,580 designers"),
    ("the top one percent", "the top tenth of one percent"),
    ("two of her garments in 2017, four", "three of her garments in 2017, four"),
    ("four more in 2019", "four more in 2018"),
    ("collection of 38 pieces", "collection of 112 pieces"),
    ("it now holds 44", "it now holds 42"),
    ("paid 92,000 euros", "paid 29,000 euros"),
    ("paid 92,000 euros", "paid 92,000 dollars"),
    ("From May 15 to September 4", "From May 15 to November 4"),
    ("devoted three galleries", "devoted four galleries"),
    ("over 110 works", "over 120 works"),
    ("seen by 146,300 people", "seen by 164,300 people"),
    ("more than twice the 70,000", "more than three times the 70,000"),
    ("more than twice the 70,000", "more than twice the 68,900"),
    ("is 1,493 visitors a day", "is 1,493 visitors a week"),
    ("is 1,493 visitors a day", "is 1,943 visitors a day"),
    ("nearly double the 766", "more than double the 766"),
    ("nearly double the 766", "nearly double the 663"),
    ("Some 7,850 catalogues", "Some 2,640 catalogues"),
    ("about three times as many as in 2019", "about five times as many as in 2019"),
    ("to Kyoto in December 2022", "to Kyoto in March 2023"),
    ("Chicago in October 2023", "Chicago in October 2022"),
    ("applied on August 22, 2016", "applied on November 12, 2016"),
    ("with fourteen claims", "with fifteen claims"),
    ("on November 12, 2018 [", "on December 11, 2018 ["),
    ("on November 12, 2018 [", "on August 22, 2018 ["),
    ("between February 2020 and May 2021", "between May 2020 and May 2021"),
    ("No. 10,912,336", "No. 10,921,336"),
    ("is of March 9, 2021", "is of September 3, 2021"),
    ("is of March 9, 2021", "is of May 7, 2021"),
    ("end of 2021 eleven companies", "end of 2021 fifteen companies"),
    ("until August 2036", "until November 2038"),
    ("40 percent less yarn", "14 percent less yarn"),
    ("40 percent less yarn", "55 percent less yarn"),
    ("two and a half hours to", "three and a half hours to"),
    ("to under an hour", "to under half an hour"),
    ("Two of the five largest", "Two of the three largest"),
    ("three designers in twenty years", "three designers in thirty years"),
    ("a portrait of ten pages", "a portrait of eighteen pages"),
    ("when she was 37", "when she was 35"),
    ("about a dozen people", "about two dozen people"),
    ("founded in 1998", "founded in 1989"),
    ("prints 62,000 copies four", "prints 62,000 copies six"),
    ("prints 62,000 copies four", "prints 26,000 copies four"),
    ("with 612,000 readers a day", "with 612,000 readers a month"),
    ("with 612,000 readers a day", "with 201,000 readers a day"),
    ("published nine articles about her in five", "published six articles about her in five"),
    ("about her in five years", "about her in three years"),
    ("makes nineteen articles", "makes twenty-one articles"),
    ("from 20.9 million", "from 19.6 million"),
    ("to 41.2 million in 2022", "to 41.2 billion in 2022"),
    ("million Norwegian kroner in 2019", "million Norwegian kroner in 2020"),
    ("revenue of Brandvold Studio nearly doubled", "revenue of Brandvold Studio more than doubled"),
    ("licenses more than tripled", "licenses more than quadrupled"),
    ("from 2.15 million to", "from 2.48 million to"),
    ("revenue grew by 44 percent", "revenue grew by 39 percent"),
    ("operating profit more than doubled", "operating profit more than tripled"),
    ("to 8.29 million kroner", "to 9.86 million kroner"),
    ("made up 17.6 percent of revenue", "made up 26 percent of revenue"),
    ("of garments fell by 13 percent", "of garments fell by 31 percent"),
    ("all nine of its employees", "all twelve of its employees"),
    ("it employed sixteen people", "it employed nineteen people"),
    ("More than a quarter of the revenue", "More than a third of the revenue"),
    ("some 10.7 million kroner", "some 13.6 million kroner"),
    ("some 10.7 million kroner", "some 10.7 million dollars"),
    ("15 percent from Japan", "21 percent from Japan"),
    ("sold in 127 stores in 19", "sold in 84 stores in 19"),
    ("in 11 countries three years before", "in 11 countries two years before"),
    ("120 pieces for three of", "210 pieces for three of"),
    ("it ordered 2,600 for", "it ordered 26,000 for"),
    ("28 of its 42 stores", "28 of its 64 stores"),
    ("or two thirds of them", "or three quarters of them"),
    ("sells 81 percent of her", "sells 52 percent of her"),
    ("29 percentage points above", "29 percent above"),
    ("29 percentage points above", "19 percentage points above"),
    ("cardigan, at $940", "cardigan, at $685"),
    ("within nine days in October", "within nine weeks in October"),
    ("reordered four times", "reordered nine times"),
    ("ranked second of 64", "ranked first of 64"),
    ("at $1,310, up", "at $1,420, up"),
    ("from ninth two years earlier", "from ninth the year before"),
    ("in 2019, 2021 and 2022, the last", "in 2019, 2020 and 2022, the last"),
    ("three years 706 entries", "three years 607 entries"),
    ("305 of them in 2022", "214 of them in 2022"),
    ("jury has nine members", "jury has twelve members"),
    ("some sixty entries", "some six hundred entries"),
    ("all twelve finalists", "all six finalists"),
    ("contract of July 18, 2022", "contract of July 25, 2022"),
    ("$640,000 a year for four", "$640,000 a quarter for four"),
    ("$640,000 a year for four", "$460,000 a year for four"),
    ("a year for four years from", "a year for five years from"),
    ("from October 1, 2022, or", "from January 10, 2022, or"),
    ("or $2.56 million in all", "or $3.2 million in all"),
    ("royalty of 3.5 percent on", "royalty of 5.3 percent on"),
    ("up to $10 million a year", "up to $1 million a year"),
    ("an advance of $250,000", "an advance of $25,000"),
    ("within 30 days of signature", "within 90 days of signature"),
    ("at least 36 styles", "at least 63 styles"),
    ("$850,000 in the fourth", "$550,000 in the fourth"),
    ("adds up to $1.925 million", "adds up to $1.295 million"),
    ("nearly three times the median", "nearly four times the median"),
    ("median of $221,000", "median of $208,000"),
    ("median of $221,000", "median of $162,500"),
    ("over 50 percent above", "over 60 percent above"),
    ("percentile of $412,000", "percentile of $305,000"),
    ("covers 173 companies and 127", "covers 127 companies and 173"),
)
