"""Robots and people who write in the same hour, from seeds: the same every time."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from business.inbox.models import Topic
from business.inbox.services import ContactRequest

__all__ = ["Arrival", "flood", "people"]

WORDS = [
    "market",
    "value",
    "growth",
    "website",
    "traffic",
    "offer",
    "price",
    "quality",
    "service",
    "online",
    "store",
    "brand",
    "search",
    "rank",
    "client",
    "secure",
    "crypto",
    "profit",
    "invest",
    "loan",
    "quick",
    "fast",
    "best",
    "cheap",
    "global",
    "design",
    "mobile",
    "software",
    "support",
    "expert",
    "agency",
    "media",
    "network",
    "digital",
    "campaign",
    "leads",
    "sales",
    "revenue",
    "bonus",
    "casino",
    "lottery",
    "winner",
    "pharmacy",
    "discount",
    "luxury",
    "watch",
    "travel",
    "holiday",
    "visa",
    "passport",
]
SPUN = (
    "Hello {name}, we noticed that your website about {word} is not on the first page. Our experts in {word} {word} help "
    "companies like {name} to get more visitors, more {word} and better results within thirty days or your money back. "
    "Write to us today for a free report on {word} and ask for {name}. Code {number}."
)
SAME = (
    "Dear Sir or Madam, we are a leading supplier of office chairs and would like to send you our new catalogue. Please "
    "tell us whom we may contact about your next purchase."
)
# Each writes of a matter of their own, as companies do: short, long, in either language.
MATTERS = (
    "Hej! Vi vill ställa ut åtta bord på trottoaren utanför vårt kafé på Storgatan 4 från den 1 maj. Hur brett måste vi lämna fritt?",
    "Hej, jag tar över en restaurang efter min bror i juni. Måste vi söka nytt serveringstillstånd eller följer det med lokalen?",
    "Vi ska bygga om köket och sätta in fettavskiljare. Vem granskar ritningen, ni eller vatten och avlopp?",
    "Good morning, I am opening a small bakery in Mariefred and need to register it as a food business. Which form do I use?",
    "Hej! Vad kostar tillsynen av en livsmedelsbutik per år och när kommer fakturan?",
    "Finns det lediga industritomter på omkring 5 000 kvadratmeter nära E20? Vi är ett åkeri med tolv bilar.",
    "Hello, our company from Finland would like to rent an office for six people in Strängnäs for one year. Whom do I talk to?",
    "Vi fick avslag på skylten över entrén. Kan vi få veta varför, och går det att ändra storleken?",
    "Jag driver en frisersalong hemma i villan. Behöver jag anmäla det till miljökontoret?",
    "Hej hej, skulle behöva ett möte om bygglov och alkoholtillstånd samtidigt, helst före midsommar. Vi är två delägare.",
    "Kan man ha foodtruck på Resecentrum på lördagar? Vi säljer bara kaffe och bullar.",
    "När öppnar ansökan om markplats till höstmarknaden? Vi är en keramikverkstad.",
    "We want to put a heat pump and a ventilation outlet on the courtyard side of a listed house. Do we need a permit?",
    "Brandskyddsdokumentationen för vår samlingslokal är från 1998. Räcker den när vi utökar till 120 gäster?",
    "Hej! Jag säljer cigaretter i min kiosk och byter bolagsform till aktiebolag. Vad gör jag med anmälan?",
    "Hur lång tid tar det att få strandskyddsdispens för en brygga till vår båtklubb som hyr ut till turister?",
    "Vi behöver hjälp att hitta praktikplatser, eller snarare: vi vill ta emot tre elever från Thomasgymnasiet i vår.",
    "Hi, is there any network for women who run their own business around here? I moved from Poland last year.",
    "Våra sopor hämtas inte sedan två veckor på Fogdegatan. Är det er vi ska klaga hos?",
    "Kan ni svara på om detaljplanen för Solberga tillåter lager? Säljaren säger det men jag hittar det inte.",
    "Gäller serveringstiderna till klockan två även för uteplatsen, eller bara inomhus? Grannarna undrar också.",
    "Jag har anlitats för att göra kontrollansvarigs arbete i ert ärende om Kvarngården och saknar beslutet.",
    "Undrar om bidrag till laddstolpar för en bostadsrättsförening med fyra lokaler uthyrda till företag.",
    "Hello. I make cheese at a farm outside Åkers styckebruk and would like to sell it at the farm gate on Sundays.",
    "Behöver vi tillstånd för att ha musik av en trubadur på fredagar fram till elva?",
    "Vi flyttar verkstaden från Eskilstuna och hanterar oljor och lösningsmedel, cirka 400 liter om året. Anmälningspliktigt?",
    "Hej! Vem ansvarar för snöröjningen på vår lastgata, kommunen eller fastighetsägaren?",
    "Kan jag få en kopia på hygienintyget från inspektionen i mars, jag har slarvat bort mitt?",
)
LONG = """Till den som har hand om ansökningar från besöksnäringen.

Bakgrunden är den här. Min syster och jag köpte i höstas den gamla skolan i Länna, som har stått tom i elva år. Där ska bli
vandrarhem med fjorton bäddar, en liten matsal som mest används av gästerna, och på sikt en bastu vid sjön.

Arkitekten har lämnat ritningar på utrymningsvägarna. Hon menar att trapphuset duger om dörrarna byts mot klass EI30, medan
försäkringsbolaget vill ha en andra trappa på gaveln, något som knappast blir vackert.

Dessutom ligger brunnen åttio meter från infiltrationen och provet från i våras visade förhöjda halter av mangan. Grannen, som
har samma åder, säger att det alltid varit så och att filter räcker gott.

Slutligen har vi inte begripit om logi räknas som hotell i planens mening. Handläggaren vi hade har slutat, och i diariet hittar
ingen våra tidigare brev. Vi bifogar gärna alltsammans på nytt, eller kommer in med pärmen."""
COLLEAGUES = (
    "Hej! Vi som har butik på Järnvägsgatan undrar när gatan blir färdig. Våra kunder hittar inte fram med bil."
)


@dataclass(frozen=True)
class Arrival:
    """A request, how long its form was open, and whether a person sent it."""

    request: ContactRequest
    open_for: datetime.timedelta
    is_human: bool


def flood(topic: Topic, count: int, seed: int = 1) -> Iterator[Arrival]:
    """Yield robots' requests, each from an address of its own: one text, variants of one, and random words in a hurry."""
    chance = random.Random(seed)

    def words(many: int) -> list[str]:
        return chance.choices(WORDS, k=many)

    for number in range(count):
        kind = number % 3
        name = f"{chance.choice(WORDS)}{number}"
        open_for, text = chance.uniform(3, 90), SAME
        if kind == 1:
            parts = SPUN.split("{word}")
            text = "".join(part + word for part, word in zip(parts, [*words(len(parts) - 1), ""], strict=True))
            text = text.replace("{name}", name.title()).replace("{number}", str(number))
        elif kind == 2:
            open_for, text = chance.uniform(3, 6), " ".join(words(chance.randint(15, 60)))
        yield _arrival(topic, number, text, open_for, False, name=name, email=f"{name}@robots.example")


def people(topic: Topic, known: list[Any]) -> list[Arrival]:
    """Return thirty people: some known by address or organisation number, one who pastes a long text, two colleagues."""
    texts = [*MATTERS[:27], LONG, COLLEAGUES, COLLEAGUES]
    chance = random.Random(2)
    found = []
    for number, text in enumerate(texts):
        who: dict[str, Any] = {"name": f"Person {number}", "email": f"person{number}@foretag.example"}
        open_for = 14 if text == LONG else chance.uniform(25, 900)
        if number < len(known):
            # Half of the known are in a hurry: they have the form filled in by the browser.
            who |= known[number]
            open_for = 4 if number % 2 else open_for
        language = "en" if text.startswith(("Good", "Hello", "Hi", "We ")) else "sv"
        found.append(_arrival(topic, 10_000 + number, text, open_for, True, language=language, **who))
    return found


def _arrival(topic: Topic, number: int, text: str, open_for: float, is_human: bool, **who: Any) -> Arrival:
    request = ContactRequest(topic=topic, text=text, submission_key=f"key{number}", **who)
    return Arrival(request, datetime.timedelta(seconds=open_for), is_human)
