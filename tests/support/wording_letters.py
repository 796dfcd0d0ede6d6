"""Letters that tell their pages in other words, each with errors of wording seeded by hand.

No sentence of them is wrong as it stands. An error is a kind, words of the letter that occur once, and wrong ones in their place.
The letters and errors were written before their author read the checks. All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letters are as they would be typed

from __future__ import annotations

from typing import NamedTuple

from breeder_letter import BREEDER, BREEDER_ERRORS, BREEDER_PAGES
from field_letters import make_case
from linguist_letter import LINGUIST, LINGUIST_ERRORS, LINGUIST_PAGES
from photographer_letter import PHOTOGRAPHER, PHOTOGRAPHER_ERRORS, PHOTOGRAPHER_PAGES
from seeded_error import SeededError

from workbench.case.model import Case
from workbench.checks.draft import DraftSection

DANCER = """\
Ms. Oriane Lasalle is a dancer and choreographer who trained at the Conservatory of Brevin and joined the Ballet of Montclair in 2006 as
a member of the corps [@career, p. 1]. Four seasons later the company made her a soloist, and in 2013 she was promoted to principal dancer, its
highest rank [@career, p. 1]. She remained with the company until 2019, when she left in order to found her own ensemble, the Lasalle Project
[@career, p. 1].

The jury of the Taglioni Prize chose her as its laureate in 2015 for the title role of "Undine" [@taglioni, p. 1]. The prize is open to dancers of every
nationality and goes to a single performer each year [@taglioni, p. 1]. Its jury consists of former principal dancers of seven opera houses, none
of whom may vote on a member of her own company [@taglioni, p. 1]. In the preceding year Ms. Lasalle had been among the three finalists without receiving the prize
[@taglioni, p. 2]. The Society of Stage Critics, too, nominated her for its annual award in 2017, which in the end went to a tenor [@critics, p. 1].

Her choreography "Salt and Glass" had its first performance at the Harbor Festival in May 2016 [@salt, p. 1]. She created the movement alone, while the
music was written by Emil Tarrant and the stage was designed by Nora Beck [@salt, p. 1]. Every one of the nine performances was sold out before the
opening night [@salt, p. 1]. The festival commissioned the work and bore most of its cost; a private foundation paid the remainder
[@salt, p. 2]. Since then five companies abroad have acquired a license to stage it, and two of these have already done so [@salt, p. 2].

Critics have written about her at length. The dance editor of the Montclair Observer called "Salt and Glass" the strongest new work of
the season [@press, p. 1]. A reviewer of the monthly Pointe Review, by contrast, found the second act too long, but praised the dancers [@press, p. 1].
The television channel Arta broadcast a portrait of her to viewers in eleven countries [@press, p. 2].

In 2018 the Minister of Culture appointed her to the commission that advises the government on grants to dance companies [@commission, p. 1]. The commission
examines the applications and recommends which of them should be funded; the decision itself rests with the Minister [@commission, p. 1]. Ms. Lasalle
took part in all six sessions of her term and wrote reports on forty applications [@commission, p. 1]. The youngest member of the commission at the time
of her appointment, she was also the only one who still danced [@commission, p. 2].

The Royal Academy of Dance Teachers invited her to give its annual lecture, which she delivered in November 2017 [@lecture, p. 1]. She accepted in addition an
invitation to teach a master class in Osaka, but the class was cancelled after an earthquake [@lecture, p. 1]. Her method of training, which reduces the load on
the ankle, has been adopted in part by the national school of Belmark [@method, p. 1]. A study of that school suggests that the method may reduce
injuries; it does not claim to prove it [@method, p. 1]. Attendance at the physiotherapist fell after the school had introduced her exercises
[@method, p. 2].

Henrik Solberg, the artistic director of the Ballet of Montclair, writes that she led the rehearsals of three productions and was indispensable to
the company's tour of Asia [@solberg, p. 1]. In his words no other dancer of her generation has had such an influence on the repertoire of the
company [@solberg, p. 1]. Professor Agata Wirth, who does not know her personally, describes her as one of the leading choreographers of
Europe [@wirth, p. 1]. She bases this judgment on recordings and on two performances that she attended [@wirth, p. 1].

The Lasalle Project received a grant of the City of Montclair for two years, which was later extended by another year [@project, p. 1]. It employs eight
dancers, most of whom came from other companies [@project, p. 1]. It has applied for a permanent residence at the Harbor Theater, and the application is pending
[@project, p. 1].

In sum, Ms. Lasalle was a principal dancer of the Ballet of Montclair for six years, won the Taglioni Prize in 2015, served on the
commission of the Minister of Culture, and is the founder of the Lasalle Project.
"""
DANCER_PAGES = {
    "career": (
        "Ballet of Montclair, personnel record. Oriane Lasalle, trained at the Conservatory of Brevin. Entered the corps de ballet in 2006. Soloist from"
        " 2010. Principal dancer from 2013 (the highest rank of the company). Left at her own wish in 2019 to establish the Lasalle Project.",
    ),
    "taglioni": (
        "The Taglioni Prize is awarded every year to one dancer, regardless of nationality. The jury is made up of former principal dancers of seven opera"
        " houses. A juror may not vote on a dancer of her own company. Winner in 2015: Oriane Lasalle, for her interpretation of the title role in Undine.",
        "Finalists of 2014: Oriane Lasalle, Jun Aoki, Petra Hald. Winner of 2014: Jun Aoki.",
    ),
    "critics": (
        "Society of Stage Critics. Annual award 2017. Nominees: Oriane Lasalle (dance), Marco Dietz (tenor), Ida Krohn (actor). The award was given to Marco"
        " Dietz.",
    ),
    "salt": (
        "Harbor Festival, program of May 2016. Salt and Glass (premiere). Choreography: Oriane Lasalle. Music: Emil Tarrant. Stage design: Nora Beck."
        " Nine performances. Note of the box office: all performances were sold out before the premiere.",
        "Accounts of Salt and Glass. The work was commissioned by the Harbor Festival, which covered 70 percent of the costs. The Ferrant Foundation, a"
        " private body, covered the rest. Licenses have been sold to five foreign companies. Two of the five have staged the work so far.",
    ),
    "press": (
        "Montclair Observer, 20 May 2016, by the editor for dance, Lena Voss. I have seen no stronger new work this season than Salt and Glass.\n\nPointe Review"
        " (appears monthly), July 2016. The second act goes on for too long. The dancers, however, deserve every praise.",
        "Arta, program schedule. Portrait: Oriane Lasalle, 45 minutes. Arta can be received in eleven countries.",
    ),
    "commission": (
        "Decree of the Minister of Culture, 12 March 2018. Oriane Lasalle is appointed a member of the advisory commission on dance. The commission reviews"
        " applications for grants by dance companies and makes recommendations. The Minister decides. Minutes: Ms. Lasalle was present at each of the six"
        " sessions during her term of office. She submitted forty reports on applications.",
        "Members of the commission in 2018. Oriane Lasalle, born 1988, dancer. Gustav Lind, born 1951, retired. Clara Moss, born 1962, administrator. No other member is"
        " an active dancer. No member is younger.",
    ),
    "lecture": (
        "Royal Academy of Dance Teachers. Annual lecture of 2017, given on 16 November by Oriane Lasalle at the invitation of the Academy.\nMaster class in"
        " Osaka (Oriane Lasalle had accepted): called off because of the earthquake.",
    ),
    "method": (
        "National School of Dance of Belmark, report on the Lasalle method. We have taken over parts of the method in our curriculum. Our data suggest that it may lead"
        " to fewer injuries. They are no proof. The method lessens the strain on the ankle.",
        "Visits to the physiotherapist, by year. The exercises of Ms. Lasalle were introduced in 2017. Visits per student: 2016, 6.1; 2018, 4.3.",
    ),
    "solberg": (
        "Letter of Henrik Solberg, Artistic Director, Ballet of Montclair. Ms. Lasalle directed the rehearsals of three of our productions. Without her our tour"
        " through Asia could not have taken place. I know of no dancer of her generation who has influenced our repertoire as much.",
    ),
    "wirth": (
        "Letter of Professor Agata Wirth. I have never met Ms. Lasalle. I consider her one of Europe's foremost choreographers. I have watched recordings of her"
        " works and was present at two of her performances.",
    ),
    "project": (
        "The City of Montclair supports the Lasalle Project with a grant from 2019 to 2021. Note: prolonged by one year. Dancers employed: eight, five of them"
        " formerly with other companies. The project's request for a permanent residence at the Harbor Theater has not been decided yet.",
    ),
}
DANCER_ERRORS = (
    SeededError("role", "a dancer and choreographer who trained at", "a dancer and choreographer who taught at"),
    SeededError("role", "made her a soloist", "made her a choreographer"),
    SeededError("role", "she was promoted to principal dancer", "she was promoted to ballet mistress"),
    SeededError("role", "in order to found her own ensemble", "in order to join another ensemble"),
    SeededError("role", "chose her as its laureate", "chose her as its runner-up"),
    SeededError("scope", "is open to dancers of every\nnationality", "is open to dancers of every\nage"),
    SeededError("qualifier", "goes to a single performer each year", "goes to several performers each year"),
    SeededError("role", "consists of former principal dancers", "consists of current principal dancers"),
    SeededError("negation", "none\nof whom may vote", "each\nof whom may vote"),
    SeededError("event", "without receiving the prize", "and received the prize"),
    SeededError("event", "too, nominated her for its annual award", "too, honored her with its annual award"),
    SeededError("direction", "In the preceding year", "In the following year"),
    SeededError("role", "music was written by Emil Tarrant", "music was conducted by Emil Tarrant"),
    SeededError("role", "the stage was designed by Nora Beck", "the stage was built by Nora Beck"),
    SeededError("scope", "Every one of the nine performances", "Most of the nine performances"),
    SeededError("direction", "was sold out before the\nopening night", "was sold out after the\nopening night"),
    SeededError("qualifier", "bore most of its cost", "bore all of its cost"),
    SeededError("role", "a private foundation paid", "a public foundation paid"),
    SeededError("scope", "five companies abroad", "five companies at home"),
    SeededError("event", "have acquired a license to stage it", "have requested a license to stage it"),
    SeededError("event", "two of these have already done so", "two of these will soon do so"),
    SeededError("attribution", "The dance editor of the Montclair Observer", "A reader of the Montclair Observer"),
    SeededError(
        "qualifier", 'called "Salt and Glass" the strongest new work', 'called "Salt and Glass" the strongest work'
    ),
    SeededError("scope", "the monthly Pointe Review", "the weekly Pointe Review"),
    SeededError("direction", "found the second act too long", "found the second act too short"),
    SeededError("event", "but praised the dancers", "and criticized the dancers"),
    SeededError(
        "role", "to the commission that advises the government", "to the commission that audits the government"
    ),
    SeededError("modality", "recommends which of them should be funded", "decides which of them should be funded"),
    SeededError("qualifier", "took part in all six sessions", "took part in most of the six sessions"),
    SeededError("direction", "The youngest member of the commission", "The oldest member of the commission"),
    SeededError(
        "qualifier", "she was also the only one who still danced", "she was also one of those who still danced"
    ),
    SeededError(
        "event",
        "invited her to give its annual lecture, which she delivered",
        "invited her to give its annual lecture, which she declined",
    ),
    SeededError(
        "event", "but the class was cancelled after an earthquake", "and the class was held after an earthquake"
    ),
    SeededError("direction", "which reduces the load on", "which increases the load on"),
    SeededError("qualifier", "has been adopted in part by", "has been adopted in full by"),
    SeededError("qualifier", "has been adopted in part by the", "has been adopted by the"),
    SeededError("modality", "suggests that the method may reduce", "shows that the method does reduce"),
    SeededError("negation", "it does not claim to prove it", "it claims to prove it"),
    SeededError("direction", "Attendance at the physiotherapist fell", "Attendance at the physiotherapist rose"),
    SeededError(
        "attribution",
        "the artistic director of the Ballet of Montclair, writes",
        "a former dancer of the Ballet of Montclair, writes",
    ),
    SeededError("cause", "writes that she led the rehearsals", "writes that she attended the rehearsals"),
    SeededError("negation", "who does not know her personally", "who knows her personally"),
    SeededError("qualifier", "as one of the leading choreographers", "as the leading choreographer"),
    SeededError("scope", "choreographers of\nEurope", "choreographers of\nthe world"),
    SeededError("event", "which was later extended by another year", "which was later shortened by a year"),
    SeededError("qualifier", "most of whom came from other companies", "all of whom came from other companies"),
    SeededError("event", "and the application is pending", "and the application was granted"),
    SeededError("event", "It has applied for a permanent residence", "It has obtained a permanent residence"),
    SeededError(
        "consistency",
        "principal dancer of the Ballet of Montclair for six years",
        "principal dancer of the Ballet of Montclair for nine years",
    ),
    SeededError("consistency", "In sum, Ms. Lasalle was a principal dancer", "In sum, Ms. Lasalle was a soloist"),
    SeededError("consistency", "won the Taglioni Prize in 2015", "won the Taglioni Prize in 2016"),
    SeededError(
        "consistency",
        "served on the\ncommission of the Minister of Culture",
        "served on the\ncommission of the Minister of Finance",
    ),
    SeededError("consistency", "is the founder of the Lasalle Project", "is a member of the Lasalle Project"),
)

MODELLER = """\
Dr. Farid Nouri is a climate modeller at the Institute for Ocean Studies in Tallmark, where he heads the group for sea ice
[@institute, p. 1]. He studied physics at the University of Sarnen and wrote his dissertation there under Professor Helga Brandt [@institute, p. 1]. The Institute
hired him as a postdoctoral researcher in 2009 and gave him a permanent position four years later [@institute, p. 1].

He is the first author of "Melt Ponds and the Albedo of the Arctic", which the Journal of Polar Physics published in 2012
[@paper, p. 1]. His three co-authors confirm that he developed the theory and wrote the code, whereas the measurements came from the expedition of
Dr. Ruiz [@paper, p. 2]. Before that article most models treated the ponds as constant [@paper, p. 1]. The editors selected the article as one of the five
best papers of the year [@paper, p. 3].

His model FLOE is distributed free of charge under an open license [@floe, p. 1]. At least thirty groups in nineteen countries run it, among them the
weather services of Norway and Canada [@floe, p. 1]. According to the Norwegian service, forecasts of the ice edge became more accurate after
FLOE had replaced the earlier model [@floe, p. 2]. The Canadian service uses it only for research and has not yet put it into daily operation
[@floe, p. 2]. Some components of the model were contributed by a group in Kiel, which Dr. Nouri acknowledges in the manual [@floe, p. 3].

The Panel on Climate Assessment appointed him as a lead author of the chapter on the cryosphere in its fifth report [@panel, p. 1]. Governments nominate
the authors, and the bureau of the Panel selects them [@panel, p. 1]. He was selected from more than two hundred candidates [@panel, p. 1]. For the sixth report he
served as a review editor, a task that he shared with two colleagues [@panel, p. 2].

In 2016 the Geophysical Union awarded him the Sverdrup Medal, which is reserved for scientists under forty [@medal, p. 1]. It is given for outstanding
contributions to oceanography, and a candidate cannot nominate himself [@medal, p. 1]. Dr. Nouri was the first recipient who worked on sea ice
[@medal, p. 2]. He was elected a fellow of the Union three years afterwards; up to one percent of its members may be fellows [@medal, p. 2].

He has reviewed manuscripts for fourteen journals and has been an associate editor of the Journal of Polar Physics since 2017
[@editing, p. 1]. As such he decides on the acceptance of about sixty manuscripts a year [@editing, p. 1]. The editor in chief writes that he
turned down an offer to become her deputy, since he wished to go on with his research [@editing, p. 2].

The National Science Fund financed his project on thin ice, after an international panel had ranked the proposal first among 84 [@grant, p. 1]. A second
proposal, on icebergs, was rejected [@grant, p. 1]. The shipping company Norline pays for a license to the forecasts that are made with FLOE, and
says that they have shortened its voyages through the Northern Passage [@norline, p. 1]. It ascribes part of the saving to newer ships
[@norline, p. 1].

Dr. Ruiz, a former colleague at the Institute, states that Dr. Nouri conceived the method which her own team later refined [@ruiz, p. 1]. Professor Okello of
the University of Mbale, who has never worked with him, considers the model the standard of the field [@okello, p. 1]. She adds that her
students learn it in their second year [@okello, p. 1].

The newspaper Tallmark Zeitung printed an interview with him on its front page [@press, p. 1]. The film "The Last Floe", in which he
appears as an expert, was shown at the festival of Locara, where it did not win a prize but was seen by large audiences [@press, p. 2].

In conclusion, the record shows a lead author of the fifth report of the Panel, a recipient of the Sverdrup Medal, a fellow of the Geophysical Union
and an associate editor of the Journal of Polar Physics. Dr. Nouri heads the group for sea ice and has held a permanent position since 2013.
"""
MODELLER_PAGES = {
    "institute": (
        "Institute for Ocean Studies, Tallmark. Staff: Dr. Farid Nouri, head of the sea ice group. Degree in physics, University of Sarnen; doctoral thesis"
        " at the same university, supervised by Prof. Helga Brandt. With the Institute since 2009 (postdoc). Permanent contract since 2013.",
    ),
    "paper": (
        "Journal of Polar Physics 14 (2012). Melt Ponds and the Albedo of the Arctic. F. Nouri, C. Ruiz, T. Hale, B. Iversen. In most models so far, melt"
        " ponds are held constant. We propose a theory of their growth.",
        "Statement of the co-authors (C. Ruiz, T. Hale, B. Iversen). The theory and the computer code are the work of F. Nouri. The data were"
        " collected on the expedition led by C. Ruiz.",
        "Journal of Polar Physics. Best papers of 2012, chosen by the editors. Five articles are listed, including Nouri et al., Melt Ponds and the Albedo of"
        " the Arctic.",
    ),
    "floe": (
        "FLOE, a sea ice model by F. Nouri. The software may be used by anyone at no cost (open license). Registered users: thirty groups or more, in 19 countries,"
        " including the Norwegian and the Canadian weather service.",
        "Survey of users. Norway: we changed from our old model to FLOE in 2015. The error of the predicted ice edge has gone down since. Canada: FLOE is"
        " run by our research division. It is not part of our daily operations so far.",
        "FLOE manual, acknowledgments. The author thanks the Kiel group, who supplied several components.",
    ),
    "panel": (
        "Panel on Climate Assessment, fifth report. Chapter 4, Cryosphere. Lead authors: F. Nouri and others. Authors are nominated by governments and chosen by the"
        " bureau. For this chapter there were over two hundred nominations.",
        "Panel on Climate Assessment, sixth report. Chapter 9. Review editors: F. Nouri, S. Adeyemi, L. Marsh.",
    ),
    "medal": (
        "Geophysical Union. The Sverdrup Medal honors outstanding work in oceanography by scientists who are less than forty years old. Nominations by"
        " the candidate are not accepted. Medalist 2016: Farid Nouri.",
        "List of medalists with their subjects: currents, tides, waves, plankton, sea ice (2016, Nouri). Fellows elected in 2019: Farid Nouri and others. The number of"
        " fellows is limited to one percent of the membership.",
    ),
    "editing": (
        "Farid Nouri has acted as a reviewer for 14 journals. Associate editor, Journal of Polar Physics, from 2017. An associate editor accepts or rejects some sixty"
        " submissions each year.",
        "Letter of the editor in chief. I asked Dr. Nouri to become deputy editor. He declined, because he did not want to interrupt his research.",
    ),
    "grant": (
        "National Science Fund. Thin Ice (F. Nouri): funded. Rank 1 of 84 in the assessment of the international panel. Icebergs (F. Nouri): not funded.",
    ),
    "norline": (
        "Norline Shipping, letter. We hold a paid license to FLOE forecasts. Our passages through the Northern Passage have become shorter owing to them. The newer ships"
        " of our fleet account for a part of the gain.",
    ),
    "ruiz": (
        "Letter of Dr. Carla Ruiz. I worked at the Institute until 2015. The idea of the method was Dr. Nouri's. My team improved it afterwards.",
    ),
    "okello": (
        "Letter of Professor Jane Okello, University of Mbale. There has been no collaboration between Dr. Nouri and me. FLOE is the standard model of our field. It is taught to"
        " our students in the second year.",
    ),
    "press": (
        "Tallmark Zeitung, page 1. The man who counts the ice: an interview with Farid Nouri.",
        "Festival of Locara, catalogue and report. The Last Floe (documentary; with the expert Farid Nouri). No award. The screenings were well attended.",
    ),
}
MODELLER_ERRORS = (
    SeededError("role", "where he heads the group for sea ice\n", "where he belongs to the group for sea ice\n"),
    SeededError("role", "He studied physics", "He taught physics"),
    SeededError("role", "hired him as a postdoctoral researcher", "hired him as a senior researcher"),
    SeededError("scope", "gave him a permanent position", "gave him a temporary position"),
    SeededError("role", "He is the first author of", "He is the senior author of"),
    SeededError("role", "He is the first author of", "He is the sole author of"),
    SeededError(
        "cause", "that he developed the theory and wrote the code", "that he tested the theory and checked the code"
    ),
    SeededError("attribution", "His three co-authors confirm", "His three students confirm"),
    SeededError("qualifier", "most models treated the ponds as constant", "all models treated the ponds as constant"),
    SeededError("direction", "Before that article most models", "After that article most models"),
    SeededError("direction", "treated the ponds as constant", "treated the ponds as variable"),
    SeededError("qualifier", "as one of the five\nbest papers of the year", "as the\nbest paper of the year"),
    SeededError("scope", "best papers of the year", "best papers of the decade"),
    SeededError("negation", "is distributed free of charge", "is distributed for a charge"),
    SeededError("qualifier", "At least thirty groups", "At most thirty groups"),
    SeededError("qualifier", "among them the\nweather services", "namely the\nweather services"),
    SeededError("direction", "became more accurate after", "became less accurate after"),
    SeededError("direction", "FLOE had replaced the earlier model", "FLOE had inspired the earlier model"),
    SeededError("qualifier", "uses it only for research", "uses it mainly for forecasts"),
    SeededError("negation", "has not yet put it into daily operation", "has since put it into daily operation"),
    SeededError("qualifier", "Some components of the model", "All components of the model"),
    SeededError("role", "as a lead author of the chapter", "as a contributing author of the chapter"),
    SeededError("role", "as a lead author of the chapter", "as the lead author of the chapter"),
    SeededError("event", "Governments nominate\nthe authors", "Governments pay\nthe authors"),
    SeededError("role", "served as a review editor", "served as a lead author"),
    SeededError("qualifier", "a task that he shared with two colleagues", "a task that he performed alone"),
    SeededError("event", "awarded him the Sverdrup Medal", "nominated him for the Sverdrup Medal"),
    SeededError("direction", "reserved for scientists under forty", "reserved for scientists over forty"),
    SeededError("negation", "a candidate cannot nominate himself", "a candidate can nominate himself"),
    SeededError(
        "qualifier", "Dr. Nouri was the first recipient who worked", "Dr. Nouri was one of the recipients who worked"
    ),
    SeededError("role", "He was elected a fellow of the Union", "He was elected a director of the Union"),
    SeededError("qualifier", "up to one percent of its members", "at least one percent of its members"),
    SeededError(
        "role", "He has reviewed manuscripts for fourteen journals", "He has edited manuscripts for fourteen journals"
    ),
    SeededError("role", "has been an associate editor of", "has been a managing editor of"),
    SeededError("modality", "decides on the acceptance of about sixty", "advises on the acceptance of about sixty"),
    SeededError("event", "turned down an offer to become her deputy", "accepted an offer to become her deputy"),
    SeededError("attribution", "The editor in chief writes", "The publisher writes"),
    SeededError("scope", "after an international panel had ranked", "after a national panel had ranked"),
    SeededError("event", "on icebergs, was rejected", "on icebergs, was funded"),
    SeededError("direction", "Norline pays for a license", "Norline sells a license"),
    SeededError("direction", "they have shortened its voyages", "they have lengthened its voyages"),
    SeededError("qualifier", "ascribes part of the saving", "ascribes most of the saving"),
    SeededError("direction", "to newer ships", "to older ships"),
    SeededError(
        "attribution", "Dr. Ruiz, a former colleague at the Institute", "Dr. Ruiz, a current colleague at the Institute"
    ),
    SeededError(
        "cause",
        "conceived the method which her own team later refined",
        "refined the method which her own team had conceived",
    ),
    SeededError("negation", "who has never worked with him", "who has often worked with him"),
    SeededError(
        "qualifier", "considers the model the standard of the field", "considers the model a standard of the field"
    ),
    SeededError("scope", "on its front page", "on its last page"),
    SeededError("event", "was shown at the festival of Locara", "was banned at the festival of Locara"),
    SeededError("negation", "where it did not win a prize", "where it won a prize"),
    SeededError(
        "consistency",
        "a lead author of the fifth report of the Panel",
        "a lead author of the sixth report of the Panel",
    ),
    SeededError("consistency", "a fellow of the Geophysical Union\n", "a director of the Geophysical Union\n"),
    SeededError(
        "consistency",
        "and an associate editor of the Journal of Polar Physics",
        "and the chief editor of the Journal of Polar Physics",
    ),
    SeededError("consistency", "Dr. Nouri heads the group for sea ice", "Dr. Nouri heads the group for glaciers"),
    SeededError("consistency", "has held a permanent position since 2013", "has held a permanent position since 2011"),
)

FOUNDER = """\
Mr. Deepak Rangan is the founder and chief executive of Ledgerly, a company in Port Ansel that sells software for the prevention of payment
fraud [@company, p. 1]. He started it in 2012 together with Sofia Brandt, who left after two years [@company, p. 1]. Before that he had worked as an analyst at
the Bank of Coral, where he reported to the head of the risk department [@company, p. 2].

Ledgerly supplies its software to banks; none of them has an interest in the company [@customers, p. 1]. Seven of the ten largest banks of the
country are among its customers [@customers, p. 1]. The Savings Union, the first to sign a contract, has renewed it twice [@customers, p. 1]. Its head of
security reports that losses from fraud declined sharply after the software had been installed [@customers, p. 2]. She attributes the decline mainly, though not
exclusively, to Ledgerly [@customers, p. 2].

Mr. Rangan is named as the only inventor on the patent for the method of scoring, which was granted in 2016 [@patent, p. 1]. An application for a second
patent has been filed and is under examination [@patent, p. 1]. A competitor contested the first patent, but the office upheld it in its entirety
[@patent, p. 2].

In 2018 the magazine Fintech Monthly included him in its list of the thirty most influential founders under thirty-five [@list, p. 1]. The list is compiled
by the editors from the proposals of readers [@list, p. 1]. He was also a finalist for the national prize for entrepreneurs, which another founder won
[@prize, p. 1]. The Chamber of Commerce of the region gave him its innovation award, an honor that it bestows on no more than two persons a year [@chamber, p. 1]. A
committee of bankers and scientists makes the choice, and companies that belong to the Chamber may not vote [@chamber, p. 1].

The Central Bank invited him to testify at its hearing on instant payments [@hearing, p. 1]. He spoke as an independent expert and argued that banks should be
obliged to refund their customers [@hearing, p. 1]. The final rule follows his proposal in part: it requires a refund where the bank has been negligent
[@hearing, p. 2]. Two commissioners cited his testimony in their reasons [@hearing, p. 2].

He is a member of the board of the Payments Association, to which the members elect six representatives by secret ballot [@association, p. 1]. He has chaired its
working group on standards since 2019 [@association, p. 1]. The group drafted a standard that the Association has adopted and that its members are encouraged, but not
required, to follow [@association, p. 2].

Three investors took a minority stake in Ledgerly in 2017, while Mr. Rangan kept control [@investors, p. 1]. The lead investor, Northgate, had turned down the
company two years earlier [@investors, p. 1]. In its second round the company raised more than it had sought [@investors, p. 2]. It became profitable in 2019, a year
earlier than planned [@investors, p. 2].

Dr. Ines Calder, who supervised him at the Bank of Coral, recalls that he proposed the idea of the score while he was still a junior analyst, and that the
bank rejected it [@calder, p. 1]. Professor Tomas Reuter, an expert on banking who has no connection with the company, writes that most systems in use today
rest on the principle that Mr. Rangan introduced [@reuter, p. 1]. He expects that it could become a requirement of regulators [@reuter, p. 1].

He judged the final of the university competition in financial technology in 2020 and 2021, each time as chairman of the jury [@jury, p. 1]. The business school of
Port Ansel appointed him a visiting lecturer for one semester [@school, p. 1]. His course was optional, and it was rated the best of the semester by the students
[@school, p. 1].

To summarize, Mr. Rangan founded Ledgerly in 2012, holds a patent as its only inventor, sits on the board of the Payments Association and chairs its working group
on standards. Seven of the ten largest banks of the country use his software.
"""
FOUNDER_PAGES = {
    "company": (
        "Ledgerly, Inc., Port Ansel. Software against payment fraud. Founded in 2012 by Deepak Rangan (chief executive) and Sofia Brandt (resigned in 2014).",
        "Bank of Coral, certificate of employment. Deepak Rangan, analyst, 2009 to 2012. His superior was the head of the department of risk.",
    ),
    "customers": (
        "Ledgerly, list of customers. No customer owns shares of Ledgerly. The list includes seven of the country's ten largest banks. First contract: Savings Union (2013; renewed"
        " 2016 and 2019).",
        "Letter of the head of security, Savings Union, Ms. Anna Field. Once the software was in place, our losses from fraud went down steeply. Ledgerly is the main"
        " reason, although not the only one.",
    ),
    "patent": (
        "Patent 9,555,010 (issued 2016). Method of scoring payments. Sole inventor: Deepak Rangan.\nSecond application (filed in 2020): examination in progress.",
        "Patent office, decision in opposition. The opponent, a competitor of the patentee, asks for revocation. The patent is maintained without change.",
    ),
    "list": (
        "Fintech Monthly, 2018. Thirty founders under thirty-five: the people with the greatest influence. Readers made suggestions and the editors drew up the list. Number 12: Deepak Rangan.",
    ),
    "prize": (
        "National Entrepreneur Prize 2018. Finalists: Deepak Rangan, Lucia Moreno, Karl Vik. Winner: Lucia Moreno.",
    ),
    "chamber": (
        "Regional Chamber of Commerce. Innovation award 2019: Deepak Rangan. At most two persons receive it in any year. They are chosen by a committee of bankers and scientists."
        " Member companies of the Chamber have no vote.",
    ),
    "hearing": (
        "Central Bank, hearing on instant payments. Invited witnesses: Deepak Rangan (independent expert) and others. Mr. Rangan: Banks ought to have a duty to repay customers who were"
        " defrauded.",
        "Central Bank, final rule. The proposal of Mr. Rangan is followed partly. A bank must refund the customer if it was negligent. Reasons of the commissioners: the testimony"
        " of Mr. Rangan is cited by commissioners Holt and Amari.",
    ),
    "association": (
        "Payments Association. Board: six members, elected by the membership in a secret vote, among them Deepak Rangan. Working group on standards: chairman since 2019, Deepak Rangan.",
        "Standard 4, drafted by the working group on standards. Adopted by the Association. It is a recommendation; members are free not to follow it.",
    ),
    "investors": (
        "Agreement of 2017. Northgate (lead investor), Pell Capital and Orrin acquire together 30 percent of the shares. Deepak Rangan holds 58 percent. Note: Northgate declined to invest"
        " in 2015.",
        "Report of the board. The second round was oversubscribed: the sum raised exceeds the sum sought. First year with a profit: 2019 (plan: 2020).",
    ),
    "calder": (
        "Letter of Dr. Ines Calder. I was Mr. Rangan's supervisor at the Bank of Coral. He suggested the score to us when he was a junior analyst. The bank said no.",
    ),
    "reuter": (
        "Letter of Professor Tomas Reuter. I do research on banking and have no relation to Ledgerly. The principle was introduced by Mr. Rangan. The majority of today's"
        " systems are based on it. Regulators could make it mandatory one day; I expect so.",
    ),
    "jury": (
        "University competition in financial technology. Jury of the final, 2020: D. Rangan (chairman), two others. Jury of the final, 2021: D. Rangan (chairman), three others.",
    ),
    "school": (
        "Business School of Port Ansel. Deepak Rangan was visiting lecturer in the autumn semester. Elective course. Evaluation by students: highest mark of all courses of the"
        " semester.",
    ),
}
FOUNDER_ERRORS = (
    SeededError("role", "is the founder and chief executive", "is the founder and chief engineer"),
    SeededError("direction", "that sells software", "that buys software"),
    SeededError("cause", "He started it in 2012 together with", "He joined it in 2012 together with"),
    SeededError("direction", "who left after two years", "who arrived after two years"),
    SeededError("role", "worked as an analyst at", "worked as a director at"),
    SeededError("role", "reported to the head of the risk department", "acted as the head of the risk department"),
    SeededError("qualifier", "none of them has an interest", "one of them has an interest"),
    SeededError("direction", "Ledgerly supplies its software to banks", "Ledgerly obtains its software from banks"),
    SeededError(
        "direction", "of the ten largest banks of the\ncountry are", "of the ten smallest banks of the\ncountry are"
    ),
    SeededError("scope", "largest banks of the\ncountry are", "largest banks of the\ncontinent are"),
    SeededError("event", "has renewed it twice", "has cancelled it twice"),
    SeededError("qualifier", "The Savings Union, the first to sign", "The Savings Union, the last to sign"),
    SeededError("direction", "losses from fraud declined sharply", "losses from fraud increased sharply"),
    SeededError("qualifier", "declined sharply after", "declined slightly after"),
    SeededError("attribution", "Its head of\nsecurity reports", "Its press\noffice reports"),
    SeededError("qualifier", "the decline mainly, though not\nexclusively, to", "the decline exclusively\nto"),
    SeededError("qualifier", "is named as the only inventor", "is named as one of the inventors"),
    SeededError("event", "which was granted in 2016", "which was applied for in 2016"),
    SeededError("event", "has been filed and is under examination", "has been filed and was granted"),
    SeededError("event", "contested the first patent", "licensed the first patent"),
    SeededError("qualifier", "upheld it in its entirety", "upheld it in part"),
    SeededError("event", "but the office upheld it", "and the office revoked it"),
    SeededError("role", "the thirty most influential founders", "the thirty most influential investors"),
    SeededError(
        "cause",
        "compiled\nby the editors from the proposals of readers",
        "compiled\nby the readers from the proposals of editors",
    ),
    SeededError("event", "was also a finalist for", "was also the winner of"),
    SeededError("scope", "for the national prize", "for the international prize"),
    SeededError("scope", "The Chamber of Commerce of the region", "The Chamber of Commerce of the nation"),
    SeededError("qualifier", "on no more than two persons a year", "on no fewer than two persons a year"),
    SeededError("negation", "belong to the Chamber may not vote", "belong to the Chamber may vote"),
    SeededError("role", "of bankers and scientists makes", "of politicians and scientists makes"),
    SeededError("event", "invited him to testify", "ordered him to testify"),
    SeededError("role", "as an independent expert", "as a government expert"),
    SeededError(
        "modality", "argued that banks should be\nobliged to refund", "argued that banks should be\nfree to refund"
    ),
    SeededError("qualifier", "follows his proposal in part", "follows his proposal in full"),
    SeededError("negation", "where the bank has been negligent", "where the bank has not been negligent"),
    SeededError("event", "cited his testimony", "dismissed his testimony"),
    SeededError("role", "He is a member of the board of", "He is the president of the board of"),
    SeededError("qualifier", "by secret ballot", "by open ballot"),
    SeededError("role", "He has chaired its\nworking group", "He has advised its\nworking group"),
    SeededError("event", "that the Association has adopted", "that the Association has considered"),
    SeededError("modality", "are encouraged, but not\nrequired, to follow", "are required to follow"),
    SeededError("qualifier", "took a minority stake", "took a majority stake"),
    SeededError("event", "while Mr. Rangan kept control", "while Mr. Rangan gave up control"),
    SeededError("direction", "two years earlier [@investors", "two years later [@investors"),
    SeededError("direction", "raised more than it had sought", "raised less than it had sought"),
    SeededError("event", "It became profitable", "It became public"),
    SeededError("direction", "a year\nearlier than planned", "a year\nlater than planned"),
    SeededError("role", "who supervised him at", "who worked under him at"),
    SeededError("qualifier", "still a junior analyst", "already a senior analyst"),
    SeededError("event", "bank rejected it", "bank adopted it"),
    SeededError(
        "attribution", "an expert on banking who has no connection with the company", "an adviser of the company"
    ),
    SeededError("qualifier", "that most systems in use today", "that all systems in use today"),
    SeededError("modality", "that it could become a requirement", "that it has become a requirement"),
    SeededError("role", "as chairman of the jury", "as secretary of the jury"),
    SeededError("role", "a visiting lecturer for", "a full professor for"),
    SeededError("qualifier", "His course was optional", "His course was mandatory"),
    SeededError("attribution", "by the students", "by the faculty"),
    SeededError("consistency", "Mr. Rangan founded Ledgerly in 2012", "Mr. Rangan founded Ledgerly in 2014"),
    SeededError("consistency", "holds a patent as its only inventor", "holds a patent as one of its inventors"),
    SeededError(
        "consistency", "sits on the board of the Payments Association", "sits on the board of the Bankers Association"
    ),
    SeededError(
        "consistency", "and chairs its working group\non standards", "and chairs its working group\non security"
    ),
    SeededError(
        "consistency",
        "Seven of the ten largest banks of the country use",
        "Eight of the ten largest banks of the country use",
    ),
)


class WordingLetter(NamedTuple):
    """One letter, its errors, and the case that holds its pages."""

    draft: DraftSection
    errors: tuple[SeededError, ...]


def wording_letters(base: Case) -> dict[str, WordingLetter]:
    """Returns the letters, each as one section beside its case."""
    letters = {
        "dancer": (DANCER, "Oriane Lasalle", DANCER_PAGES, DANCER_ERRORS),
        "modeller": (MODELLER, "Farid Nouri", MODELLER_PAGES, MODELLER_ERRORS),
        "founder": (FOUNDER, "Deepak Rangan", FOUNDER_PAGES, FOUNDER_ERRORS),
        "breeder": (BREEDER, "Anselm Varga", BREEDER_PAGES, BREEDER_ERRORS),
        "photographer": (PHOTOGRAPHER, "Tomás Arrieta", PHOTOGRAPHER_PAGES, PHOTOGRAPHER_ERRORS),
        "linguist": (LINGUIST, "Leonor Quintal", LINGUIST_PAGES, LINGUIST_ERRORS),
    }
    return {
        key: WordingLetter(DraftSection("intro", text, make_case(name, name.split()[1], pages, base)), errors)
        for key, (text, name, pages, errors) in letters.items()
    }
