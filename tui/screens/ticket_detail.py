"""A ticket as a document: facts, description, comments, changes."""

from __future__ import annotations

from data.action import OpenedTicket
from data.language import _, ngettext
from data.model import StatusCategory, Ticket, TicketAbsence
from data.words import absence_words, clock_word, sentence
from tui.clock_words import clock_facts
from tui.format import Format, parse_day, title_of
from tui.jira_fields import field_word
from tui.screens.action_blocks import action_blocks
from tui.widgets.document import Block, Fact, Heading, Indented, Paragraph, Row, Section
from tui.widgets.line import Run
from tui.wiki_blocks import wiki_blocks

COMMENTS_SHOWN = 50
CHANGES_SHOWN = 40


def describe_ticket(opened: OpenedTicket, form: Format) -> list[Block]:
    """The blocks of a ticket with what the person has done to it; the newest comment comes first."""
    ticket, row = opened.ticket, opened.ticket.row
    role = "good" if row.category == StatusCategory.DONE else "strong"
    blocks: list[Block] = [
        Heading(((row.key, "accent strong"), (f"  {row.type_name}", "quiet")), ((row.status_name, role),)),
        Paragraph(title_of(row.summary), "strong"),
        Row(()),
        *_facts(ticket, form),
        *action_blocks(opened.actions, form),
    ]
    if ticket.description:
        blocks += [Section(_("Description")), *wiki_blocks(ticket.description, form)]
    blocks += _comments(ticket, form)
    blocks += _changes(ticket, form)
    return blocks


def _facts(ticket: Ticket, form: Format) -> list[Block]:
    row = ticket.row
    assignee: Run = (row.assignee, "strong" if row.mine else "") if row.assignee else (_("unassigned"), "quiet")
    facts: list[Block] = []
    if clocks := clock_facts(ticket.clocks, form):
        facts += clocks
    elif row.breach_ms is not None:
        past = form.is_past(row.breach_ms)
        when = (_("{left} over") if past else _("{left} left")).format(left=form.left(row.breach_ms).lstrip("-"))
        # The moment first: cut short, it would be another one.
        due = f"  {form.full_moment(row.breach_ms)}  {clock_word(row.breach_name)}"
        facts.append(Fact(_("SLA"), ((f"{form.glyphs.clock} {when}", form.clock_role(row.breach_ms)), (due, "quiet"))))
    facts.append(Fact(_("Priority"), ((row.priority_name, "bad" if row.priority_rank == 1 else ""),)))
    facts.append(Fact(_("Assignee"), (assignee,)))
    if ticket.reporter:
        facts.append(Fact(_("Reporter"), ((ticket.reporter, ""),)))
    facts.append(
        Fact(_("Created"), ((form.full_moment(row.created_ms), ""), (f"  {form.age(row.created_ms)}", "quiet")))
    )
    facts.append(
        Fact(_("Changed"), ((form.full_moment(row.updated_ms), ""), (f"  {form.age(row.updated_ms)}", "quiet")))
    )
    due_day = parse_day(row.due_day)
    if due_day is not None:
        late = due_day < form.today() and row.category != StatusCategory.DONE
        facts.append(
            Fact(_("Due"), ((form.day(due_day), "bad" if late else ""), (f"  {form.in_days(due_day)}", "quiet")))
        )
    if ticket.resolved_ms is not None:
        facts.append(Fact(_("Resolved"), ((f"{form.full_moment(ticket.resolved_ms)}  {ticket.resolution}", ""),)))
    for label, words in (
        (_("Components"), ticket.components),
        (_("Releases"), ticket.fix_versions),
        (_("Sprints"), ticket.sprints),
        (_("Labels"), ticket.labels),
    ):
        if words:
            facts.append(Fact(label, ((", ".join(words), ""),)))
    for label, word in ((_("Epic"), ticket.epic_key), (_("Part of"), ticket.parent_key), (_("Address"), ticket.url)):
        if word:
            facts.append(Fact(label, ((word, ""),)))
    return facts


def _comments(ticket: Ticket, form: Format) -> list[Block]:
    count = len(ticket.comments)
    if not count:
        return [Section(_("Comments")), Row(((_("No comments."), "quiet"),))]
    blocks: list[Block] = [Section(_("Comments"), ((str(count), "quiet"),))]
    for comment in reversed(ticket.comments[-COMMENTS_SHOWN:]):
        when = f"{form.full_moment(comment.created_ms)}  {form.age(comment.created_ms)}"
        edited = f"  {_('edited')}" if comment.updated_ms > comment.created_ms else ""
        blocks += [
            Row(((comment.author, "strong"), (f"  {when}{edited}", "quiet"))),
            Indented(wiki_blocks(comment.body, form)),
            Row(()),
        ]
    if count > COMMENTS_SHOWN:
        older = count - COMMENTS_SHOWN
        text = ngettext("{n} older comment", "{n} older comments", older).format(n=older)
        blocks.append(Row(((text, "quiet"),)))
    return blocks


def _changes(ticket: Ticket, form: Format) -> list[Block]:
    if not ticket.changes:
        return []
    blocks: list[Block] = [Section(_("Changes"), ((str(len(ticket.changes)), "quiet"),))]
    for change in ticket.changes[:CHANGES_SHOWN]:
        arrow = form.glyphs.arrow
        said = f"{change.before or form.glyphs.dash} {arrow} {change.after or form.glyphs.dash}"
        words = " ".join(said.split())
        blocks.append(
            Row(
                (
                    (f"{form.full_moment(change.at_ms):<15} ", "quiet"),
                    (f"{field_word(change.field)}  ", ""),
                    (words, "quiet"),
                    (f"  {change.author}", "quiet"),
                )
            )
        )
    return blocks


def describe_absence(absence: TicketAbsence, form: Format) -> list[Block]:
    """What became of a ticket that cannot be seen any more, and when the desk noticed."""
    since = form.full_moment(absence.since_ms)
    return [
        Heading(((absence.key, "accent strong"),)),
        Paragraph(sentence(absence_words(absence)) + ".", "warn"),
        Fact(_("Noticed"), ((since, ""), (f"  {form.age(absence.since_ms)}", "quiet"))),
    ]
