"""A film editor's letter with its exhibits, and errors of figures as a careless drafter makes them.

The letter is right. Each error is what stands in the letter and what is written instead. All persons and bodies are invented.
"""

# ruff: noqa: E501 - the letter is as it would be typed

from __future__ import annotations

NAME = "Jonas Albrecht"

LETTER = """\
Mr. Jonas Albrecht has edited nineteen feature films since 2004, eleven of them as sole editor [@credits, p. 1]. The best known is "The Salt Road," which ran in cinemas of 37 territories and took in $184.6 million worldwide against a budget of $22 million, more than eight times its cost [@boxoffice, p. 1]. Of that sum $71.3 million, or just under 39 percent, came from the domestic market [@boxoffice, p. 1]. On its opening weekend, June 7 to 9, 2019, it earned $14.2 million on 2,816 screens and stood in second place [@boxoffice, p. 2]. It held a place among the first ten for nine weeks running [@boxoffice, p. 2]. "Harbor Light," his film of 2016, grossed $58.9 million, and "Cold Orchard" of 2021 $96.4 million [@boxoffice, p. 1]. The three films together have thus earned nearly $340 million [@boxoffice, p. 1].

The Circle of Film Editors gave him its Golden Splice for the best edited drama on January 17, 2020 [@splice, p. 1]. He prevailed over four other nominees with 412 of the 978 votes cast, 67 more than the runner-up, Greta Olin [@splice, p. 1]. The award has existed since 1962, and he was the first German-born editor to win it in 31 years [@splice, p. 2]. He had been nominated twice before, in 2013 and in 2017 [@splice, p. 2]. Of the Circle's 1,304 voting members exactly three quarters took part in the ballot [@splice, p. 1].

Membership in the Circle is by invitation and presupposes eight years of practice, credits on at least six features, and sponsorship by three active members [@bylaws, p. 1]. An application passes only if no more than two of the eleven members of the board vote against it [@bylaws, p. 1]. In the year of his admission, 2011, the board considered 94 applications and approved 26, that is, fewer than 28 percent [@bylaws, p. 2]. The annual dues of $450 play no part in the decision [@bylaws, p. 1; @bylaws, p. 2].

"The Salt Road" received seven nominations for the Meridian Film Awards of 2020 and won three, among them the one for editing [@meridian, p. 1]. The ceremony on February 23, 2020, was seen by 9.8 million viewers, about 6 percent fewer than in the previous year [@meridian, p. 1]. At the Lake Verena Festival in August 2016 "Harbor Light" took the Silver Heron, the second prize, in a competition of 21 films chosen from 1,940 submissions [@verena, p. 1]. He returned to Verena as one of seven jurors in 2022 and saw 18 films in ten days [@verena, p. 2].

Director Hannah Strand, with whom he has made five films over twelve years, writes that he reduced 312 hours of material for "The Salt Road" to 128 minutes in 41 weeks [@strand, p. 1]. The first assembly had lasted four hours and ten minutes [@strand, p. 1]. In test screenings the share of viewers who would recommend the film rose from 61 to 84 percent between the first cut and the fourth, a gain of 23 percentage points [@strand, p. 1]. She calls the eleven-minute sequence of the crossing, which contains 214 cuts, the heart of the film [@strand, p. 2].

The Evening Courier of June 5, 2019, gave the film four and a half stars out of five and spoke of its editing in three of its nine paragraphs [@courier, p. 1]. Film Quarterly North devoted 14 pages to his work in its issue 3 of 2020 and counted an average shot length of 3.9 seconds in the crossing, compared with 6.2 seconds in the rest of the film [@quarterly, p. 1]. The journal prints 8,500 copies four times a year and has appeared since 1974 [@quarterly, p. 2].

On the streaming service Lumen "Cold Orchard" was watched for 61.5 million hours in its first 28 days, which put it in fourth place of 120 titles released in that quarter [@lumen, p. 1]. It stayed among the top ten in 52 countries, and in 16 of these it reached the first place [@lumen, p. 1]. Viewers who began the film finished it in 78 percent of cases, whereas the average of the service was 55 percent [@lumen, p. 1].

For "Cold Orchard" he was paid $14,500 a week for 36 weeks, a total of $522,000, together with 0.75 percent of net receipts [@deal, p. 1]. The minimum of the guild for a feature editor was $3,462 a week in the season 2020/21, so that his fee was more than four times as high [@deal, p. 1; @guild, p. 1]. According to the guild's survey only 5 percent of editors were paid more than $9,800 a week, and half of them less than $4,350 [@guild, p. 2]. The survey covered 1,127 editors, 64 percent of those who had been asked [@guild, p. 2].

Since 2014 he has taught a seminar of 15 sessions at the Film School of Brandt every other year; 88 students have completed it, and 31 of them work as editors or assistant editors today [@school, p. 1]. His handbook "The Second Look," first published in March 2015 and now in its fourth edition, has 296 pages and has been translated into eight languages [@school, p. 2]. By the end of 2022 it had sold 27,300 copies, two fifths of them in translation [@school, p. 2].
"""

PAGES = {
    "credits": (
        "FilmIndex, credits of Jonas Albrecht as editor (features)\n2004 Night Ferry (with A. Roth)\n2005 Lowlands (with A. Roth)\n2007 The Glazier\n2008 Two Brothers (with M. Tan)\n2009 Winter Fair\n2010 Paper Boats\n2011 Ground Floor (with M. Tan)\n2012 The Interpreter\n2013 Amber\n2014 Saint Hill (with L. Moss)\n2014 Ravens\n2015 Kin (with L. Moss)\n2016 Harbor Light\n2017 The Ninth Wave\n2018 Undertow (with P. Gray)\n2019 The Salt Road\n2020 Long Division (with P. Gray)\n2021 Cold Orchard\n2022 Meridian Street\nTotal 19; sole editor 11, co-editor 8.",
    ),
    "boxoffice": (
        "The Tally. Worldwide gross, in millions of dollars\nTitle  Year  Territories  Budget  Domestic  International  Worldwide\nThe Ninth Wave  2017  12  9.5  6.1  8.8  14.9\nHarbor Light  2016  24  11.0  20.7  38.2  58.9\nThe Salt Road  2019  37  22.0  71.3  113.3  184.6\nCold Orchard  2021  29  31.0  33.9  62.5  96.4",
        "The Tally. Weekend of June 7-9, 2019 (domestic)\n1  Star Harvest II  $38.4 million  4,102 screens  week 2\n2  The Salt Road  $14.2 million  2,816 screens  week 1\n3  Uncle Max  $11.7 million  3,350 screens  week 3\nThe Salt Road: weeks in the top ten: 9 (consecutive).",
    ),
    "splice": (
        "CIRCLE OF FILM EDITORS - 58th Golden Splice Awards, 17 January 2020\nBest edited feature, drama\nJonas Albrecht, The Salt Road  412\nGreta Olin, Glass Mountain  345\nSam Ito, Verdict  121\nRosa Diaz, Far Shore  63\nBen Cole, Homecoming  37\nVotes cast 978. Members entitled to vote 1,304.",
        "History of the Golden Splice. Founded 1962. Winners born in Germany: Uta Lenz (1989), Jonas Albrecht (2020). Nominations of J. Albrecht: 2013 (Amber), 2017 (Harbor Light), 2020 (The Salt Road, won).",
    ),
    "bylaws": (
        "Circle of Film Editors, Bylaws\nArticle III. Active membership is conferred by invitation. The applicant shall have eight (8) years of experience as an editor, credits on six or more features, and three sponsors who are active members. The Board of eleven votes by secret ballot; three negative votes exclude. Payment of dues confers no right to membership.",
        "Secretary's letter. Mr. Albrecht was admitted in 2011. In that year 94 applications came before the Board and 26 were approved. In 2012 there were 101, of which 22 were approved. Dues are at present $450 per annum.",
    ),
    "meridian": (
        "Meridian Film Awards 2020. Held on Sunday, February 23. The Salt Road: 7 nominations (picture, direction, screenplay, photography, editing, sound, score); awards: photography, editing, sound. Broadcast audience: 9.8 million (2019: 10.4 million).",
    ),
    "verena": (
        "Lake Verena Festival, 4-14 August 2016. Submissions 1,940; in competition 21. Golden Heron: Small Hours. Silver Heron: Harbor Light. Bronze Heron: The Well.",
        "Lake Verena Festival 2022. Jury of the competition: Ada Brink (president), Jonas Albrecht and five others. Films in competition 18. Duration 3-12 August.",
    ),
    "strand": (
        "Letter of Hannah Strand, director. I have worked with Jonas Albrecht on five films in the past twelve years. For The Salt Road we gave him three hundred and twelve hours of footage. He worked for forty-one weeks; the film runs 128 minutes. His first assembly ran 4 hours 10 minutes. We tested four cuts. Of the audience of the first, 61 percent said that they would recommend it; 70 and 79 percent of the second and third; and 84 percent of the last.",
        "The crossing is the heart of the picture: eleven minutes, two hundred and fourteen cuts, and not a word.",
    ),
    "courier": (
        "The Evening Courier, Wednesday 5 June 2019. The Salt Road. Rating: 4.5 of 5 stars. The review has nine paragraphs; the second, third and eighth are about the editing.",
    ),
    "quarterly": (
        "Film Quarterly North 3/2020, pages 22-35. Crossing: On the cutting of Jonas Albrecht. We have measured the shots. In the crossing they last 3.9 seconds on average; in the remainder of the film 6.2 seconds.",
        "Film Quarterly North. Founded in 1974. Four issues a year. Print run: 8,500.",
    ),
    "lumen": (
        "Lumen Engagement Report, fourth quarter of 2021 (120 new titles), first 28 days\nRank  Title  Hours viewed (million)  Completion  Countries in top ten\n1  The Vault 3  142.0  71 %  88\n2  Baking Stars  97.7  64 %  75\n3  Red Lines  70.2  59 %  61\n4  Cold Orchard  61.5  78 %  52\n5  Hello Again  48.8  66 %  47\nMean completion of all titles: 55 %. Cold Orchard was no. 1 in sixteen countries.",
    ),
    "deal": (
        "DEAL MEMORANDUM, Cold Orchard. Editor: Jonas Albrecht. Guaranteed period: thirty-six (36) weeks from 11 January 2021. Weekly compensation: US$ 14,500. Total guaranteed: US$ 522,000. Contingent compensation: three quarters of one percent (0.75%) of 100% of net receipts.",
    ),
    "guild": (
        "Motion Picture Editors' Guild, minimum weekly rates\nClassification  2019/20  2020/21  2021/22\nFeature editor  $3,361  $3,462  $3,566\nAssistant editor  $1,955  $2,014  $2,074",
        "Guild survey of weekly pay, 2021, feature editors. Questionnaires 1,761, answers 1,127 (64 %).\nMedian $4,350; 75th percentile $6,400; 90th percentile $8,250; 95th percentile $9,800.",
    ),
    "school": (
        "Film School of Brandt. J. Albrecht has given the seminar The Second Look (15 sessions) in 2014, 2016, 2018, 2020 and 2022. Completed by 88 students. Of these, 31 are now employed as editors or assistant editors.",
        "Brandt Press. J. Albrecht, The Second Look. 1st edition March 2015, 4th edition September 2021, 296 pages. Translations: 8. Copies sold to 31 December 2022: original 16,380, translations 10,920, in all 27,300.",
    ),
}

ERRORS = (
    ("edited nineteen feature films", "edited ninety feature films"),
    ("edited nineteen feature films", "edited nearly nineteen feature films"),
    ("since 2004, eleven of them", "since 2005, eleven of them"),
    ("eleven of them as sole editor", "eight of them as sole editor"),
    ("eleven of them as sole editor", "eleven of them as co-editor"),
    ("cinemas of 37 territories", "cinemas of 24 territories"),
    ("took in $184.6 million worldwide", "took in $186.4 million worldwide"),
    ("took in $184.6 million worldwide", "took in $184.6 million domestically"),
    ("took in $184.6 million worldwide", "took in $184.6 thousand worldwide"),
    ("a budget of $22 million", "a budget of $31 million"),
    ("more than eight times its cost", "more than nine times its cost"),
    ("$71.3 million, or just under", "$113.3 million, or just under"),
    ("just under 39 percent", "just over 39 percent"),
    ("just under 39 percent", "just under 93 percent"),
    ("June 7 to 9, 2019", "July 7 to 9, 2019"),
    ("June 7 to 9, 2019", "June 7 to 9, 2018"),
    ("it earned $14.2 million", "it earned $11.7 million"),
    ("on 2,816 screens", "on 2,861 screens"),
    ("on 2,816 screens", "on 4,102 screens"),
    ("stood in second place [@boxoffice", "stood in first place [@boxoffice"),
    ("for nine weeks running", "for nine months running"),
    ("for nine weeks running", "for eleven weeks running"),
    ("among the first ten for", "among the first five for"),
    ("film of 2016, grossed", "film of 2017, grossed"),
    ("grossed $58.9 million", "grossed $38.2 million"),
    ("of 2021 $96.4 million", "of 2021 $62.5 million"),
    ("nearly $340 million", "nearly $430 million"),
    ("nearly $340 million", "more than $340 million"),
    ("The three films together", "The four films together"),
    ("on January 17, 2020 [@splice", "on January 7, 2020 [@splice"),
    ("on January 17, 2020 [@splice", "on January 17, 2019 [@splice"),
    ("over four other nominees", "over five other nominees"),
    ("412 of the 978 votes", "345 of the 978 votes"),
    ("412 of the 978 votes", "412 of the 798 votes"),
    ("67 more than the runner-up", "76 more than the runner-up"),
    ("67 more than the runner-up", "291 more than the runner-up"),
    ("existed since 1962", "existed since 1926"),
    ("win it in 31 years", "win it in 13 years"),
    ("win it in 31 years", "win it in 41 years"),
    ("the first German-born editor to win it", "the second German-born editor to win it for the first time"),
    ("been nominated twice before", "been nominated three times before"),
    ("in 2013 and in 2017 [@splice", "in 2012 and in 2017 [@splice"),
    ("Circle's 1,304 voting members", "Circle's 1,430 voting members"),
    ("exactly three quarters took", "exactly two thirds took"),
    ("presupposes eight years", "presupposes eighteen years"),
    ("presupposes eight years", "presupposes eight months"),
    ("credits on at least six features", "credits on at least nine features"),
    ("credits on at least six features", "credits on more than six features"),
    ("sponsorship by three active", "sponsorship by two active"),
    ("no more than two of the eleven", "no more than three of the eleven"),
    ("two of the eleven members", "two of the twelve members"),
    ("his admission, 2011, the", "his admission, 2012, the"),
    ("considered 94 applications", "considered 101 applications"),
    ("and approved 26, that", "and approved 22, that"),
    ("fewer than 28 percent", "fewer than 18 percent"),
    ("annual dues of $450", "annual dues of $540"),
    ("annual dues of $450", "monthly dues of $450"),
    ("received seven nominations", "received nine nominations"),
    ("of 2020 and won three", "of 2020 and won four"),
    ("Meridian Film Awards of 2020", "Meridian Film Awards of 2019"),
    ("February 23, 2020, was", "February 13, 2020, was"),
    ("by 9.8 million viewers", "by 8.9 million viewers"),
    ("by 9.8 million viewers", "by 10.4 million viewers"),
    ("about 6 percent fewer than", "about 6 percent more than"),
    ("about 6 percent fewer", "about 16 percent fewer"),
    ('in August 2016 "Harbor', 'in August 2017 "Harbor'),
    ("Silver Heron, the second prize", "Silver Heron, the first prize"),
    ("competition of 21 films", "competition of 12 films"),
    ("from 1,940 submissions", "from 19,400 submissions"),
    ("one of seven jurors", "one of five jurors"),
    ("jurors in 2022", "jurors in 2021"),
    ("saw 18 films", "saw 21 films"),
    ("in ten days [@verena", "in twenty days [@verena"),
    ("made five films over", "made seven films over"),
    ("films over twelve years", "films over twenty years"),
    ("reduced 312 hours", "reduced 321 hours"),
    ("to 128 minutes", "to 182 minutes"),
    ("in 41 weeks [@strand", "in 14 weeks [@strand"),
    ("in 41 weeks [@strand", "in 41 days [@strand"),
    ("four hours and ten minutes", "four hours and forty minutes"),
    ("four hours and ten minutes", "five hours and ten minutes"),
    ("rose from 61 to 84", "rose from 70 to 84"),
    ("rose from 61 to 84 percent", "rose from 61 to 79 percent"),
    ("first cut and the fourth", "first cut and the third"),
    ("23 percentage points", "23 percent"),
    ("23 percentage points", "32 percentage points"),
    ("the eleven-minute sequence", "the fourteen-minute sequence"),
    ("contains 214 cuts", "contains 241 cuts"),
    ("Courier of June 5, 2019", "Courier of May 6, 2019"),
    ("four and a half stars out", "four stars out"),
    ("stars out of five", "stars out of six"),
    ("three of its nine paragraphs", "four of its nine paragraphs"),
    ("devoted 14 pages", "devoted 41 pages"),
    ("issue 3 of 2020", "issue 2 of 2020"),
    ("length of 3.9 seconds", "length of 2.9 seconds"),
    (
        "length of 3.9 seconds in the crossing, compared with 6.2",
        "length of 6.2 seconds in the crossing, compared with 3.9",
    ),
    ("with 6.2 seconds", "with 62 seconds"),
    ("prints 8,500 copies", "prints 85,000 copies"),
    ("prints 8,500 copies", "prints more than 8,500 copies"),
    ("copies four times a year", "copies six times a year"),
    ("appeared since 1974", "appeared since 1947"),
    ("for 61.5 million hours", "for 70.2 million hours"),
    ("for 61.5 million hours", "for 61.5 million minutes"),
    ("in its first 28 days", "in its first 82 days"),
    ("in its first 28 days", "in its first 28 weeks"),
    ("in fourth place of", "in third place of"),
    ("place of 120 titles", "place of 210 titles"),
    ("top ten in 52 countries", "top ten in 61 countries"),
    ("in 16 of these", "in 26 of these"),
    ("it reached the first place", "it reached the second place"),
    ("in 78 percent of cases", "in 71 percent of cases"),
    ("service was 55 percent", "service was 66 percent"),
    ("paid $14,500 a week", "paid $15,400 a week"),
    ("paid $14,500 a week", "paid $14,500 a month"),
    ("a week for 36 weeks", "a week for 63 weeks"),
    ("a total of $522,000", "a total of $552,000"),
    ("with 0.75 percent", "with 7.5 percent"),
    ("was $3,462 a week", "was $3,566 a week"),
    ("season 2020/21", "season 2021/22"),
    ("more than four times as high", "more than five times as high"),
    ("only 5 percent of editors", "only 10 percent of editors"),
    ("more than $9,800 a week", "more than $8,250 a week"),
    ("half of them less than $4,350", "half of them less than $6,400"),
    ("half of them less than", "a quarter of them less than"),
    ("covered 1,127 editors", "covered 1,271 editors"),
    ("64 percent of those who", "46 percent of those who"),
    ("Since 2014 he has taught", "Since 2012 he has taught"),
    ("seminar of 15 sessions", "seminar of 50 sessions"),
    ("Brandt every other year", "Brandt every year"),
    ("88 students have completed", "98 students have completed"),
    ("31 of them work", "13 of them work"),
    ("first published in March 2015", "first published in May 2015"),
    ("first published in March 2015", "first published in March 2021"),
    ("now in its fourth edition", "now in its fifth edition"),
    ("has 296 pages", "has 269 pages"),
    ("into eight languages", "into eighteen languages"),
    ("the end of 2022 it had", "the end of 2021 it had"),
    ("had sold 27,300 copies", "had sold 16,380 copies"),
    ("two fifths of them", "three fifths of them"),
)
