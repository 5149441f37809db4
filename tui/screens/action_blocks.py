"""What the person has done to a ticket and Jira does not have yet, as part of its document."""

from __future__ import annotations

from collections.abc import Sequence

from data.action import Action, Comment
from data.language import _
from tui.action_words import kind_words, state_runs, trouble_words, work_words
from tui.format import Format
from tui.widgets.document import Block, Indented, Paragraph, Row, Section
from tui.wiki_blocks import wiki_blocks


def action_blocks(actions: Sequence[Action], form: Format) -> list[Block]:
    """A line for each, the whole text of a comment, and why it has not gone through; nothing where nothing waits."""
    if not actions:
        return []
    blocks: list[Block] = [Section(_("On its way to Jira"))]
    for action in actions:
        is_saving = action.id.startswith("saving:")
        words = "" if isinstance(action.work, Comment) else f"  {work_words(action, form)}"
        state = state_runs(action, is_saving=is_saving)
        blocks.append(Row((*state, (f"  {kind_words(action)}", "strong"), (words, ""))))
        if isinstance(action.work, Comment):
            blocks.append(Indented(wiki_blocks(action.work.text, form)))
        if action.state.needs_person:
            told = trouble_words(action)
            advice = _("F4 shows what can be done.")
            blocks.append(Paragraph(f"{told}. {advice}" if told else advice, "warn", indent=2))
    return blocks
