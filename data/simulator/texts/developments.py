"""The developments of the demo world: epics, their work, releases and names of sprints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """An epic: days count from the day on which the world begins; `slip` is what its end has already moved."""

    name: str
    summary: str
    description: str
    start: int
    end: int
    done: float
    release: int
    work: tuple[str, ...]
    slip: int = 0
    flagged: int = -1
    """Place of the piece of work that is flagged as blocked; -1 when none is."""


PLANS = (
    Plan(
        "Elatisabi 2.0", "Elatisabi menetluse uuendamine", "Elatisabi taotlus, arvutus ja nõuded ühes menetluses.",
        -62, 12, 0.8, 2,
        ("Elatisabi taotluse uus vorm iseteeninduses", "Kohtulahendi andmete päring",
         "Arvutuse reeglid alates jaanuarist",
         "Elatisabi otsuse mall", "Nõude üleandmine kohtutäiturile", "Andmete üleviimine SKAIS1-st",
         "Menetleja töölaua vaade",
         "Makse peatamise põhjused", "Elatisabi aruanne", "Koormustest maksepäeva mahuga", "Juhendi uuendamine",
         "Vastuvõtutest menetlejatega"),
        slip=9, flagged=10,
    ),
    Plan(
        "Proaktiivne", "Proaktiivne vanemahüvitis",
        "Pakkumine saadetakse vanemale sünni registreerimisele järgneval päeval.",
        -40, 34, 0.62, 3,
        ("Sünniteate töötlemine ilma teise vanemata", "Pakkumise tekst kolmes keeles",
         "Nõusoleku andmine iseteeninduses",
         "Hüvitise perioodi eeltäitmine", "Teavitus riigipostkasti", "Tühistamise reeglid",
         "Pakkumiste järjekorra vaade",
         "Erandid: mitmikud", "Logimine ja statistika"),
    ),
    Plan(
        "Otsuste PDF", "Otsuste dokumendimallide uuendamine", "Üks mall kõigi hüvitiste otsustele, ligipääsetav PDF.",
        -28, 20, 0.6, 2,
        ("Ligipääsetav PDF/UA mall", "Kuupäev kohalikus ajas", "Põhjenduse tekstiplokid", "Digitempli kontroll",
         "Vanade otsuste kuvamine", "Mallide haldus peakasutajale"),
    ),
    Plan(
        "Maksefaili kontroll", "Maksefaili kontrollid enne panka saatmist",
        "Vanade kontode ja nimede kontroll enne faili sulgemist.",
        -20, 26, 0.65, 3,
        ("Kontode võrdlus viimase muudatusega", "Nime võrdlus panga tingimuste järgi", "Summa võrdlus eelmise kuuga",
         "Kinnituse neli silma", "Hoiatus enne panga kellaaega", "Tagasi laekunud maksete vaade", "Logi auditi jaoks"),
    ),
    Plan(
        "RR v3", "Rahvastikuregistri päringute uus versioon", "Üleminek X-tee teenuse versioonile 3.",
        -15, 48, 0.5, 4,
        ("Skeemi võrdlus versioonidega 2 ja 3", "Isikuandmete päring v3", "Hooldusõiguse päring v3",
         "Perekonnaseisu teated",
         "Kordamine ja ooteajad", "Partneri testkeskkond", "Üleminek ja tagasipöördumine"),
        flagged=5,
    ),
    Plan(
        "Isapuhkus 26", "Isapuhkuse muudatused 2026", "Seadusemuudatuse rakendamine.",
        31, 96, 0.0, 4,
        ("Lähteülesanne", "Õiguse reeglid"),
    ),
    Plan(
        "Lapsepuhkus", "Lapsepuhkuse tasu arvutus", "Tasu arvutatakse keskmise tulu järgi.",
        -120, -18, 1.0, 1,
        ("Keskmise tulu päring", "Päevamäära arvutus", "Tööandja vorm", "Ümberarvutus", "Aruanne", "Juhend"),
    ),
)  # fmt: skip

RELEASES = (
    ("2.12", "Sügisene hooldusväljalase", -95, -60),
    ("2.13", "Lapsepuhkuse tasu", -60, -18),
    ("2.14", "Elatisabi 2.0 ja uued mallid", -18, 17),
    ("2.15", "Proaktiivne vanemahüvitis, maksefaili kontroll", 17, 45),
    ("2.16", "RR v3 ja isapuhkus", 45, 105),
)
"""Number, description, first and last day counted from the day on which the world begins."""

SPRINT_NAMES = (
    "maksed ja otsused", "elatisabi, 1. osa", "proaktiivne, kontrollid", "mallid ja PDF", "RR v3, liidesed",
    "vastuvõtt, vead",
)  # fmt: skip
