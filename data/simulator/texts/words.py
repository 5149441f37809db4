"""Fills the templates: benefits in their cases, dates, sums, and personal data that is plainly invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.clock import tallinn
from data.simulator.dice import Dice


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of ticket: its texts with `{places}`, where it belongs, and how the talk about it goes.

    `talk` alternates between the maintenance team (first) and the person who reported it.
    """

    summary: str
    description: str
    component: str
    type: str = "10100"
    labels: tuple[str, ...] = ()
    talk: tuple[str, ...] = ()


_BENEFITS = (
    ("vanemahüvitis", "vanemahüvitise", "vanemahüvitist"),
    ("lapsetoetus", "lapsetoetuse", "lapsetoetust"),
    ("sünnitoetus", "sünnitoetuse", "sünnitoetust"),
    ("lasterikka pere toetus", "lasterikka pere toetuse", "lasterikka pere toetust"),
    ("lapsepuhkuse tasu", "lapsepuhkuse tasu", "lapsepuhkuse tasu"),
    ("elatisabi", "elatisabi", "elatisabi"),
    ("üksikvanema lapse toetus", "üksikvanema lapse toetuse", "üksikvanema lapse toetust"),
    ("isapuhkuse hüvitis", "isapuhkuse hüvitise", "isapuhkuse hüvitist"),
)
"""Nominative, genitive, partitive."""

_OFFICES = ("Tartu", "Pärnu", "Narva", "Rakvere", "Võru", "Kuressaare", "Viljandi", "Jõhvi", "Haapsalu", "Tallinna")
_BROWSERS = ("Edge", "Chrome", "Firefox", "Safari")
_MONTHS = (
    "jaanuari", "veebruari", "märtsi", "aprilli", "mai", "juuni", "juuli", "augusti", "septembri", "oktoobri",
    "novembri",
    "detsembri",
)  # fmt: skip


def upper_first(text: str) -> str:
    """`text` with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


class Words(dict[str, str]):
    """The words for one ticket or comment written at `at_ms`, each drawn when a template asks for it.

    The same seeds always give the same words. Personal codes have a wrong check digit, account numbers the impossible
    check number 00, addresses a domain that cannot exist: nobody's data can be met by chance.
    """

    def __init__(self, seeds: tuple[int, ...], at_ms: int) -> None:
        super().__init__()
        self._seeds = seeds
        self._at_ms = at_ms

    def __missing__(self, place: str) -> str:
        word = self[place] = self._draw(place)
        return word

    def _draw(self, place: str) -> str:
        if place in _CASES:
            benefit = Dice(*self._seeds, _BENEFIT).pick(_BENEFITS)[_CASES[place]]
            return upper_first(benefit) if place.isupper() else benefit
        if place in _TIMES:
            return _TIMES[place](Dice(*self._seeds, _DAY), tallinn(self._at_ms))
        if place in ("summa", "summa2"):
            dice = Dice(*self._seeds, _SUM)
            whole = dice.between(6_000, 380_000)
            return _money(whole if place == "summa" else whole - dice.between(900, 5_500))
        return _DRAWN[place](Dice(*self._seeds, len(place), ord(place[0]), ord(place[-1])), tallinn(self._at_ms).year)


def personal_code(dice: Dice) -> str:
    """A code of the right shape, born on the last day of a year and with a check digit that is always wrong."""
    first_ten = f"{dice.pick('3456')}{dice.between(70, 99)}1231{dice.between(0, 999):03}"
    return first_ten + str((_check_digit(first_ten) + 1 + dice.below(8)) % 10)


def _check_digit(first_ten: str) -> int:
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        rest = sum(int(digit) * weight for digit, weight in zip(first_ten, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return 0


def _earlier_day(dice: Dice, at: datetime) -> str:
    return f"{at - timedelta(days=dice.between(1, 20)):%d.%m.%Y}"


def _coming_monday(dice: Dice, at: datetime) -> str:
    return f"{at + timedelta(days=7 * dice.between(1, 3) - at.weekday()):%d.%m.%Y}"


def _last_month(dice: Dice, at: datetime) -> str:
    return _MONTHS[at.month - 2]


def _just_before(dice: Dice, at: datetime) -> str:
    """A time of the same day: right after midnight there is little left of it."""
    return f"{at - timedelta(minutes=min(dice.between(2, 9), at.hour * 60 + at.minute)):%H:%M}"


def _money(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02}"


_BENEFIT, _DAY, _SUM = 1, 2, 3
_CASES = {"n": 0, "g": 1, "p": 2, "N": 0, "G": 1}
_TIMES: dict[str, Callable[[Dice, datetime], str]] = {
    "kp": _earlier_day,
    "kell": _just_before,
    "kuu": _last_month,
    "algus": _coming_monday,
}
"""How days and times are drawn, from dice and the moment of writing: what is told has happened lies before it."""
_DRAWN: dict[str, Callable[[Dice, int], str]] = {
    "arv": lambda dice, year: str(dice.between(3, 64)),
    "lapsi": lambda dice, year: str(dice.between(3, 6)),
    "koht": lambda dice, year: dice.pick(_OFFICES),
    "sirvija": lambda dice, year: dice.pick(_BROWSERS),
    "taotlus": lambda dice, year: f"PH-{year}-{dice.between(100_000, 999_999)}",
    "otsus": lambda dice, year: f"{dice.between(2, 19)}-{dice.between(1, 9)}/{dice.between(1_000, 99_999)}",
    "ik": lambda dice, year: personal_code(dice),
    "iban": lambda dice, year: "EE00 0000 " + " ".join(f"{dice.below(10_000):04}" for _ in range(3)),
    "mail": lambda dice, year: f"demo.taotleja{dice.between(1, 99)}@naidis.example",
    "tel": lambda dice, year: f"+372 5000 {dice.below(10_000):04}",
    "paring": lambda dice, year: f"{dice.bits():016x}",
}
"""How the other words are drawn, from dice and the year of writing."""
