"""What happens to a whole Jira at once, end to end: bulk edits, the change of the clocks, new names."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import DevelopmentKind, TicketQuery, TicketView
from tests.faults.rows import holds
from tests.faults.truth import assert_true
from tests.upstream import SyncedDesk, upstream

AUTUMN, SPRING = "2026-10-25T02:20:00", "2027-03-28T02:20:00"
"""Sundays on which the clocks of Europe/Tallinn change at four and at three o'clock."""


@holds("3,000 tickets changed in one moment", "all of them are read")
def test_three_thousand_tickets_of_one_moment_are_all_read(tmp_path: Path) -> None:
    with upstream(tickets=3_300) as server:
        desk = SyncedDesk(server, tmp_path, calendar="")
        assert desk.once() == 0
        touched = desk.server.admin("touch", {"count": 3_000})["touched"]
        assert touched == 3_000

        assert desk.once() == 0
        assert desk.report("jira").changed >= 3_000
        assert_true(desk)


@holds("summer time begins or ends, server without numeric dates", "nothing is missed")
@pytest.mark.parametrize("begin", [AUTUMN, SPRING])
def test_nothing_is_missed_when_the_clocks_change(tmp_path: Path, begin: str) -> None:
    with upstream(tickets=120, at=begin) as server:
        server.admin("settings", {"numbers": False})
        desk = SyncedDesk(server, tmp_path, calendar="")
        assert desk.once() == 0
        for quarter in range(14):
            desk.later(0.25)
            server.admin(f"issue/SKAH-{4_100 - quarter}", {"comment": f"Veerandtund {quarter}"})

            assert desk.once() == 0
            assert_true(desk)


@holds("names of a user, status, field or version changed", "new names within an hour")
def test_new_names_arrive_although_no_ticket_changed(desk: SyncedDesk) -> None:
    assert desk.once() == 0
    reader = desk.reader()
    release = next(each.id for each in reader.developments() if each.kind is DevelopmentKind.RELEASE).split(":")[1]
    words = [["status", "5", "Korda tehtud"], ["user", "JIRAUSER10100", "Kadri Kask"]]
    words += [["field", "customfield_10201", "Lahenduse aeg"], ["version", release, "Kevad 2027"]]
    desk.server.admin("settings", {"words": words})
    desk.later(1.1)

    assert desk.once() == 0
    rows = reader.tickets(TicketQuery(view=TicketView.ALL)).rows(0, 1_000)
    statuses, assignees = {row.status_name for row in rows}, {row.assignee for row in rows}
    assert ("Korda tehtud" in statuses, "Lahendatud" in statuses) == (True, False)
    assert ("Kadri Kask" in assignees, "Kadri Tamm" in assignees) == (True, False)
    assert "Kevad 2027" in {each.title for each in reader.developments()}
