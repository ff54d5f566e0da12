"""What stands in the sheet “Läs mig”: part of the file, so Swedish whoever asks for it."""

from __future__ import annotations

from .opening import MOST_ROWS
from .registers import REGISTERS

__all__ = ["EXPLANATION", "register_word"]

EXPLANATION = (
    "Här står fakta i alla publicerade guider. Ändra i bladen, spara som .xlsx och ladda upp filen på samma sida som du hämtade den.",
    "Innan något sparas får du se vad som skulle ändras. Är något fel i filen sparas ingenting alls.",
    "",
    "Guider som aldrig har publicerats är inte med, och inte heller utkast till ändringar. Löptexter ändrar du i redigeraren.",
    "Har en guide ett utkast som inte är publicerat går dess fakta inte att ändra härifrån: publicera eller kasta utkastet först.",
    "Har någon ändrat guiden sedan du hämtade filen avvisas filen. Hämta den igen, eller ta bort guidens rader ur filen.",
    "",
    "Kolumnerna guide och nyckel säger vilken rad det är, version hur ny guiden var när du hämtade filen. Låt dem stå.",
    "Kolumnen titel är bara till för dig. Den läses inte.",
    "En rad som saknas i filen lämnas som den är. Ett blad som saknas likaså. Bladet Guider behövs alltid när något ändras.",
    "Ny rad: skriv guidens nyckel i kolumnen guide, lämna nyckel tom och fyll i resten. Den hamnar efter en rad om samma sak, annars sist.",
    "Ta bort en rad: skriv x i kolumnen ta bort.",
    "Ett nytt belopp är en ny rad med egna datum: låt den gamla raden sluta dagen innan.",
    "En ändrad eller ny uppgift räknas som kontrollerad den dag filen används. Andra kontroller noterar du i rapporten, inte här.",
    "",
    "Belopp och tal skrivs som tal, högst två decimaler. Datum skrivs som datum. Koder och nycklar väljs ur listan i cellen.",
    "Formler läses inte: klistra in värdet. Sammanfogade celler läses inte. Kolumner får byta plats men inte namn.",
    f"Högst {MOST_ROWS} rader i ett blad, högst 10 MB i en fil.",
)


def register_word(model: type) -> str:
    """Return the word under which a register stands in the file."""
    return dict(REGISTERS)[model]
