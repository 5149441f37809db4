"""What a `VirtualTable` tells its owner; handlers are named `on_virtual_table_…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tui.widgets.table import VirtualTable


class TableMessage(Message, namespace="virtual_table"):
    """Something that happened in one table."""

    def __init__(self, table: VirtualTable[Any]) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> VirtualTable[Any]:
        """The table, for `@on(…, "#id")`."""
        return self.table


class Highlighted(TableMessage, namespace="virtual_table"):
    """The cursor came to stand on another record."""

    def __init__(self, table: VirtualTable[Any], row: Any) -> None:
        super().__init__(table)
        self.row = row


class Opened(TableMessage, namespace="virtual_table"):
    """Enter, a double click, or a click on the row under the cursor."""

    def __init__(self, table: VirtualTable[Any], row: Any) -> None:
        super().__init__(table)
        self.row = row


class SortChosen(TableMessage, namespace="virtual_table"):
    """A click on the title of a sortable column; the owner decides about the order and calls `show_sort`."""

    def __init__(self, table: VirtualTable[Any], column_id: str) -> None:
        super().__init__(table)
        self.column_id = column_id


class Arrived(TableMessage, namespace="virtual_table"):
    """The first rows of a window are there, or it has none."""


class Failed(TableMessage, namespace="virtual_table"):
    """The window could not be read; the rows that were at hand stay on screen."""

    def __init__(self, table: VirtualTable[Any], error: Exception) -> None:
        super().__init__(table)
        self.error = error
