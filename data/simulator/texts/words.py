"""Fills the templates: benefits in their cases, dates, sums, and personal data that is plainly invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

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


def fill(seeds: tuple[int, ...], at_ms: int) -> dict[str, str]:
    """The words for one ticket written at `at_ms`; the same seeds always give the same words.

    Personal codes have a wrong check digit, account numbers the impossible check number 00, addresses a domain that
    cannot exist: nobody's data can be met by chance.
    """
    dice = Dice(*seeds)
    nominative, genitive, partitive = dice.pick(_BENEFITS)
    day = tallinn(at_ms) - timedelta(days=dice.between(1, 20))
    sum_cents = dice.between(6_000, 380_000)
    return {
        "n": nominative,
        "g": genitive,
        "p": partitive,
        "N": upper_first(nominative),
        "G": upper_first(genitive),
        "kp": f"{day:%d.%m.%Y}",
        "kuu": _MONTHS[tallinn(at_ms).month - 1],
        "kell": f"{dice.between(8, 16):02}:{dice.below(60):02}",
        "arv": str(dice.between(3, 64)),
        "lapsi": str(dice.between(3, 6)),
        "summa": _money(sum_cents),
        "summa2": _money(sum_cents - dice.between(900, 5_500)),
        "koht": dice.pick(_OFFICES),
        "sirvija": dice.pick(_BROWSERS),
        "taotlus": f"PH-{day.year}-{dice.between(100_000, 999_999)}",
        "otsus": f"{dice.between(2, 19)}-{dice.between(1, 9)}/{dice.between(1_000, 99_999)}",
        "ik": personal_code(dice),
        "iban": f"EE00 0000 {dice.below(10_000):04} {dice.below(10_000):04} {dice.below(10_000):04}",
        "mail": f"demo.taotleja{dice.between(1, 99)}@naidis.example",
        "tel": f"+372 5000 {dice.below(10_000):04}",
        "paring": f"{dice.bits():016x}",
    }


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


def _money(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02}"
