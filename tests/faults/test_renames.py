"""What people rename in Jira, from the simulated server through the process that fetches to `show --json`.

Nothing of it moves an issue's `updated`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from data.model import Ticket, TicketQuery, TicketRow, TicketView
from data.simulator import catalog
from data.simulator.people import EVERYONE
from data.store.driver import open_reader
from tests.faults.rows import holds
from tests.faults.truth import assert_true, held
from tests.upstream import KEY, SyncedDesk
from tui.cli.show import show


def sync(desk: SyncedDesk) -> None:
    """One poll by a process of its own."""
    assert desk.process("--once").wait(120) == 0


def rename(desk: SyncedDesk, *words: tuple[str, str, str]) -> None:
    """Gives new names, and lets the hour pass after which lists are read again."""
    desk.server.admin("settings", {"words": words})
    desk.later(1.1)


def shown(desk: SyncedDesk, kind: str) -> dict[str, Any]:
    """What `show KIND --json` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert show(desk.places, kind, True, 10_000) == 0
    document: dict[str, Any] = json.loads(printed.getvalue())
    return document


def ticket(desk: SyncedDesk, key: str) -> Ticket:
    reader = desk.reader()
    try:
        found = reader.ticket(reader.ticket_id(key) or 0)
    finally:
        reader.close()
    assert found is not None
    return found


def everything(desk: SyncedDesk) -> Sequence[TicketRow]:
    reader = desk.reader()
    try:
        return reader.tickets(TicketQuery(view=TicketView.ALL)).rows(0, 1_000)
    finally:
        reader.close()


def is_flagged(desk: SyncedDesk, ticket_id: str) -> bool:
    connection = open_reader(desk.places.cache, KEY)
    try:
        return connection.execute("SELECT is_flagged FROM ticket WHERE id = ?", (int(ticket_id),)).fetchall() == [(1,)]
    finally:
        connection.close()


@pytest.fixture
def desk(desk: SyncedDesk) -> SyncedDesk:
    desk.calendar = ""
    desk.write()
    sync(desk)
    return desk


@holds("custom fields renamed", "mean what they meant: known by their kind, the flag by its id")
def test_custom_fields_with_new_names_mean_what_they_meant(desk: SyncedDesk, tmp_path: Path) -> None:
    fields = [id_ for id_, _name, kind, *_ in catalog.CUSTOM_FIELDS if id_ != catalog.FLAGGED]
    rename(desk, *[("field", id_, f"Uus nimi {id_}") for id_ in fields])
    for project in (catalog.SKAH, catalog.PERE):
        desk.server.admin("touch", {"project": project, "count": 1_000})

    sync(desk)
    (tmp_path / "fresh").mkdir()
    fresh = SyncedDesk(desk.server, tmp_path / "fresh", calendar="", passed_ms=desk.passed_ms)
    sync(fresh)
    rows = [{row["key"]: row for row in shown(each, "developments")["rows"]} for each in (desk, fresh)]
    epics = [key for key in rows[0] if key.startswith("PERE-")]
    assert [key for key in epics if rows[0][key] != rows[1][key]] == []
    assert len(epics) > 3
    assert all(any(rows[0][key][name] for key in epics) for name in ("total", "end_day", "title"))
    assert {row["breach_name"] for row in shown(desk, "tickets")["rows"] if row["breach_name"]} <= {
        f"Uus nimi {catalog.SLA_RESPONSE}",
        f"Uus nimi {catalog.SLA_RESOLUTION}",
    }
    fresh.close()


def test_the_field_of_the_flag_is_known_by_its_id_once_it_was_found_by_its_name(desk: SyncedDesk) -> None:
    made = desk.server.admin("issue", {"project": "PERE", "raw": {catalog.FLAGGED: [{"id": "1", "value": "Takistus"}]}})
    sync(desk)
    assert is_flagged(desk, made["id"])
    rename(desk, ("field", catalog.FLAGGED, "Lipp püsti"))
    desk.server.admin(f"issue/{made['key']}", {"summary": "Ikka lipuga"})

    sync(desk)
    assert ticket(desk, made["key"]).row.summary == "Ikka lipuga"
    assert is_flagged(desk, made["id"])


@holds("the key of a project changed", "same tickets under new keys within an hour; the old keys find them")
def test_a_project_with_a_new_key_is_the_same_project(desk: SyncedDesk) -> None:
    known, before = held(desk), {row["id"]: row for row in shown(desk, "developments")["rows"]}
    epic = next(row["key"] for row in before.values() if row["key"].startswith("PERE-") and row["total"])
    rename(desk, ("project", "PERE", "PEHU"))
    made = desk.server.admin("issue", {"project": "PERE", "summary": "Pärast uut võtit"})
    assert made["key"].startswith("PERE-")  # what the simulated world calls it inside

    sync(desk)
    assert_true(desk, "SKAH", "PEHU")
    every = held(desk)["ticket"]
    assert every.keys() >= known["ticket"].keys() | {(int(made["id"]),)}
    assert not any(each["key"].startswith("PERE-") for each in every.values())
    document = shown(desk, "developments")
    after = {row["id"]: row for row in document["rows"]}
    assert (len(after), after.keys()) == (len(document["rows"]), before.keys())
    assert {row["project"] for row in after.values() if row["kind"] != "sprint"} == {"PEHU"}
    assert [id_ for id_ in after if after[id_]["total"] < before[id_]["total"]] == []
    assert (document["sources"][0]["gaps"], document["sources"][0]["error_code"]) == ([], "")
    renamed = epic.replace("PERE", "PEHU")
    assert ticket(desk, epic).row.key == ticket(desk, renamed).row.key == renamed

    desk.places.pulse.unlink(missing_ok=True)
    assert desk.once() == 0
    assert desk.report("jira").changed == 0


def test_names_of_everything_that_has_an_id_follow(desk: SyncedDesk) -> None:
    rows = sorted(everything(desk), key=lambda row: row.updated_ms)
    # The oldest are let be by what the day brings in the hour.
    before = next(each for row in rows if row.assignee and (each := ticket(desk, row.key)).components)
    component, key, former = before.components[0], before.row.key, shown(desk, "tickets")["rows"][0]["status_name"]
    person = next(each for each in EVERYONE if each.display_name == before.row.assignee)
    status = next(each for each in catalog.STATUSES if each.name == former)
    rename(
        desk,
        ("status", status.id, "Uus olek"),
        ("user", person.key, "Uus Nimi"),
        ("component", str(catalog.COMPONENTS[component]), "Uus osa"),
    )

    sync(desk)
    assert_true(desk)
    after = ticket(desk, key)
    assert after.row.updated_ms == before.row.updated_ms
    assert (after.row.assignee, after.components[0]) == ("Uus Nimi", "Uus osa")
    names = {row["status_name"] for row in shown(desk, "tickets")["rows"]}
    assert ("Uus olek" in names, former in names) == (True, False)
    assert before.row.assignee not in {row.assignee for row in everything(desk)}
