"""What is said of a fault of X-Road: what it means, where it lies and whom to tell, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.language import use_language
from data.rules.xroad import Blame, blame_of
from data.words import reason_words
from data.xroad_words import blame_place, whom_to_tell

OURS, THEIRS = "xroad server.clientproxy", "xroad server.serverproxy"


@pytest.fixture(autouse=True)
def estonian() -> Iterator[None]:
    use_language("et")
    yield
    use_language("et")


@pytest.mark.parametrize(
    ("reason", "meaning", "advice"),
    [
        (f"{THEIRS}.servicedisabled", "teenusepakkuja on teenuse välja lülitanud", "kasutajatoele"),
        (f"{THEIRS}.maintenancemode", "teenusepakkuja turvaserver on hoolduses", "kasutajatoele"),
        (f"{OURS}.maintenancemode", "meie turvaserver on hoolduses", "turvaserverit haldab"),
        (f"{THEIRS}.accessdenied", "meil ei ole teenuse kasutamise õigust", "Paluge IT-maja kaudu"),
        (f"{THEIRS}.unknownservice", "teenusepakkujal sellist teenust ei ole", "Parandage seadistuses"),
        (f"{OURS}.unknownmember", "X-tees sellist liiget ei ole", "Parandage seadistuses"),
        ("xroad client.badrequest", "X-tee ei võta meie päringut vastu", "Parandage seadistuses"),
        (f"{OURS}.outdatedglobalconf", "meie turvaserveri üldkonfiguratsioon on aegunud", "turvaserverit haldab"),
        (f"{OURS}.sslauthenticationfailed", "meie turvaserver ei tunnista meie sertifikaati", "sertifikaat"),
        (f"{OURS}.cannotcreatesignature", "meie turvaserver ei saa allkirjastada", "turvaserverit haldab"),
        (f"{OURS}.internalerror", "meie turvaserver ei tööta", "turvaserverit haldab"),
        (f"{OURS}.networkerror", "teenusepakkuja turvaserverini ei jõuta", "kelle pool võrk ei toimi"),
        (f"{THEIRS}.databaseerror", "teenusepakkuja turvaserver ei tööta", "kasutajatoele"),
        (f"{THEIRS}.servicefailed.httperror", "teenusepakkuja infosüsteem ei vasta", "kasutajatoele"),
        ("xroad andmebaaskatki", "teenusepakkuja infosüsteem vastab oma veateatega", "kasutajatoele"),
        ("failing 3/12", "12 päringust ebaõnnestus 3", ""),
        ("not listed", "teenusepakkuja loetelus seda teenust ei ole", "Võrrelge"),
        ("certificate", "server nõuab meilt sertifikaati, mida ta tunnistab", "Küsige IT-majast"),
        ("http 503", "vastab veaga 503", ""),
    ],
)
def test_a_cause_is_told_with_its_meaning_and_with_whom_to_tell(reason: str, meaning: str, advice: str) -> None:
    assert reason_words(reason) == meaning
    assert advice in whom_to_tell(reason)
    assert bool(advice) == bool(whom_to_tell(reason))


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("blame", Blame)
def test_every_place_of_a_fault_has_its_words(blame: Blame, language: str) -> None:
    use_language(language)
    assert blame_place(blame) != blame
    assert len(blame_place(blame)) > 5


def test_a_code_of_nothing_is_still_told() -> None:
    assert blame_of("xroad ") is Blame.PARTNER
    assert reason_words("xroad ") == "teenusepakkuja infosüsteem vastab oma veateatega"
