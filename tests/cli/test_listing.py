"""Tables on a narrow console."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from data.clock import Clock
from tui.cli.listing import table
from tui.cli.show_columns import of_kind
from tui.format import Format


@pytest.mark.parametrize("kind", ["services", "tickets", "developments", "trainings"])
def test_no_row_is_wider_than_the_terminal(kind: str) -> None:
    columns, _row = of_kind(kind, Format(Clock()))
    rows = [["a rather long value"[: 19 if column.least else 14] for column in columns]] * 3
    for width in (60, 80):
        lines = table(columns, rows, width)
        assert max(map(cell_len, lines)) <= width
    assert max(map(cell_len, table(columns, rows, None))) > 80
