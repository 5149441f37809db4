"""An invented store for the bench: tickets with a kilobyte of text each, and something in every other pane."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.clock import Clock, tallinn
from data.model import Kind, TicketQuery
from data.paths import Places, make_private_dir, write_private
from data.sources.batch import Batch, Row
from data.store.migrations import CACHE, HISTORY
from data.store.read import Reader
from data.store.tables import CACHE_TABLES, COMMENT, EVENT, HISTORY_TABLES, RESULT, TICKET, VERSION, WATCHED, Table
from data.store.write import Writer
from data.text import sort_key

KEY = "b7" * 32
NOW_MS = 1_796_000_000_000
DAY_MS = 86_400_000
BATCH = 1_000
CONFIG = f"""\
demo = true
[clock]
anchor_ms = {NOW_MS}
real_anchor_ms = 0
speed = 0.0
[desk]
language = "et"
"""
SERVICE, RELEASE, TRAINING = "Mõõdetav teenus", "Mõõteväljalase", "Mõõdetav koolitus"
RARE = "haruldus"
"""A word that one ticket in a thousand holds."""

_WORDS = re.findall(
    r"\w+",
    "vanemahüvitis taotlus menetlus otsus makse arvutus konto periood andmed päring viga teade leping tähtaeg "
    "lapsetoetus peretoetus register kanne muudatus kontroll vastus kinnitus dokument menetleja katkeb puudub vale "
    "summa kuupäev vorm nupp leht aken aruanne filter vaade kasutaja õigus töötaja saatmine tagasi uuesti",
)
_PEOPLE = ("Kati Katse", "Mari Näidis", "Jaan Proov", "Tiiu Mudel", "Ülo Õpik", "Žanna Šabloon")
_STATES = (("Ootel", "new", 1), ("Töös", "indeterminate", 2), ("Testis", "indeterminate", 2), ("Valmis", "done", 4))


@dataclass(slots=True)
class _Source:
    name: str
    kind: str
    kinds: tuple[Kind, ...]
    interval: float = 60

    def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Never asked: the bench writes what a source would have brought."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is open."""


def reader(folder: Path) -> Reader:
    """The store in `folder`, read as the desk reads it."""
    return Reader(Places(folder / "config.toml", folder), KEY, Clock(NOW_MS, 0, 0))


def first_key(folder: Path, query: TicketQuery) -> str:
    """The key of the first ticket that answers `query`."""
    with closing(reader(folder)) as store:
        return store.tickets(query).rows(0, 1)[0].key


def fill(folder: Path, tickets: int) -> Places:
    """The places of a desk with `tickets` tickets under `folder`; filled only if no such store is there yet."""
    places = Places(folder / "config.toml", folder)
    done = folder / "filled"
    schema = hashlib.sha256(repr((CACHE, HISTORY)).encode()).hexdigest()
    if done.exists() and places.key_file.exists() and done.read_text() == schema:
        return places
    shutil.rmtree(folder, ignore_errors=True)
    make_private_dir(folder)
    write_private(places.key_file, KEY.encode())
    places.config_file.write_text(CONFIG, encoding="utf-8")
    writer = Writer(places.cache, KEY, CACHE_TABLES, CACHE)
    jira = _Source("jira", "jira", (Kind.TICKETS, Kind.DEVELOPMENTS))
    for batch in _ticket_batches(tickets):
        writer.apply(jira, batch, NOW_MS)
    writer.record_success(jira, NOW_MS)
    calendar = _Source("koolitused", "calendar", (Kind.TRAININGS,))
    writer.apply(calendar, Batch({EVENT.name: [_event(number) for number in range(20)]}), NOW_MS)
    writer.record_success(calendar, NOW_MS)
    writer.close()
    _fill_history(places)
    done.write_text(schema)
    return places


def _row(table: Table, **values: Any) -> Row:
    missing = set(table.names) ^ set(values)
    if missing:
        raise ValueError(f"{table.name}: {missing}")
    return tuple(values[name] for name in table.names)


def _ticket_batches(count: int) -> Iterator[Batch]:
    chance = random.Random(7)
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        rows = {
            TICKET.name: [_ticket(number, chance) for number in numbers],
            COMMENT.name: [_comment(number, chance) for number in numbers if number % 4 == 0],
        }
        if first == 1:
            rows[VERSION.name] = [_version(number) for number in range(12)]
        yield Batch(rows, cursor=str(numbers[-1]), facts={"jira.me": "kati"}, done=numbers[-1], total=count)


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _ticket(number: int, chance: random.Random) -> Row:
    status, category, rank = _STATES[0] if number % 7 == 0 else chance.choice(_STATES)
    is_open = category != "done"
    summary = _text(chance, 7).capitalize() + (f" {RARE}" if number % 1000 == 0 else "")
    assignee = chance.choice(("", *_PEOPLE))
    updated_ms = NOW_MS - (1_000_000 - number) * 10_000
    return _row(
        TICKET,
        id=10_000 + number,
        key=f"MT-{number}",
        project="MT",
        number=number,
        type_id="",
        type_name=chance.choice(("Viga", "Ülesanne", "Küsimus")),
        is_epic=0,
        summary=summary,
        summary_sort=sort_key(summary),
        description=_text(chance, 120),
        status_id=str(rank),
        status_name=status,
        category=category,
        category_rank=rank,
        is_open=int(is_open),
        priority_id="",
        priority_name=chance.choice(("Kõrge", "Tavaline", "Madal")),
        priority_rank=chance.randint(1, 4),
        assignee_id=assignee.split(" ")[0].lower(),
        assignee=assignee,
        assignee_sort=sort_key(assignee),
        reporter_id="mnaidis",
        reporter="Mari Näidis",
        resolution="" if is_open else "Lahendatud",
        created_ms=updated_ms - chance.randint(1, 90) * DAY_MS,
        updated_ms=updated_ms,
        resolved_ms=None if is_open else updated_ms,
        due_day="",
        start_day="",
        breach_ms=NOW_MS + chance.randint(1, 500) * 60_000 if is_open and number % 5000 == 0 else None,
        breach_name="Lahendamise aeg" if is_open and number % 5000 == 0 else "",
        is_flagged=0,
        labels="[]",
        components="[]",
        fix_versions=json.dumps([{"id": number % 12, "name": f"Väljalase {number % 12}"}] if number % 900 == 0 else []),
        sprints="[]",
        epic_key="",
        parent_key="",
    )


def _comment(number: int, chance: random.Random) -> Row:
    at_ms = NOW_MS - number * 1000
    return _row(
        COMMENT,
        id=number,
        ticket_id=10_000 + number,
        author_id="",
        author=chance.choice(_PEOPLE),
        created_ms=at_ms,
        updated_ms=at_ms,
        body=_text(chance, 30),
    )


def _day(offset: int) -> str:
    return tallinn(NOW_MS + offset * DAY_MS).date().isoformat()


def _version(number: int) -> Row:
    return _row(
        VERSION,
        id=number,
        project="MT",
        name=f"{RELEASE} {number}",
        description="",
        start_day=_day(number - 30),
        end_day=_day(number * 5 - 2),
        is_released=0,
        is_archived=0,
    )


def _event(number: int) -> Row:
    start_ms = NOW_MS + (number + 1) * DAY_MS // 2
    return _row(
        EVENT,
        id=f"koolitused/{number}",
        calendar="koolitused",
        uid=str(number),
        title=f"{TRAINING} {number}",
        start_ms=start_ms,
        end_ms=start_ms + 7_200_000,
        is_all_day=0,
        location="Õppeklass",
        description="",
        is_cancelled=0,
        invited=20,
        accepted=number,
        declined=1,
        capacity=18,
        organizer="Kati Katse",
    )


def _fill_history(places: Places) -> None:
    writer = Writer(places.history, KEY, HISTORY_TABLES, HISTORY)
    watched = [
        _row(
            WATCHED,
            name=f"{SERVICE} {number}",
            kind="service",
            url="",
            position=number,
            interval_ms=60_000,
            needs="{}",
            is_critical=0,
        )
        for number in range(40)
    ]
    results = [
        _row(
            RESULT,
            name=f"{SERVICE} {number}",
            at_ms=NOW_MS - back * 60_000,
            outcome="fail" if number == 0 and back < 3 else "ok",
            reason="http 503" if number == 0 and back < 3 else "",
            latency_ms=200 + number,
            evidence="",
        )
        for number in range(40)
        for back in range(60)
    ]
    source = _Source("checks", "checks", (Kind.SERVICES,))
    writer.apply(source, Batch({WATCHED.name: watched, RESULT.name: results}), NOW_MS)
    writer.record_success(source, NOW_MS)
    writer.close()
