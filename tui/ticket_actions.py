"""What the person does to the ticket that is looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message_pump import MessagePump

from data.action import Comment
from data.language import N_, _
from data.model import Ticket
from tui.acting import Acting, Deed
from tui.format import title_of

if TYPE_CHECKING:
    from tui.screens.base import DeskScreen

    Base = DeskScreen
else:
    Base = MessagePump


class TicketActions(Base):
    """Keys of the screen that shows one ticket; it gives `ticket`."""

    KEYS: ClassVar[list[BindingType]] = [
        Binding("c", "comment", N_("comment"), id="ticket.comment", tooltip=N_("Add a comment")),
    ]

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is looked at."""
        raise NotImplementedError

    def action_comment(self) -> None:
        """Opens a comment; what was typed before is still there."""
        if (ticket := self._chosen()) is not None:
            self.write_comment(ticket)

    def write_comment(self, ticket: Ticket, lost: Comment | None = None) -> None:
        """Opens a comment on `ticket`; `lost` is one that could not be written down."""
        from tui.screens.comment_dialog import CommentDialog

        row, about = ticket.row, f"comment:{ticket.row.id}"
        text = lost.text if lost else self.desk.acts.stored.drafts.get(about, "")
        dialog = CommentDialog(
            self.desk.format.glyphs,
            f"{row.key}  {title_of(row.summary)}",
            text,
            partial(self._acting.jot, about),
            is_internal=lost.is_internal if lost else True,
            can_be_internal=True,
        )
        self.app.push_screen(dialog, partial(self._comment, ticket))

    def _comment(self, ticket: Ticket, comment: Comment | None) -> None:
        if comment is None:
            return
        self._acting.jot(f"comment:{ticket.row.id}", "")
        words = _("The comment leaves in a moment: {key}. u takes it back.").format(key=ticket.row.key)
        deed = Deed(ticket.row.id, ticket.row.key, comment)
        self._acting.act([deed], words, ticket.row.key, again=partial(self.write_comment, ticket, comment))

    @property
    def _acting(self) -> Acting:
        app = self.app
        assert isinstance(app, Acting)
        return app

    def _chosen(self) -> Ticket | None:
        """The ticket under the cursor; where there is none, says so."""
        if self.ticket is None:
            self.notify(_("No ticket is open here."), severity="warning", timeout=4, markup=False)
        return self.ticket
