"""What may be seen. All persons, codes and accounts here are invented."""

from __future__ import annotations

import random
import re
import string
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data import model
from data.model import Free, Personal, Privacy, Public, Staff
from data.rules.mask import HIDDEN, mask, mask_text

CODES = st.tuples(
    st.integers(1, 8), st.integers(0, 99), st.integers(1, 12), st.integers(1, 31), st.integers(0, 9999)
).map(lambda parts: "{}{:02}{:02}{:02}{:04}".format(*parts))
"""Eleven digits shaped like a personal code; most are not valid ones, and the mask must not care."""

around = st.text(string.ascii_letters + string.digits + "õÄ_-+.,:;/ ()[]@#\n\"'€%", max_size=30)


@given(around, CODES, around)
def test_a_personal_code_is_never_seen_whatever_surrounds_it(before: str, code: str, after: str) -> None:
    assert code not in mask_text(before + code + after)


@given(
    around,
    CODES,
    st.sampled_from("- ./_\u00a0\u2009–"),
    st.sampled_from([(1,), (3,), (5,), (7,), (1, 3, 5, 7), (7, 10)]),
    around,
)
def test_nor_is_one_with_separators(before: str, code: str, mark: str, places: tuple[int, ...], after: str) -> None:
    assume(not before[-1:].isdigit() and not after[:1].isdigit())  # glued to other digits, its parts tell nothing
    cuts = [0, *places, len(code)]
    written = mark.join(code[start:stop] for start, stop in pairwise(cuts))
    assert written not in mask_text(before + written + after)


@pytest.mark.parametrize(
    "text",
    [
        "59912310000",
        "isikukood:49912310000",
        "ik49912310000x",
        "_49912310000_",
        "4 9 9 1 2 3 1 0 0 0 0",
        "４９９１２３１００００",
        "٤٩٩١٢٣١٠٠٠٠",
        "viitenumber 499123100007",  # reference numbers hold the code and a check digit
        "failis 20261204_49912310000_otsus.pdf",
        "EE49912310000",
        "499-12-31-0000",
    ],
)
def test_the_many_ways_to_write_a_personal_code(text: str) -> None:
    assert HIDDEN in mask_text(text)
    assert not re.search(r"\d{4}", mask_text(text).replace("20261204", ""))


IBANS = [
    "EE382200221020145685",
    "EE38 2200 2210 2014 5685",
    "EE38-2200-2210-2014-5685",
    "ee38 2200 2210 2014 5685",
    "EE 38 2200221020145685",
    "LV80BANK0000435195001",
    "LV80 BANK 0000 4351 9500 1",
    "FI21 1234 5600 0007 85",
    "GB29NWBK60161331926819",
    "NO93 8601 1117 947",
    "MT84MALT011000012345MTLCAST001S",
]


@pytest.mark.parametrize("iban", IBANS)
@pytest.mark.parametrize("before", ["", "kontole ", "konto:", "(", "IBAN_"])
@pytest.mark.parametrize("after", ["", " mari ", ", Mari", ".", " Mari Maasikas 12", "\n2026", ")", " eelmisel kuul"])
def test_an_account_goes_whole_and_alone(iban: str, before: str, after: str) -> None:
    assert mask_text(before + iban + after) == before + HIDDEN + after


def test_an_account_leaves_the_address_after_it_to_its_own_rule() -> None:
    assert mask_text("EE382200221020145685 mari@x.ee") == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("text", ["EE3822002210201456", "EE38220022102014568512"])
def test_an_account_with_a_digit_too_few_or_many_goes_too(text: str) -> None:
    assert "2210" not in mask_text(text)


@pytest.mark.parametrize(
    "address",
    [
        "mari.maasikas@naide.ee",
        "mari+töö@naide.ee",
        "MARI@NAIDE.EE",
        "õie.äär@pere-hüvitis.example",
        "a" * 200 + "@naide.ee",
        "mari%40naide.ee",
        "o'neill@naide.co.uk",
    ],
)
def test_addresses(address: str) -> None:
    assert mask_text(f"kirjuta {address}, palun") == f"kirjuta {HIDDEN}, palun"
    assert mask_text(f"<{address}>") == f"<{HIDDEN}>"
    assert mask_text(f"[{address}|mailto:{address}]") == f"[{HIDDEN}|mailto:{HIDDEN}]"


@pytest.mark.parametrize(
    "address",
    [
        "mari(at)x.ee",
        "mari.maasikas (at) naide.ee",
        "MARI[AT]NAIDE.EE",
        "mari [ät] pere-hüvitis.naide.ee",
        "mari{at}naide.co.uk",
        "mari ät naide.ee",
        "mari(at)naide(dot)ee",
        "mari [at] naide [punkt] ee",
    ],
)
def test_addresses_in_disguise(address: str) -> None:
    assert mask_text(f"kirjuta {address}, palun") == f"kirjuta {HIDDEN}, palun"
    assert mask_text(f"<{address}>") == f"<{HIDDEN}>"


@pytest.mark.parametrize(
    "text", ["kohtume (at) kell 10.30", "tabel(at) 1.5", "hääldus [ät], mitte [at].", "see on ät ega muud. Siis läks"]
)
def test_a_sign_without_a_domain_after_it_is_no_address(text: str) -> None:
    assert mask_text(text) == text


PHONES = [
    "+372 5123 4567",
    "+37251234567",
    "+372 512 3456",
    "+372-512-3456",
    "+372 51 234 567",
    "00372 5123 4567",
    "003725123456",
    "(+372) 5123 4567",
    "+358 40 123 4567",
    "+44 20 7946 0958",
    "372 5123 4567",
    "5123 4567",
    "512 3456",
    "512 34 56",
    "51 234 567",
    "612 3456",
    "512-3456",
    "51234567",
    "8000 1234",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("helista ", " kohe"), ("tel:", "."), ("tel. ", ", tööajal"), ("(", ")")]
)
def test_phones(phone: str, before: str, after: str) -> None:
    shown = mask_text(before + phone + after)
    assert HIDDEN in shown
    assert not re.search(r"\d", shown)
    assert shown.startswith(before)
    assert shown.endswith(after)


@pytest.mark.parametrize("text", ["telefon 5123456", "Tel: 6123456", "mob 5123456", "mobiil: 5123456", "phone 6123456"])
def test_a_named_phone_needs_no_groups(text: str) -> None:
    assert not re.search(r"\d", mask_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "SKAH-4127 reageerida 25 min jooksul",
        "SKAH-5123456 ja SKAH-512-3456",
        "kuupäev 2026-12-08 ja 8.12.2026 kell 10:00",
        "2026-12-08T09:14:00+02:00 / 2026-12-08T09:14:00.000+0200 / 20261208T091400Z",
        "versioon 2.14.0-rc1, build 5.123.4567, 10.0.19045.3693",
        "summa 1 250,00 €, 512 345 €, 51 234 567 eurot, 3 500 101 500 krooni, 5123,45 EUR",
        "31 korras · 2 häiritud · 1 ei tööta, 99,7 %",
        "12 min, 0:25, 6 h 46 min, +9 p, 1,8 s (tavaline 0,4 s)",
        "http 503 1234 ms, 0,31 s, port 8080",
        "aastatel 2025 2026, 2019-2020, vahemik 3000-4000",
        "IP 192.168.10.15, 10.101.151.102, 192.101.151.102",
        "päring EE-9f3c51de-7a10-4a3b-9f00-0c1d2e3f4a5b",
        "d41d8cd98f00b204e9800998ecf8427e",
        "EE12 on väga tore päev kõigile lugejatele siin",
        "kasutaja@ ja @nimi, [~mari.maasikas], ruum 512 3. korrus",
        "RHR-s 14/16 kohta, 22/20!",
        "[/] [@click=app.bell]x[/] {n} 100%",
        "K1 K2 K3 – 47 avatud, 6 minu käes",
        "§ 36 lg 2 p 3, RT I, 08.12.2026, 12",
        "Õie Äär läks šokki: žürii üllatas öösel",
        "",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert mask_text(text) == text


@given(st.text("abdefghijklmnoprsšzžtuvõäöüABDEÕÄÖÜ .,;:!?()-–\n", max_size=300))
def test_text_without_digits_or_addresses_is_left_alone(text: str) -> None:
    assert mask_text(text) == text


@given(st.dates().map(str) | st.times().map(lambda t: t.isoformat("minutes")) | st.datetimes().map(str))
def test_dates_and_times_are_left_alone(text: str) -> None:
    assume(not re.search(r"\d{6}", text))  # microseconds may well look like anything
    assert mask_text(f"algus {text} lõpp") == f"algus {text} lõpp"


@given(around)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "4991231",
        "4 ",
        "4-",
        "49912310000",
        "EE38",
        "EE",
        "A1",
        "a@",
        "@",
        "a.",
        "@a.",
        "a(at)",
        "(at)a.",
        "a ät a.",
        "(at)a(dot)",
        "+3",
        "+372 ",
        "5123 ",
        "tel",
        "tel 5 ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.process_time()
    mask_text(text)
    assert time.process_time() - began < 3


def test_a_personal_text_goes_whole() -> None:
    assert mask_text("Mari Maasikas", Privacy.PERSONAL) == HIDDEN
    assert mask_text("", Privacy.PERSONAL) == ""


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    system: Public
    author: Staff
    person: Personal
    body: Free
    tags: tuple[Free, ...] = ()
    parent: Note | None = None
    children: tuple[Note, ...] = ()
    extra: Free | None = None


def test_a_record_is_masked_by_its_types() -> None:
    code = "49912310000"
    child = Note("n2", "X-tee", "Uku Uus", "Mari", f"vt {code}")
    note = Note("n1", "SKAIS2", "Uku Uus", "Mari", f"isik {code}", (code, "x"), child, (child,), code)
    seen = mask(note)
    assert seen.id == "n1"
    assert (seen.author, seen.person, seen.body) == ("Uku Uus", HIDDEN, f"isik {HIDDEN}")
    assert (seen.tags, seen.extra) == ((HIDDEN, "x"), HIDDEN)
    assert seen.parent == seen.children[0] == Note("n2", "X-tee", "Uku Uus", HIDDEN, f"vt {HIDDEN}")
    assert mask((note, child)) == (seen, seen.parent)


def test_plain_structures_are_masked_as_free_text() -> None:
    code = "49912310000"
    assert mask({"summary": f"isik {code}", "n": 1, "rows": [code, {"x": None, "y": True}]}) == {
        "summary": f"isik {HIDDEN}",
        "n": 1,
        "rows": [HIDDEN, {"x": None, "y": True}],
    }
    assert mask({code: 1}) == {HIDDEN: 1}
    assert mask(f"isik {code}") == f"isik {HIDDEN}"


def test_a_record_without_anything_to_hide_comes_back_itself() -> None:
    note = Note("n1", "SKAIS2", "Uku Uus", "", "kõik korras")
    assert mask(note) is note


IDENTIFIERS = {
    ("Development", "id"),
    ("Training", "id"),
    ("Attention", "id"),
    ("Attention", "target"),
    ("Acknowledgement", "attention_id"),
    ("TicketQuery", "text"),  # a question, never shown to others
    ("TicketQuery", "project"),
    ("TicketQuery", "status"),
    ("TicketQuery", "type_name"),
    ("TicketQuery", "priority"),
    ("TicketQuery", "assignee"),
}
"""Text fields of records without a declared privacy: identifiers and questions."""


def _bare_text(hint: Any) -> bool:
    """Whether a type holds text that declares no privacy."""
    if hint is str:
        return True
    if getattr(hint, "__metadata__", ()):
        return False
    return any(map(_bare_text, get_args(hint)))


def test_every_text_of_every_record_declares_its_privacy() -> None:
    records = [each for each in vars(model).values() if hasattr(each, "_fields")]
    assert len(records) > 10
    bare = {
        (record.__name__, each)
        for record in records
        for each in record._fields
        if _bare_text(get_type_hints(record, include_extras=True)[each])
    }
    assert bare == IDENTIFIERS


def test_random_digits_stay_cheap() -> None:
    digits = "".join(random.Random(7).choices(string.digits + " -", k=200_000))
    began = time.process_time()
    mask_text(digits)
    assert time.process_time() - began < 3
