"""A wheat breeder's letter as an attorney writes it, with errors of wording seeded by hand.

Half of its sentences keep to the words of the exhibits, a third have words of their own, the others argue. No sentence is
wrong as it stands. Letter and errors were written before their author read the checks. All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letter is as it would be typed, one sentence in a line

from __future__ import annotations

from seeded_error import SeededError

BREEDER = """\
## Introduction

We submit this letter in support of the petition of Dr. Anselm Varga, a plant breeder whose work on drought and stem rust in wheat has changed how cereals are bred in dry regions.
Dr. Varga leads the cereal breeding program of the Halvorsen Agricultural Research Station, where he has worked since 2013 [@career, p. 1].
The evidence shows that he satisfies six of the ten regulatory criteria, and that he is among the small percentage who have risen to the very top of plant breeding.

## Background

Dr. Varga received his doctorate in plant genetics from the University of Tarsk in 2007 with a dissertation on the inheritance of rust resistance in durum wheat [@career, p. 1].
He then joined the International Dryland Crops Institute as a postdoctoral fellow and became a staff scientist there in 2010 [@career, p. 1].
The Halvorsen Station recruited him in 2013 as a senior breeder and, after the retirement of Dr. Edda Moen, appointed him head of the cereal breeding program in 2016 [@career, p. 1].
In that position he supervises eleven scientists and technicians and answers only to the director of the Station [@career, p. 2].

## Awards

In 2019 the Society of Cereal Science awarded Dr. Varga the Dorn Medal for the development of the wheat variety Korund [@dorn, p. 2].
The medal is given every two years to one scientist, of any nationality, for an outstanding contribution to the science of cereals [@dorn, p. 1].
Candidates cannot apply; they must be proposed by at least two members of the Society who do not work at the candidate's institution [@dorn, p. 1].
An international committee of seven decides by a two-thirds majority, and it may withhold the medal if no candidate is of sufficient merit, as it did in 2013 [@dorn, p. 1].
Nineteen candidates from eleven countries were proposed in 2019, and three of them were placed on the short list [@dorn, p. 2].
Dr. Varga was the first recipient from a public research station; all earlier medalists came from universities [@dorn, p. 2].
The committee praised Korund as "the first high-yielding wheat to combine durable rust resistance with real tolerance of drought" [@dorn, p. 2].
So strict a procedure, open to the whole world and closed to self-nomination, leaves no doubt that the medal is an internationally recognized prize for excellence.

## Membership

Dr. Varga was elected a Fellow of the International Academy of Plant Breeding in 2020 [@academy, p. 2].
Under Article 6 of the bylaws the Academy elects no more than ten Fellows a year from its roughly 2,400 ordinary members [@academy, p. 1].
A Fellow must have made "outstanding and sustained contributions to the improvement of crops," as judged by the Council, whose members are themselves Fellows [@academy, p. 1].
Neither years of service nor payment of dues suffices for election [@academy, p. 1].
Of the 46 persons nominated in 2020, eight were elected, and Dr. Varga received the votes of all members of the Council who were present [@academy, p. 2].

## Judging the work of others

Since 2015 Dr. Varga has served as an associate editor of the Journal of Crop Improvement, where he decides which manuscripts on cereals are accepted [@review, p. 1].
He handled 143 manuscripts between 2015 and December 2021 and rejected about two thirds of them [@review, p. 1].
In 2018 he also chaired the panel of the National Agricultural Fund that evaluated applications for grants in plant science [@review, p. 2].
The panel assessed 61 applications, of which the Fund, following its ranking, financed twelve [@review, p. 2].
He was invited to join the panel again in 2021 but declined, because two of the applicants were his former students [@review, p. 2].
These were not invitations that led to nothing: he read, ranked and decided upon the work of his peers for years.

## Original contributions of major significance

Korund was entered in the national list of varieties in 2016 with Dr. Varga as its principal breeder and the Halvorsen Station as the owner [@variety, p. 1].
In the official trials of 2014 and 2015 it yielded 14 percent more than the standard variety on dry sites, although it was no better than the standard under irrigation [@variety, p. 2].
None of the plots of Korund showed stem rust above the threshold, while the standard was infected at six of the nine sites [@variety, p. 2].
The Board of Varieties nevertheless noted that its baking quality was only average [@variety, p. 2].
Professor Marit Lindqvist of the University of Aldensund, who has never worked with Dr. Varga, describes his method of marker selection as a turning point [@lindqvist, p. 1].
She explains that breeders before him selected for drought tolerance and for rust resistance in separate programs because the two traits were believed to exclude each other [@lindqvist, p. 1].
Dr. Varga showed that the supposed conflict was caused by a single linked gene, and he broke the linkage by crossing Korund's parent with a wild grass [@lindqvist, p. 1].
In her words, "most dryland programs that I know of have since adopted his scheme" [@lindqvist, p. 2].
Her own laboratory was skeptical at first and repeated the experiments before it accepted the result [@lindqvist, p. 2].
She adds that the method may also prove useful in barley, although this has not yet been tested [@lindqvist, p. 2].
Dr. Chidi Okafor, who directs wheat research at the Sahel Crop Center, writes that his Center used Dr. Varga's markers to breed two varieties now grown in four countries [@okafor, p. 1].
According to Dr. Okafor, farmers in the north of the region lost almost nothing in the rust epidemic of 2020, whereas those who had kept the old varieties lost about half of their harvest [@okafor, p. 1].
He attributes this to the resistance that Dr. Varga made available, and not to the weather, which was the same for both groups [@okafor, p. 1].
He regards Dr. Varga as one of the three or four most influential wheat breeders of his generation [@okafor, p. 1].
Mr. Stellan Brandt, the managing director of Norrland Seed, confirms that his company acquired an exclusive license to Korund in 2017 and has renewed it once [@brandt, p. 1].
As of June 2022, Korund had been sown on some 310,000 hectares, which made it the second most widely grown spring wheat of the country [@brandt, p. 1].
Norrland Seed had rejected an offer for a competing variety because it had failed in dry years [@brandt, p. 1].
An innovation that has left the laboratory, been verified by a doubtful rival and fed whole districts is, by any measure, of major significance in the field.

## Published material

In May 2021 the magazine Harvest, which has a circulation of about 85,000 and is read by growers nationwide, printed a four-page portrait of Dr. Varga by Ines Falk [@harvest, p. 1].
Ms. Falk calls him "the man who taught wheat to wait for rain" and follows him through a season of crossing and selection [@harvest, p. 1].
The article is about him and his work; the Station is mentioned only in passing [@harvest, p. 1].
Neither Dr. Varga nor the Station paid for the article or saw it before it was printed [@harvest, p. 2].

## Leading and critical role

The Station's director, Dr. Henrik Sol, states that the cereal program "would not exist in its present form" without Dr. Varga [@sol, p. 1].
Under his leadership the program's outside funding tripled between 2016 and 2021, mostly through contracts with seed companies [@sol, p. 1].
It was Dr. Varga who persuaded the ministry not to close the Station's dryland farm, which had been proposed in 2017 [@sol, p. 1].
Dr. Sol initially opposed the project that led to Korund, and he now acknowledges that he was mistaken [@sol, p. 1].
The Station was ranked first among the public breeding institutes of Northern Europe in the independent evaluation of 2020 [@sol, p. 2].
The evaluators singled out the cereal program as the principal reason for that rank [@sol, p. 2].

## Final merits

Viewed as a whole, the record portrays a scientist who has enjoyed sustained acclaim for more than a decade.
Dr. Varga won the Dorn Medal in 2019, for which he had to be proposed by others, and he is a Fellow of the International Academy of Plant Breeding.
He has been an associate editor of the Journal of Crop Improvement since 2015 and chaired a panel of the National Agricultural Fund.
Korund, of which he is the principal breeder, is the second most widely grown spring wheat of the country.
Experts who owe him nothing, such as Professor Lindqvist, place him among the leaders of the field.
His scheme has been adopted by most of the dryland programs she knows, and the Sahel Crop Center has used his markers for two varieties.
Few breeders in any country can point to a comparable influence, and Dr. Varga intends to continue this work in the United States.
"""

BREEDER_PAGES = {
    "career": (
        "HALVORSEN AGRICULTURAL RESEARCH STATION. Office of Personnel. Certificate of employment. To whom it may concern. This is to certify that Dr. Anselm Varga, born"
        " 4 March 1979, has been employed by this Station without interruption since 1 September 2013. Education: University of Tarsk, M.Sc. in agronomy 2003; Ph.D. in plant genetics"
        " 2007, dissertation: The Inheritance of Rust Resistance in Durum Wheat, supervised by Professor L. Benko. Earlier posts: International Dryland Crops Institute,"
        " postdoctoral fellow 2008 to 2010; staff scientist 2010 to 2013. Posts at the Station: senior breeder, 2013 to 2016; head of the cereal breeding program since"
        " 1 October 2016, in succession to Dr. Edda Moen, who retired on that day.",
        "Duties. The head of the cereal breeding program reports directly and exclusively to the director of the Station. He sets the objectives of the program, selects the crosses of"
        " each season, decides which lines are advanced to official trials, and is responsible for a staff of eleven (five scientists, six technicians). The head is a member of the"
        " Station's Scientific Council ex officio, without a vote in matters of personnel. Signed: R. Aas, head of personnel.",
    ),
    "dorn": (
        "SOCIETY OF CEREAL SCIENCE. Statutes of the Dorn Medal (as amended 2011). 1. The Dorn Medal is the highest distinction of the Society. It is awarded every second year to a single"
        " scientist for an outstanding contribution to the science of cereals. Nationality is not considered. 2. Applications by candidates themselves are not accepted. A proposal must be"
        " signed by two or more members of the Society, none of whom may be employed by the institution of the candidate. 3. The committee consists of seven scientists from at least"
        " five countries, who are appointed for four years. The medal is awarded by a majority of two thirds. If in the opinion of the committee no candidate is of sufficient merit,"
        " the medal is not awarded. (No award was made in 2013.) 4. The medal carries no prize money.",
        "SOCIETY OF CEREAL SCIENCE. Announcement, 12 June 2019. The Dorn Medal of 2019 goes to Dr. Anselm Varga, Halvorsen Agricultural Research Station, for the development of the wheat"
        " variety Korund. The committee had received proposals for nineteen candidates from eleven countries. Short list: A. Varga; T. Ishikawa, University of Morioka; P. Delacroix,"
        " Institute of Cereals, Lyon. From the citation: Korund is the first high-yielding wheat to combine durable rust resistance with real tolerance of drought. Earlier medalists:"
        " 2005 J. Horvath (University of Szarvas), 2007 M. Teller (University of Wendt), 2009 R. Anand (University of Karnal), 2011 S. Bright (University of Leed), 2015 C. Ruiz"
        " (University of Lerma), 2017 H. Vogt (University of Halle). Dr. Varga is the first medalist who works at a public research station.",
    ),
    "academy": (
        "INTERNATIONAL ACADEMY OF PLANT BREEDING. Bylaws (extract). Article 4. Ordinary membership is open to every person who holds a degree in a relevant subject and pays the annual"
        " dues. The Academy has about 2,400 ordinary members. Article 6. Fellows. (1) The Council may elect up to ten ordinary members as Fellows in each calendar year. (2) A Fellow must"
        " have made outstanding and sustained contributions to the improvement of crops. (3) Length of membership and the payment of dues do not by themselves qualify a person for"
        " election. (4) The Council decides on each nomination on the basis of three external opinions. Article 7. The Council consists of fifteen Fellows, elected by the Fellows for"
        " three years.",
        "INTERNATIONAL ACADEMY OF PLANT BREEDING. Secretariat, 3 November 2020. Dear Dr. Varga, I have the honor to inform you that the Council has elected you a Fellow of the Academy."
        " The Council had before it 46 nominations and elected eight Fellows. Your election was unanimous; thirteen of the fifteen members of the Council were present. The certificate will"
        " be presented at the congress in Uppsala. You are entitled to use the letters FIAPB after your name. Yours sincerely, Joan Pritchard, Secretary.",
    ),
    "review": (
        "JOURNAL OF CROP IMPROVEMENT. Editorial office, 10 January 2022. We confirm that Dr. Anselm Varga has been an associate editor of this journal since March 2015. Associate editors choose the"
        " reviewers of a manuscript and make the decision to accept or reject it; the editor-in-chief intervenes only in the case of a complaint. Dr. Varga is in charge of manuscripts on"
        " cereals. From 2015 to December 2021 he handled 143 manuscripts. He accepted 47 of them and rejected 96. The position is unpaid. The journal receives about 1,900 manuscripts a year.",
        "NATIONAL AGRICULTURAL FUND. Division of Research Grants. Confirmation. Dr. A. Varga was chairman of the review panel for plant science in the round of 2018. The panel had nine members. It evaluated"
        " 61 applications and ranked them in order of merit. The Fund followed the ranking and granted twelve applications. The names of the applicants are confidential. For the round of 2021"
        " Dr. Varga was again asked to serve. He did not accept, since two of the applicants had been his doctoral students, and Dr. F. Nyberg was appointed in his place.",
    ),
    "variety": (
        "BOARD OF VARIETIES. Extract from the national list. Species: Triticum aestivum (spring wheat). Denomination: Korund. Date of entry: 9 February 2016. Breeder: A. Varga (principal), K. Lund,"
        " O. Saar. Owner of the right: Halvorsen Agricultural Research Station. Term of protection: 25 years. Pedigree: (Halv 22 x Aegilops derivative 7) x Dryland 118. Examined for distinctness, uniformity and"
        " stability in 2014 and 2015. Objections: none.",
        "BOARD OF VARIETIES. Report of official trials, Korund, 2014 and 2015. Yield, dry sites (nine sites, mean of two years): Korund 4.1 t/ha, standard (Fagott) 3.6 t/ha, difference 14 %, significant. Yield, irrigated"
        " sites (three sites): Korund 7.2 t/ha, standard 7.2 t/ha, not significant. Stem rust, infection above the threshold: Korund at none of the nine dry sites, standard at six. Lodging: low in both."
        " Baking quality: average (class B). Recommendation: to be listed. The Board points out that growers of bread wheat of class A will need another variety.",
    ),
    "lindqvist": (
        "UNIVERSITY OF ALDENSUND. Department of Crop Genetics. Professor Marit Lindqvist. 2 August 2022. To the immigration authorities. I have been asked to comment on the work of Dr. Anselm Varga. I have not worked or published with"
        " him, and I know him only from his publications and two congresses. His method of marker selection, published in 2012, was a turning point for those of us who breed for dry land. Until then"
        " drought tolerance and rust resistance were pursued in separate programs, since everybody believed that one could not have both. Dr. Varga demonstrated that a single gene, linked"
        " to the resistance, was the cause of the conflict. By a cross of a parent of Korund with a wild grass he broke this linkage.",
        "It was simple once one had seen it, and nobody had. Most dryland programs that I know of have since adopted his scheme. I admit that my own group did not believe the result. We repeated"
        " the experiments in 2013 and obtained the same outcome, and only then did we change our program. The method might be useful in barley as well; to my knowledge nobody has tried it. I consider Dr. Varga"
        " one of the leading plant breeders in the world today. Signed: Marit Lindqvist, Professor of Crop Genetics, vice president of the Nordic Genetics Union.",
    ),
    "okafor": (
        "SAHEL CROP CENTER. Wheat Research. Dr. Chidi Okafor, Director of Wheat Research. 20 July 2022. Our Center breeds wheat for the Sahel. We obtained Dr. Varga's markers in 2014 under an agreement between our institutions, and with their help"
        " we bred two varieties, Sahel 9 and Sahel 11, which are cultivated in four countries today. In 2020 a new race of stem rust reached the north of the region. Farmers who grew our two varieties had hardly any"
        " losses. Farmers who still grew the older varieties lost around 50 percent of their harvest. The weather was the same for both. The difference is due to the resistance that Dr. Varga made available to us. In my"
        " opinion he belongs to the three or four most influential wheat breeders of his generation. I met Dr. Varga when he worked at the International Dryland Crops Institute; we have no joint publications.",
    ),
    "brandt": (
        "NORRLAND SEED. Stellan Brandt, Managing Director. 30 June 2022. Norrland Seed is the largest supplier of seed grain in the country. In 2017 we took an exclusive license to the variety Korund from the Halvorsen Agricultural Research Station. The license"
        " was renewed in 2021 for a further five years. By the end of this month Korund stands on about 310,000 hectares. Among the spring wheats of the country it has the second largest area, after Fagott. Before we took Korund we had"
        " been offered another variety, Tundra, by a private breeder; we turned it down since it had failed in the dry years 2013 and 2015. Our customers ask for Korund by name.",
    ),
    "harvest": (
        "HARVEST. The Magazine for Growers. May 2021, pages 22 to 25. The Man Who Taught Wheat to Wait for Rain. By Ines Falk. In April, when the ground at the Halvorsen Station is still hard, Anselm Varga is already on his knees. He is the man who taught wheat"
        " to wait for rain, and he does not look like a revolutionary. We accompany him from the first cross to the last selection. He pulls out nine plants in ten. My best tool, he says, is the compost heap. The Station, one of the oldest in the north, pays"
        " little attention to him in winter. Imprint: Harvest appears monthly and is distributed throughout the country; circulation 85,000 copies (2021).",
        "HARVEST. Editor's declaration, 8 July 2022. The portrait of Dr. Varga in our issue of May 2021 was commissioned by the editors and written by Ines Falk, a member of our staff. We received no payment from Dr. Varga or"
        " from the Halvorsen Station. The text was not shown to them before publication.",
    ),
    "sol": (
        "HALVORSEN AGRICULTURAL RESEARCH STATION. The Director, Dr. Henrik Sol. 15 August 2022. I have been director of this Station since 2012. Dr. Varga has led our cereal program since 2016. The program would not exist in its present form without him. Its external funds rose from 1.1 million"
        " in 2016 to 3.3 million in 2021; most of the increase comes from contracts with seed companies. In 2017 the ministry proposed to shut the dryland farm. Dr. Varga presented the data of ten years to the ministry and convinced it to keep the farm. I will"
        " say openly that I was against the Korund project in the beginning, since I thought that the cross with a wild grass would cost us yield. I was wrong.",
        "Attachment: Evaluation of Public Breeding Institutes in Northern Europe, 2020 (independent panel, chair: Dr. M. Rossi). Fourteen institutes were evaluated. Rank 1: Halvorsen Agricultural Research Station. Rank 2: Institute of Field Crops, Turvik. Rank 3: Lakeland Station. Comment on rank 1: The"
        " cereal breeding program is the main reason for this rank. The potato program is solid but conventional.",
    ),
}

BREEDER_ERRORS = (
    SeededError("role", "leads the cereal breeding program", "assists the cereal breeding program"),
    SeededError("scope", "leads the cereal breeding program", "leads all breeding programs"),
    SeededError("event", "received his doctorate in plant genetics", "taught plant genetics"),
    SeededError("role", "as a postdoctoral fellow and", "as a professor and"),
    SeededError("role", "recruited him in 2013 as a senior breeder", "recruited him in 2013 as chief breeder"),
    SeededError("cause", "after the retirement of Dr. Edda Moen", "after the dismissal of Dr. Edda Moen"),
    SeededError("attribution", "after the retirement of Dr. Edda Moen", "on the recommendation of Dr. Edda Moen"),
    SeededError("qualifier", "answers only to the director", "answers to no director"),
    SeededError("event", "awarded Dr. Varga the Dorn Medal", "nominated Dr. Varga for the Dorn Medal"),
    SeededError("attribution", "the Society of Cereal Science awarded", "the Academy of Plant Breeding awarded"),
    SeededError("qualifier", "every two years to one scientist", "every year to one scientist"),
    SeededError("scope", "of any nationality", "of European nationality"),
    SeededError("scope", "to the science of cereals [@dorn", "to science [@dorn"),
    SeededError("modality", "Candidates cannot apply; they must be", "Candidates can apply or be"),
    SeededError("qualifier", "at least two members", "at most two members"),
    SeededError("negation", "who do not work at", "who work at"),
    SeededError("qualifier", "decides by a two-thirds majority", "decides unanimously"),
    SeededError("negation", "and it may withhold the medal if", "and it may not withhold the medal even if"),
    SeededError("event", "were proposed in 2019", "were shortlisted in 2019"),
    SeededError("qualifier", "the first recipient from", "the youngest recipient from"),
    SeededError("scope", "from a public research station", "from a research station"),
    SeededError("qualifier", "all earlier medalists", "most earlier medalists"),
    SeededError("event", "was elected a Fellow", "was nominated as a Fellow"),
    SeededError("role", "was elected a Fellow", "was elected President"),
    SeededError("qualifier", "no more than ten Fellows", "no fewer than ten Fellows"),
    SeededError("role", "whose members are themselves Fellows", "whose members are ordinary members"),
    SeededError(
        "negation",
        "Neither years of service nor payment of dues suffices",
        "Years of service and payment of dues suffice",
    ),
    SeededError("event", "persons nominated in 2020, eight were elected", "persons elected in 2020, eight were women"),
    SeededError(
        "qualifier",
        "the votes of all members of the Council who were present",
        "the votes of a majority of the Council",
    ),
    SeededError(
        "role",
        "as an associate editor of the Journal of Crop Improvement, where",
        "as the editor-in-chief of the Journal of Crop Improvement, where",
    ),
    SeededError("scope", "which manuscripts on cereals are accepted", "which manuscripts are accepted"),
    SeededError(
        "role",
        "as an associate editor of the Journal of Crop Improvement, where",
        "as a reviewer for the Journal of Crop Improvement, where",
    ),
    SeededError("event", "rejected about two thirds", "accepted about two thirds"),
    SeededError("role", "he also chaired the panel", "he also served on the panel"),
    SeededError(
        "event",
        "evaluated applications for grants in plant science",
        "submitted applications for grants in plant science",
    ),
    SeededError("cause", "the Fund, following its ranking, financed", "the Fund, disregarding its ranking, financed"),
    SeededError("event", "again in 2021 but declined, because", "again in 2021 and accepted, although"),
    SeededError("attribution", "were his former students", "were his former employers"),
    SeededError("role", "as its principal breeder", "as its sole breeder"),
    SeededError("attribution", "the Halvorsen Station as the owner", "Norrland Seed as the owner"),
    SeededError("direction", "14 percent more than the standard", "14 percent less than the standard"),
    SeededError("scope", "on dry sites, although it was no better than the standard under irrigation", "on all sites"),
    SeededError("negation", "it was no better than", "it was better than"),
    SeededError("negation", "None of the plots of Korund", "Many of the plots of Korund"),
    SeededError("subject", "while the standard was infected", "while Korund was infected"),
    SeededError("qualifier", "baking quality was only average", "baking quality was excellent"),
    SeededError("attribution", "who has never worked with Dr. Varga", "who has long worked with Dr. Varga"),
    SeededError(
        "attribution",
        "Professor Marit Lindqvist of the University of Aldensund",
        "Professor Marit Lindqvist of the University of Tarsk",
    ),
    SeededError("event", "in separate programs", "in joint programs"),
    SeededError("cause", "was caused by a single linked gene", "was caused by several linked genes"),
    SeededError("negation", "were believed to exclude each other", "were known to reinforce each other"),
    SeededError("event", "repeated the experiments before", "reviewed the manuscript before"),
    SeededError("negation", "was skeptical at first", "was convinced from the first"),
    SeededError("modality", "may also prove useful in barley", "is also useful in barley"),
    SeededError("negation", "although this has not yet been tested", "as has since been tested"),
    SeededError("role", "who directs wheat research at", "who studies wheat at"),
    SeededError("event", "used Dr. Varga's markers", "developed Dr. Varga's markers"),
    SeededError("event", "two varieties now grown in four countries", "two varieties now tested in four countries"),
    SeededError(
        "subject", "whereas those who had kept the old varieties", "whereas those who had changed to the new varieties"
    ),
    SeededError("cause", "and not to the weather, which was the same", "and to the weather, which was better"),
    SeededError(
        "qualifier",
        "as one of the three or four most influential wheat breeders",
        "as the most influential wheat breeder",
    ),
    SeededError("scope", "wheat breeders of his generation", "scientists of his generation"),
    SeededError("event", "his company acquired an exclusive license", "his company requested an exclusive license"),
    SeededError("qualifier", "acquired an exclusive license", "acquired a nonexclusive license"),
    SeededError("role", "the managing director of Norrland Seed", "the founder of Norrland Seed"),
    SeededError("as-of", "As of June 2022, Korund had been sown", "Korund is sown every year"),
    SeededError("qualifier", "which made it the second most widely grown", "which made it the most widely grown"),
    SeededError("scope", "spring wheat of the country [@brandt", "spring wheat of Europe [@brandt"),
    SeededError("event", "had rejected an offer for", "had accepted an offer for"),
    SeededError("cause", "because it had failed in dry years", "because it was too expensive"),
    SeededError("scope", "read by growers nationwide", "read by growers worldwide"),
    SeededError("subject", "a four-page portrait of Dr. Varga by Ines Falk", "a four-page article by Dr. Varga"),
    SeededError("negation", "Neither Dr. Varga nor the Station paid", "The Station, and not Dr. Varga, paid"),
    SeededError("direction", "outside funding tripled", "outside funding doubled"),
    SeededError("attribution", "mostly through contracts with seed companies", "mostly through grants of the ministry"),
    SeededError("negation", "persuaded the ministry not to close", "persuaded the ministry to close"),
    SeededError("event", "which had been proposed in 2017", "which had been decided in 2017"),
    SeededError("event", "initially opposed the project", "initially supported the project"),
    SeededError(
        "scope", "among the public breeding institutes of Northern Europe", "among the breeding institutes of Europe"
    ),
    SeededError("qualifier", "as the principal reason", "as one of several reasons"),
    SeededError("consistency", "won the Dorn Medal in 2019, for", "won the Dorn Medal in 2017, for"),
    SeededError("consistency", "for which he had to be proposed by others", "for which he had applied"),
    SeededError("consistency", "he is a Fellow of the International", "he is the President of the International"),
    SeededError(
        "consistency",
        "has been an associate editor of the Journal of Crop Improvement since",
        "has been editor-in-chief of the Journal of Crop Improvement since",
    ),
    SeededError("consistency", "and chaired a panel of the National", "and sat on a panel of the National"),
    SeededError("consistency", "of which he is the principal breeder", "of which he is the only breeder"),
    SeededError(
        "consistency",
        "is the second most widely grown spring wheat of the country.",
        "is the most widely grown spring wheat of the country.",
    ),
    SeededError(
        "consistency",
        "Experts who owe him nothing, such as Professor Lindqvist",
        "His former colleagues, such as Professor Lindqvist",
    ),
    SeededError("consistency", "by most of the dryland programs she knows", "by all dryland programs"),
)
