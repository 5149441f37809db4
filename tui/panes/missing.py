"""What of a source is not here although it answers: projects that are closed to us, records that made no sense."""

from __future__ import annotations

from collections.abc import Sequence

from data.language import _, ngettext
from data.model import SourceState
from data.odd_words import odd_words
from data.words import coverage_words, gap_words
from tui.glyphs import Glyphs
from tui.widgets.line import Run, Runs

ODD_SHOWN = 2
"""Records left out that are named with their reason; `doctor` and `show` name more."""


def missing_runs(sources: Sequence[SourceState], glyphs: Glyphs, *, in_full: bool) -> Runs:
    """What is missing of `sources`; empty where all is here.

    `in_full` tells what to do too, which on the dashboard the strip does, and of single records.
    """
    closed = [words for each in sources for words in _closed(each, in_full=in_full)]
    told: list[Run] = [(f"{glyphs.degraded} {' '.join(closed)}", "warn")] if closed else []
    count = sum(each.quarantined for each in sources)
    if count and in_full:
        odd = ngettext("{n} record is odd.", "{n} records are odd.", count).format(n=count)
        named = "; ".join([odd_words(record) for each in sources for record in each.odd][:ODD_SHOWN])
        told += [(f"{'  ' if told else ''}{glyphs.degraded} {odd} ", "warn"), (named, "quiet")]
    return told


def _closed(source: SourceState, *, in_full: bool) -> list[str]:
    """What cannot be seen at all, in sentences."""
    if not source.gaps:
        return []
    names = _("Missing: {names}.").format(names=", ".join(gap.reference for gap in source.gaps))
    told = list(map(gap_words, source.gaps)) if in_full else [names]
    return [words for words in (coverage_words(source), *told) if words]
