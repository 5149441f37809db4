"""SLA clocks at risk and run out: the figure, the list and the strip count the same tickets."""

from __future__ import annotations

from pathlib import Path

from data.model import AttentionKind, TicketCounts, TicketQuery, TicketSort, TicketView

from .world import JIRA, NOW, cache_writer, places_in, reader_of, ticket, tickets

HOUR = 3_600_000


def test_figure_list_and_strip_agree_on_clocks_that_run_out(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)
    breaches = {
        1: NOW - 26 * HOUR,  # run out yesterday
        2: NOW - 1,  # run out just now
        3: NOW,  # runs out in this very moment: not over yet
        4: NOW + 4 * HOUR - 1,  # within half a working day
        5: NOW + 4 * HOUR,  # later than that
        6: None,  # no clock
    }
    rows = [ticket(id, breach_ms=at_ms) for id, at_ms in breaches.items()]
    done = ticket(7, category="done", breach_ms=NOW - HOUR)  # over and done: nobody's risk any more
    writer.apply(JIRA, tickets(*rows, done), NOW)

    assert reader.ticket_counts() == TicketCounts(open=6, mine=0, at_risk=4, total=7, overdue=2)
    listed = reader.tickets(TicketQuery(view=TicketView.AT_RISK, sort=TicketSort.BREACH, descending=False))
    assert [row.id for row in listed.rows(0, 10)] == [1, 2, 3, 4]
    strip = [line.target for line in reader.overview().attention if line.kind is AttentionKind.SLA]
    assert strip == ["ticket:1", "ticket:2", "ticket:3", "ticket:4"]
    reader.close()
    writer.close()
