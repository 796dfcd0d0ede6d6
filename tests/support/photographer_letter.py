"""A photojournalist's letter as an attorney writes it, with errors of wording seeded by hand.

Half of its sentences keep to the words of the exhibits, a third have words of their own, the others argue. No sentence is
wrong as it stands. Letter and errors were written before their author read the checks. All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letter is as it would be typed, one sentence in a line

from __future__ import annotations

from seeded_error import SeededError

PHOTOGRAPHER = """\
## I. Introduction

Petitioner Tomás Arrieta is a documentary photographer and photojournalist whose pictures of migration, mining and drought have appeared in the leading newspapers of four continents.
He seeks classification as an alien of extraordinary ability in the arts, and he will continue to work in his field in the United States under a contract with the Meridian Agency [@contract, p. 1].
The record documents lesser prizes as well, but this letter relies only on those that are recognized nationally or internationally.

## II. Background of the beneficiary

Mr. Arrieta studied at the School of Visual Arts in Montemar and began his career in 2004 as a staff photographer of the daily newspaper El Faro [@agency, p. 1].
He covered the earthquake of 2010 for El Faro, and soon afterwards he became a freelance photographer [@agency, p. 1].
The Meridian Agency, a cooperative owned by its photographers, accepted him as a nominee in 2013 and as a full member in 2017 [@agency, p. 1].
Since 2019 he has also been one of the agency's two vice presidents, an office to which the members elect for three years [@agency, p. 2].

## III. Prizes for excellence (8 CFR 204.5(h)(3)(i))

Mr. Arrieta received the Halden Prize for Documentary Photography in 2018 for his series "Salt Roads" [@halden, p. 1].
The prize was established in 1971, is conferred once a year, and carries a sum of 25,000 euros [@halden, p. 1].
Any photographer may enter, whatever his or her nationality, and in 2018 the organizers received 1,940 entries from 87 countries [@halden, p. 1].
The jury, which changes every year, consists of five editors and curators and views the entries without the names of the photographers [@halden, p. 2].
In its statement the jury wrote that "Salt Roads" was "the rare work that changes how one looks at a map" [@halden, p. 2].
He is the only photographer from his country who has ever received the prize [@halden, p. 2].
Two years later the National Council for Culture gave him its Medal for Photography, which may be awarded only once to the same person [@council, p. 1].
The Council's decision rested on the unanimous proposal of its section for visual arts [@council, p. 1].
In 2015 he had been shortlisted for the Orban Award without winning it, and we mention that fact only for the sake of completeness [@council, p. 2].

## IV. Published material about the beneficiary (8 CFR 204.5(h)(3)(iii))

The daily newspaper The Courier devoted a full page to Mr. Arrieta on March 3, 2019, under the title "The Patience of Tomás Arrieta" [@courier, p. 1].
Its author, the critic Noor Aziz, accompanied him for a week in the salt flats and discusses eleven of his pictures in detail [@courier, p. 1].
She finds his early work conventional, but holds that since 2014 he has had "no equal in photographing the absence of people" [@courier, p. 1].
The Courier sells some 410,000 copies a day and has the second largest circulation of any newspaper in the country [@courier, p. 2].
A monograph about his photographs by the historian Pauline Weiss was published by the university press of Eldham in 2021 [@weiss, p. 1].
Professor Weiss had sole control over the text, while Mr. Arrieta gave permission for the pictures and received no fee [@weiss, p. 1].

## V. Judge of the work of others (8 CFR 204.5(h)(3)(iv))

In 2020 Mr. Arrieta was a member of the jury of the Vantage Festival, and in 2022 he presided over it [@vantage, p. 1].
As president he had a casting vote, which he used once [@vantage, p. 1].
The jury selected three winners from among 640 portfolios in 2022 [@vantage, p. 1].
He reviews applications for the Lumen Fellowship as well, and has done so every year since 2016 [@vantage, p. 2].
The director of the program confirms that no application is rejected unless at least two reviewers have recommended it [@vantage, p. 2].

## VI. Original contributions of major significance (8 CFR 204.5(h)(3)(v))

Mr. Arrieta originated a manner of working that is now called slow sequence: the same place is photographed from the same point at the same hour over many months [@ferrante, p. 1].
Lucia Ferrante, the head curator of photography at the Museum of Modern Art in Bellmare, writes that he conceived the method in 2012 during a drought [@ferrante, p. 1].
Ms. Ferrante is careful to say that others had repeated photographs before him, but that "no one had made of repetition a form of reporting" [@ferrante, p. 1].
Her museum bought nine of his sequences in 2019 and showed six of them in its permanent collection [@ferrante, p. 2].
She estimates that about a third of the documentary projects submitted to the museum today use the method in one way or another [@ferrante, p. 2].
The photo editor of The Global Post, Mr. Samuel Oyelaran, recalls that his paper at first refused to print a sequence because it took up too much space [@oyelaran, p. 1].
After readers had responded strongly to "Salt Roads," the paper changed its rules and reserved two pages a month for such work [@oyelaran, p. 1].
Mr. Oyelaran states that "we did not do this for any photographer before him" [@oyelaran, p. 1].
He has never employed Mr. Arrieta, and met him in person for the first time in 2018 [@oyelaran, p. 2].
The Water Ministry relied on his sequences of the Lake of Ansa when it decided in 2021 to limit the extraction of lithium [@ministry, p. 1].
The ministry's report reproduces four of the photographs and names them, beside the measurements of the hydrological service, as evidence that the shoreline has receded [@ministry, p. 1].
The report does not say that the mines are the only cause; it assigns a smaller part to the climate [@ministry, p. 2].
That a government has acted upon the work of a photographer is as clear a sign of significance as one can imagine.

## VII. Display at artistic exhibitions (8 CFR 204.5(h)(3)(vii))

Mr. Arrieta's photographs have been displayed in eleven solo exhibitions, four of them abroad [@shows, p. 1].
The largest, "Shorelines," opened at the House of Photography in Ostwick in May 2019 and was extended by six weeks because of the demand [@shows, p. 1].
It was curated by Ms. Hanne Dahl, and not by the artist himself, and it drew some 96,000 visitors [@shows, p. 1].
The exhibition was to travel to Lisbon in 2020, but this had to be canceled on account of the pandemic [@shows, p. 2].

## VIII. Leading or critical role (8 CFR 204.5(h)(3)(viii))

As vice president of Meridian, Mr. Arrieta is responsible for the admission of new photographers and for the agency's archive [@meridian, p. 1].
The president of the agency, Ms. Ruth Kessler, credits him with the digital archive, which he proposed against the advice of the treasurer [@meridian, p. 1].
The archive now earns more than the sale of new pictures does and, in Ms. Kessler's view, saved the agency from insolvency in 2020 [@meridian, p. 1].
Meridian has been represented among the winners of the Halden Prize more often than any other agency [@meridian, p. 2].

## IX. Final merits determination

The totality of the evidence shows a photographer whose acclaim is both sustained and international.
In 2018 Mr. Arrieta won the Halden Prize, for which any photographer in the world may compete.
He is the only photographer from his country to have received it.
He has been a full member of the Meridian Agency since 2017 and is one of its two vice presidents.
He was president of the jury of the Vantage Festival in 2022.
The Museum of Modern Art in Bellmare bought nine of his sequences, and a third of the projects it receives use his method.
The Water Ministry relied on his photographs when it limited the extraction of lithium.
A jury of editors, a national council, a museum and a government have thus, independently of each other, singled out the same man.
We respectfully submit that such a career places him in the small percentage at the very top of the field of photography.
"""

PHOTOGRAPHER_PAGES = {
    "contract": (
        "MERIDIAN AGENCY, a cooperative society. Agreement for services in the United States, 4 October 2022, between the Meridian Agency and Tomás Arrieta. 1. The photographer will produce documentary projects in the United States for a"
        " period of three years. 2. The agency distributes the pictures and pays the photographer 60 per cent of the proceeds, with a guaranteed minimum of USD 95,000 a year. 3. Copyright remains with the photographer. Signed: R. Kessler, T. Arrieta.",
    ),
    "agency": (
        "MERIDIAN AGENCY. Members' register, extract. ARRIETA, Tomás. Education: School of Visual Arts, Montemar (diploma 2003). 2004 to 2010 staff photographer, El Faro (daily newspaper, Montemar). Last assignment there: the earthquake of February 2010."
        " Freelance since August 2010. Nominee of Meridian: 2013. Associate: 2015. Full member: 2017. About the agency: Meridian was founded in 1958 as a cooperative. It belongs to its photographers alone; at present it has 48 full members. A photographer"
        " becomes a full member by a vote of two thirds of the members after at least four years as nominee and associate.",
        "MERIDIAN AGENCY. Officers. The members elect a president, two vice presidents and a treasurer, each for a term of three years. President: Ruth Kessler (since 2016). Vice presidents: Tomás Arrieta (since 2019), Ingrid Maas (since 2021). Treasurer: Paul Simmons (since 2015).",
    ),
    "halden": (
        "HALDEN FOUNDATION. Halden Prize for Documentary Photography. Founded in 1971. The prize is awarded annually. The winner receives 25,000 euros and an exhibition. Entry is open to photographers of all nationalities; there is no entry fee. 2018: 1,940 entries from 87 countries."
        " Winner: Tomás Arrieta, Salt Roads. Second prize: Mei-Lin Chao, Night Shift. Honorable mention: Dario Costa, Harbor.",
        "HALDEN FOUNDATION. Rules and jury 2018. A new jury is appointed each year. It has five members, editors of newspapers and curators of museums. The entries are presented without the photographers' names. Statement of the jury: Salt Roads is the rare work that changes how one looks at a map. Chair: Sofia Brandt."
        " Winners by country, 1971 to 2022: United States 11, France 7, Japan 5, Sweden 4, Italy 4, others (one winner each): Chile, Ghana, India, Costa Verde (T. Arrieta, 2018), and seventeen more.",
    ),
    "council": (
        "NATIONAL COUNCIL FOR CULTURE OF COSTA VERDE. Resolution 14/2020. Considering the unanimous proposal of the section for visual arts, the Council awards the Medal for Photography of the year 2020 to Mr. Tomás Arrieta. The medal honors a body of work. It cannot be given to the same person a second time."
        " It was not awarded in 2019. Done at Montemar on 9 November 2020.",
        "ORBAN AWARD 2015. Shortlist: Tomás Arrieta, Lena Fuchs, Bilal Noori. The award went to Lena Fuchs. The shortlist was drawn up by a committee of three picture editors from 212 submissions.",
    ),
    "courier": (
        "THE COURIER. Sunday, March 3, 2019. Culture, page 27. The Patience of Tomás Arrieta. By Noor Aziz. For seven days I followed Tomás Arrieta across the salt flats and saw him press the shutter nine times. His early work is conventional, competent newspaper photography, nothing more. But since 2014 he has had no equal in photographing"
        " the absence of people. Eleven pictures may serve to show this. [Illustrations: eleven photographs.] Where others look for the face of the miner, Arrieta waits until the miner has gone home. Editors do not always thank him for it. Noor Aziz is the newspaper's critic of photography.",
        "PRESS AUDIT BUREAU. Circulation of daily newspapers, first quarter 2019 (copies sold per day). The Morning Gazette 622,000. The Courier 410,000. The Standard 298,000. El Faro 121,000.",
    ),
    "weiss": (
        "ELDHAM UNIVERSITY PRESS. Statement, 5 May 2022. We published Pauline Weiss, The Empty Shore: Photographs by Tomás Arrieta, in 2021 (first printing 2,500 copies; second printing 2022). The manuscript was reviewed by two external readers. Professor Weiss, a historian of photography, alone decided on the contents of the text. Mr. Arrieta licensed the"
        " pictures free of charge and was paid nothing by the press. He saw the text when it had been printed.",
    ),
    "vantage": (
        "VANTAGE FESTIVAL OF PHOTOGRAPHY. Certificate. Tomás Arrieta served on our jury in 2020 as one of seven members and in 2022 as its president. The president has a casting vote where the votes are equal; Mr. Arrieta made use of it on one occasion. In 2022 the jury viewed 640 portfolios and chose three winners. Members of the jury are paid their expenses only.",
        "LUMEN FELLOWSHIP. Director of the program, Gregor Hahn, 1 July 2022. Mr. Arrieta has been one of our reviewers in each year since 2016. Each application is read by three reviewers. An application is turned down only if two or more of them advise it. In 2021 there were 388 applications for six fellowships. Mr. Arrieta was himself a Lumen Fellow in 2012.",
    ),
    "ferrante": (
        "MUSEUM OF MODERN ART, BELLMARE. Lucia Ferrante, Head Curator of Photography. 12 August 2022. I write as an independent curator who has no personal tie to Mr. Arrieta. In 2012, in the course of the great drought, he devised the way of working that we now call slow sequence: a camera returns to one point, at one hour, for many months. There was"
        " repeat photography before, above all in geology. But no one had made of repetition a form of reporting. I compare it with the invention of the close-up in film.",
        "In 2019 the museum purchased nine sequences of Mr. Arrieta; six are on view in the permanent collection, three are in storage. Of the documentary projects which are submitted to us nowadays, roughly one third make some use of slow sequence. I regard Mr. Arrieta as one of the five most important documentary photographers working now. Signed: Lucia Ferrante.",
    ),
    "oyelaran": (
        "THE GLOBAL POST. Samuel Oyelaran, Photo Editor. 3 August 2022. When Mr. Arrieta first offered us a sequence in 2016, we declined to print it. It needed too much space. In 2018 we ran Salt Roads on four pages, and the reaction of our readers was stronger than to any other story of that year. The editor-in-chief then changed our rules, and since then two pages a month have been set aside for"
        " sequences. We did not do this for any photographer before him.",
        "I should add that Mr. Arrieta has not been an employee of this newspaper at any time. We bought his work through his agency. I first met him in 2018, at the Halden ceremony. In my view the sequence is the most important new form in press photography since the photo essay, and it is his.",
    ),
    "ministry": (
        "WATER MINISTRY OF COSTA VERDE. The Lake of Ansa: Report and Decision, 2021 (translation). The shoreline has receded by up to 900 meters since 2012. The evidence consists of the measurements of the hydrological service and of the photographic sequences by T. Arrieta, four of which are reproduced in Annex 2. On this basis the Ministry limits the extraction of lithium from 1 January 2022"
        " to 60 per cent of the quantity permitted so far.",
        "Causes. The extraction of brine by the mines accounts for the greater part of the loss. The climate accounts for a smaller part. The Ministry does not share the view of the operators that the loss is natural. The decision may be reviewed after five years. The operators have appealed.",
    ),
    "shows": (
        "HOUSE OF PHOTOGRAPHY, OSTWICK. Record of exhibitions, Tomás Arrieta. Solo exhibitions: eleven, 2009 to 2022; of these abroad: four (Ostwick, Lyon, Eldham, Toronto). Shorelines, 11 May to 22 September 2019, curator: Hanne Dahl. The exhibition was to close on 11 August and was prolonged by six weeks in view of the demand. Visitors: 96,200. It was the best attended exhibition of our history.",
        "LISBON PHOTO CENTER. Letter of 2 April 2020 to the House of Photography. We regret that we must cancel the exhibition Shorelines, planned for this autumn, because of the pandemic. No new date can be given.",
    ),
    "meridian": (
        "MERIDIAN AGENCY. Ruth Kessler, President. 20 September 2022. As vice president Mr. Arrieta is in charge of the admission of photographers and of the archive. The digital archive was his idea. Our treasurer advised against it because of the cost. I supported Mr. Arrieta, and the members voted for it by 31 to 12. Today the archive brings in more than we earn by selling new pictures. In 2020,"
        " when assignments ceased, it kept the agency from insolvency.",
        "Attachment: Halden Prize, winners by agency, 1971 to 2022. Meridian 9. Contact House 6. Blue Frame 4. No agency 21. Others 12. The figures were compiled by the Halden Foundation at our request.",
    ),
}

PHOTOGRAPHER_ERRORS = (
    SeededError("event", "under a contract with the Meridian Agency", "under an offer from the Meridian Agency"),
    SeededError(
        "role",
        "as a staff photographer of the daily newspaper El Faro",
        "as a photo editor of the daily newspaper El Faro",
    ),
    SeededError("event", "He covered the earthquake of 2010", "He survived the earthquake of 2010"),
    SeededError("attribution", "a cooperative owned by its photographers", "a cooperative owned by its clients"),
    SeededError("role", "accepted him as a nominee in 2013", "accepted him as a member in 2013"),
    SeededError("role", "one of the agency's two vice presidents", "the agency's vice president"),
    SeededError("role", "one of the agency's two vice presidents", "the agency's president"),
    SeededError("attribution", "an office to which the members elect", "an office to which the president appoints"),
    SeededError(
        "event", "Mr. Arrieta received the Halden Prize for", "Mr. Arrieta was nominated for the Halden Prize for"
    ),
    SeededError("qualifier", "is conferred once a year", "is conferred every two years"),
    SeededError("negation", "whatever his or her nationality", "provided that he or she is a European national"),
    SeededError("event", "the organizers received 1,940 entries", "the organizers admitted 1,940 entries"),
    SeededError("qualifier", "which changes every year", "which has remained the same for years"),
    SeededError("role", "of five editors and curators", "of five photographers and curators"),
    SeededError("negation", "without the names of the photographers", "with the names of the photographers"),
    SeededError(
        "qualifier",
        "He is the only photographer from his country who",
        "He is the first photographer from his country who",
    ),
    SeededError(
        "scope",
        "He is the only photographer from his country who",
        "He is the only photographer from his continent who",
    ),
    SeededError("scope", "the National Council for Culture gave him", "the International Council for Culture gave him"),
    SeededError("qualifier", "may be awarded only once to", "may be awarded repeatedly to"),
    SeededError("qualifier", "on the unanimous proposal", "on the majority proposal"),
    SeededError("attribution", "of its section for visual arts", "of its section for literature"),
    SeededError(
        "event", "he had been shortlisted for the Orban Award without winning it", "he had won the Orban Award"
    ),
    SeededError("negation", "without winning it", "before winning it"),
    SeededError("subject", "devoted a full page to Mr. Arrieta", "published a full page by Mr. Arrieta"),
    SeededError("role", "Its author, the critic Noor Aziz", "Its author, the photographer Noor Aziz"),
    SeededError("event", "discusses eleven of his pictures", "praises all of his pictures"),
    SeededError("qualifier", "his early work conventional", "his early work brilliant"),
    SeededError("direction", "but holds that since 2014", "but holds that until 2014"),
    SeededError("qualifier", "the second largest circulation", "the largest circulation"),
    SeededError("scope", "of any newspaper in the country", "of any newspaper in the world"),
    SeededError("event", "was published by the university press", "was announced by the university press"),
    SeededError("subject", "A monograph about his photographs by", "A preface to his photographs by"),
    SeededError(
        "attribution", "Professor Weiss had sole control over the text", "Mr. Arrieta had sole control over the text"
    ),
    SeededError("negation", "and received no fee", "and received a fee"),
    SeededError("role", "was a member of the jury of", "was the chair of the jury of"),
    SeededError("role", "and in 2022 he presided over it", "and in 2022 he advised it"),
    SeededError("event", "which he used once", "which he never used"),
    SeededError("event", "The jury selected three winners", "The jury interviewed three winners"),
    SeededError("event", "He reviews applications for", "He submits applications for"),
    SeededError("qualifier", "and has done so every year since 2016", "and did so once in 2016"),
    SeededError("qualifier", "unless at least two reviewers", "unless all reviewers"),
    SeededError("negation", "that no application is rejected", "that no application is accepted"),
    SeededError("attribution", "Mr. Arrieta originated a manner", "Mr. Arrieta learned a manner"),
    SeededError("qualifier", "at the same hour over many months", "at different hours over many months"),
    SeededError("role", "the head curator of photography", "an assistant curator of photography"),
    SeededError("event", "he conceived the method in 2012", "he adopted the method in 2012"),
    SeededError("cause", "during a drought [@ferrante", "because of a flood [@ferrante"),
    SeededError(
        "negation", "that others had repeated photographs before him", "that nobody had repeated photographs before him"
    ),
    SeededError("event", "Her museum bought nine", "Her museum borrowed nine"),
    SeededError(
        "scope", "showed six of them in its permanent collection", "showed all of them in its permanent collection"
    ),
    SeededError(
        "qualifier", "about a third of the documentary projects submitted", "most of the documentary projects submitted"
    ),
    SeededError("event", "projects submitted to the museum", "projects exhibited at the museum"),
    SeededError("event", "at first refused to print", "at first agreed to print"),
    SeededError("cause", "because it took up too much space", "because it was too political"),
    SeededError("cause", "After readers had responded strongly to", "Although readers had hardly responded to"),
    SeededError("attribution", "the paper changed its rules", "the agency changed its rules"),
    SeededError("event", "and reserved two pages a month", "and considered two pages a month"),
    SeededError("negation", "He has never employed Mr. Arrieta", "He has long employed Mr. Arrieta"),
    SeededError("cause", "The Water Ministry relied on his sequences", "The Water Ministry commissioned his sequences"),
    SeededError("modality", "when it decided in 2021 to limit", "when it considered in 2021 whether to limit"),
    SeededError(
        "event", "to limit the extraction of lithium [@ministry", "to ban the extraction of lithium [@ministry"
    ),
    SeededError(
        "qualifier",
        "beside the measurements of the hydrological service",
        "instead of the measurements of the hydrological service",
    ),
    SeededError("direction", "that the shoreline has receded", "that the shoreline has advanced"),
    SeededError("negation", "does not say that the mines", "does say that the mines"),
    SeededError("qualifier", "a smaller part to the climate", "the greater part to the climate"),
    SeededError("scope", "four of them abroad", "all of them abroad"),
    SeededError("event", "eleven solo exhibitions", "eleven group exhibitions"),
    SeededError("cause", "because of the demand", "because of the pandemic"),
    SeededError("event", "and was extended by six weeks", "and was shortened by six weeks"),
    SeededError("attribution", "and not by the artist himself", "together with the artist himself"),
    SeededError("role", "It was curated by Ms. Hanne Dahl", "It was sponsored by Ms. Hanne Dahl"),
    SeededError(
        "event",
        "The exhibition was to travel to Lisbon in 2020, but this had to be canceled on account of",
        "The exhibition traveled to Lisbon in 2020 in spite of",
    ),
    SeededError("role", "is responsible for the admission of", "is consulted on the admission of"),
    SeededError("attribution", "which he proposed against", "which she proposed against"),
    SeededError("cause", "against the advice of the treasurer", "on the advice of the treasurer"),
    SeededError("direction", "earns more than the sale", "earns less than the sale"),
    SeededError("event", "saved the agency from insolvency", "drove the agency into insolvency"),
    SeededError("qualifier", "more often than any other agency", "as often as any other agency"),
    SeededError(
        "consistency",
        "In 2018 Mr. Arrieta won the Halden Prize",
        "In 2018 Mr. Arrieta was shortlisted for the Halden Prize",
    ),
    SeededError("consistency", "In 2018 Mr. Arrieta won the Halden Prize", "In 2020 Mr. Arrieta won the Halden Prize"),
    SeededError(
        "consistency",
        "for which any photographer in the world may compete",
        "for which only invited photographers may compete",
    ),
    SeededError(
        "consistency",
        "the only photographer from his country to have",
        "one of several photographers from his country to have",
    ),
    SeededError(
        "consistency",
        "a full member of the Meridian Agency since 2017",
        "a founding member of the Meridian Agency since 2017",
    ),
    SeededError("consistency", "and is one of its two vice presidents", "and is its president"),
    SeededError("consistency", "was president of the jury of the Vantage", "was a member of the jury of the Vantage"),
    SeededError("consistency", "bought nine of his sequences, and", "exhibited nine of his sequences, and"),
    SeededError("consistency", "a third of the projects it receives", "two thirds of the projects it receives"),
    SeededError("consistency", "when it limited the extraction", "when it prohibited the extraction"),
)
