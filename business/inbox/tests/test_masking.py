"""What is left out of a case that is handed out: names, addresses and numbers, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.inbox.numbers import normalised
from business.inbox.records.masking import MARK, Masker, Word
from business.inbox.records.short_content import copied_words, objections

pytestmark = pytest.mark.one_database
TOKEN = "80485abc" * 8  # what the address of a sender's page ends with


def masker(**values):
    return Masker(
        **{
            "names": ("Åsa Bo Öberg-Lind",),
            "emails": ("asa.oberg@krogen.example",),
            "phones": ("070-174 06 13",),
            "numbers": ("811228-9874",),
            "ground": "OSL 21 kap. 7 §",
            **values,
        }
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hälsar Åsa Bo Öberg-Lind!", "Hälsar ▮▮▮!"),
        ("ÅSA ringde", "▮▮▮ ringde"),
        ("Öbergs ritning, Linds krog", "▮▮▮ ritning, ▮▮▮ krog"),
        ("Asa_Oberg_ritning2.pdf", "▮▮▮_▮▮▮_ritning2.pdf"),
        ("A\u030asa, O\u0308berg", "▮▮▮, ▮▮▮"),  # written with combining signs
        ("Ås\u00ada Ö\u200bberg", "▮▮▮ ▮▮▮"),  # broken by what cannot be seen
        ("Öberg-Lind, Bo Åsa", "▮▮▮-▮▮▮, ▮▮▮ ▮▮▮"),
        ("jag vill bo här, sa Bo", "jag vill bo här, sa ▮▮▮"),
        ("Lindbergs väg och asagudar", "Lindbergs väg och asagudar"),
        ("skriv till ASA.OBERG@krogen.example, eller annan@x.se", "skriv till ▮▮▮, eller ▮▮▮"),
        ("070-1740613, 0701740613, +46 (0)70 174 06 13, 0046701740613", "▮▮▮, ▮▮▮, ▮▮▮, ▮▮▮"),
        ("eller 08-123 456 78.", "eller ▮▮▮."),
        ("org.nr 8112289874, 811228 - 9874, SE811228987401", "org.nr ▮▮▮, ▮▮▮, SE▮▮▮01"),
        ("annan person 19121212-1212", "annan person ▮▮▮"),
        (f"> http://kommun.example/sv/arende/{TOKEN}/", "> http://kommun.example/sv/arende/▮▮▮/"),
        (
            f"https://lankar.example/?url=http%3a%2f%2fx%2fsv%2farende%2f{TOKEN}%2f&a=1",
            "https://lankar.example/?url=http%3a%2f%2fx%2fsv%2farende%▮▮▮%2f&a=1",
        ),
        (f"> http://x.example/en/case/{TOKEN[:20]}=\n> {TOKEN[20:]}/ och", "> http://x.example/en/case/▮▮▮/ och"),
        (f"Filer: 1. SHA-256 {TOKEN}", f"Filer: 1. SHA-256 {TOKEN}"),
        ("DB-2026-00042, 2026-11-26 14:30, 9 500 kr, 12 bord", "DB-2026-00042, 2026-11-26 14:30, 9 500 kr, 12 bord"),
    ],
)
def test_what_is_the_senders_is_left_out_and_nothing_else(text, left):
    assert masker().text(text) == left


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Ann O'Brien", "OBrien, O’Brien, o brien, O'Briens och Brien", "▮▮▮, ▮▮▮, ▮▮▮, ▮▮▮ och ▮▮▮"),
        ("Ann O'Brien", "OBriensgatan och brienost", "OBriensgatan och brienost"),
        ("Per-Olof Ås", "perolof, Per Olof och per olof ås", "▮▮▮, ▮▮▮ ▮▮▮ och ▮▮▮"),
        ("Bo Ek", "bo ek, Ek AB, ek_ritning.pdf, EKS", "▮▮▮, ▮▮▮ AB, ▮▮▮_ritning.pdf, ▮▮▮"),
        (
            "Bo Ek",
            "jag vill bo nära en ekdunge, i eken och hos lek",
            "jag vill bo nära en ekdunge, i eken och hos lek",
        ),
        ("Hu Li", "hus, li och hu, men inte lite", "hus, ▮▮▮ och hu, men inte lite"),
        ("Bo Ek", "vill bo ekologiskt; Bo Eks bord; boek", "vill bo ekologiskt; ▮▮▮ bord; ▮▮▮"),
        ("Per Ek", "pris per ekonomisk plan; per_ek2.pdf", "pris ▮▮▮ ekonomisk plan; ▮▮▮2.pdf"),
        ("Per Öberg", "RitningPerÖbergKafé.pdf", "Ritning▮▮▮Kafé.pdf"),
        ("My Vi", "vi ringde, sa Vi till my", "vi ringde, sa ▮▮▮ till my"),
        ("Ek", "ek och Ek", "ek och ▮▮▮"),  # perhaps a company's, and no surname
        ("A-B C-D", "punkt a, b och c d", "punkt a, b och c d"),
    ],
)
def test_names_with_a_sign_and_short_surnames(name, text, left):
    assert Masker(names=(name,)).text(text) == left


def test_words_of_the_officers_choice_carry_their_own_ground_and_the_office_stays():
    mask = masker(
        words=(Word("Hamngatan 3", "OSL 31 kap. 16 §"), Word("grannen Karl")),
        kept=("kommun@strangnas.example", "0152-291 00"),
    )
    text = mask.text("Grannen  karl på HAMNGATAN 3 ringde 0152-291 00 och skrev till kommun@strangnas.example")
    assert text == "▮▮▮ på ▮▮▮ ringde 0152-291 00 och skrev till kommun@strangnas.example"
    assert dict(mask.left_out) == {("word", "OSL 31 kap. 16 §"): 1, ("word", "OSL 21 kap. 7 §"): 1}


def test_data_is_masked_wherever_a_text_stands_and_codes_stay():
    data = {
        "case": {"number": "DB-2026-00042", "sender": {"email": "", "phone": "070-1740613"}},
        "notice": {"text": "Skriv till dso@kommun.example"},
        "messages": [{"direction": {"code": "incoming", "words": "Från Åsa"}, "at": "2026-11-26T10:00:00+01:00"}],
        "mails": [{"to": "x@y.se", "cc": ["kopia@y.se"], "subject": "Svar till Öberg"}],
    }
    masked = masker().data(data)
    assert masked == {
        "case": {"number": "DB-2026-00042", "sender": {"email": "", "phone": MARK}},
        "notice": {"text": "Skriv till dso@kommun.example"},
        "messages": [{"direction": {"code": "incoming", "words": f"Från {MARK}"}, "at": "2026-11-26T10:00:00+01:00"}],
        "mails": [{"to": MARK, "cc": [MARK], "subject": f"Svar till {MARK}"}],
    }


@given(
    name=st.lists(st.text("abcdeåäöéøÅÄÖ", min_size=3, max_size=9), min_size=2, max_size=3),
    around=st.lists(st.text(" ,.;:!?()_-0123456789\n", min_size=1, max_size=5), min_size=3, max_size=3),
    turned=st.booleans(),
    shouted=st.booleans(),
)
def test_no_part_of_a_name_is_left(name, around, turned, shouted):
    """Whatever stands between its parts, in either order, in capitals or not."""
    parts = name[::-1] if turned else name
    text = around[0] + "".join(part + sign for part, sign in zip(parts, around, strict=False)) + around[-1]
    text = text.upper() if shouted else text
    left = Masker(names=(" ".join(name),)).text(text).casefold()
    assert not any(part.casefold() in left for part in name)


def test_a_number_of_the_register_is_one_however_it_is_typed():
    assert normalised("KS 2026:117") == normalised("ks2026-117") == normalised(" KS\u00a02026/117 ") == "ks2026117"
    assert normalised("KS 2026:118") != normalised("KS 2026:117")
    assert len(normalised("ß" * 40)) == 40


def test_short_content_is_told_when_it_repeats_the_sender():
    said = ["Hej! Vi vill ställa ut åtta bord på trottoaren utanför kaféet i sommar."]
    assert copied_words("Fråga: vi vill ställa ut åtta bord", said) == "vi vill ställa ut åtta bord"
    assert not copied_words("Vill ställa ut åtta bord", said)  # five in a row: anybody writes so
    assert not copied_words("Uteservering, tillstånd till sommaren", said)
    assert objections("", said, ["Elsa Norrby"]) == []
    assert objections("Uteservering på torget", said, ["Elsa Norrby", "Bo Torg"]) == []
    assert len(objections("Elsa vill ställa ut åtta bord på trottoaren, 811228-9874", said, ["Elsa Norrby"])) == 3
