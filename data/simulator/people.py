"""The invented people of the demo world: users of its Jira and guests of its trainings."""

from __future__ import annotations

from dataclasses import dataclass

MAIL_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the invented Jira."""

    key: str
    name: str
    display_name: str
    team: str
    """`key_user`, `maintenance` (the IT house) or `case_handler`."""

    @property
    def mail(self) -> str:
        """An address in a domain that cannot exist (RFC 2606)."""
        return f"{self.name}@{MAIL_DOMAIN}"


_PLAIN = str.maketrans("äöüõšž", "aouosz")


def account(display_name: str) -> str:
    """The user name that belongs to a person's name: `Õie Pähn` → `oie.pahn`."""
    return display_name.casefold().translate(_PLAIN).replace(" ", ".")


def _team(team: str, first: int, *names: str) -> tuple[Person, ...]:
    return tuple(Person(f"JIRAUSER{first + at}", account(name), name, team) for at, name in enumerate(names))


KEY_USERS = _team("key_user", 10100, "Kadri Tamm", "Marek Põldsaar", "Õnnela Kask")
MAINTENANCE = _team(
    "maintenance", 10200, "Rauno Vesik", "Liis Org", "Taavi Kuusemets", "Jekaterina Smirnova", "Siim Hallik",
    "Piret Jõgeva"
)  # fmt: skip
CASE_HANDLERS = _team(
    "case_handler", 10300, "Anneli Rebane", "Merle Sikk", "Triin Väljaots", "Olga Petrova", "Ülle Männik", "Kaire Lepp",
    "Svetlana Ivanova", "Helen Roosipuu", "Maarja Allik", "Reet Saarepuu", "Kristjan Ots", "Žanna Kotova",
)  # fmt: skip

ME = KEY_USERS[0]
"""Whose desk the demo shows: the holder of the demo token."""
EVERYONE = KEY_USERS + MAINTENANCE + CASE_HANDLERS
BY_NAME = {person.name: person for person in EVERYONE}

GUESTS = (
    "Aive Toomsalu", "Birgit Kaasik", "Carmen Lõhmus", "Diana Teder", "Eha Karu", "Eveli Nurk", "Gerli Paju",
    "Heidi Saks", "Ilona Veski", "Inga Mägi", "Jaanika Sõber", "Janne Kruus", "Karin Ploom", "Kersti Raud",
    "Kätlin Mets", "Laura Koit", "Leelo Vaher", "Maie Tõnisson", "Margit Hein", "Monika Palm", "Natalja Orlova",
    "Pille Kivi", "Riina Laas", "Signe Arro", "Tiina Urb", "Tuuli Kallas", "Ulvi Salu", "Viire Noor", "Ülli Piir",
)  # fmt: skip
"""Case handlers who come to trainings and have no account in Jira."""
