"""How each configured source stands by the store and the pulse: what is known, what is missing, what failed last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from data.clock import tallinn
from data.config import Config
from data.diagnosis import Finding, good, skipped, warning
from data.diagnosis.computer import lives
from data.language import _, ngettext
from data.model import SourcePhase, SourceState
from data.odd_words import odd_words
from data.paths import Places
from data.secrets import SecretError, store_key
from data.words import coverage_words, fill_words, gap_words, number, retry_words, source_word

GAPS_TOLD = 5
"""Projects or tickets of a source that are told one by one."""


def look_at_sources(where: Places, config: Config) -> Iterator[Finding]:
    """Lines on every configured source. Asks nobody.

    There are none without the key, or where no file can be read: `data.diagnosis.computer` tells that.
    """
    from data.store.driver import StoreError
    from data.store.read import Reader

    states: tuple[SourceState, ...] = ()
    if where.cache.exists() or where.history.exists():
        try:
            key = store_key(where, create=False, demo=config.demo)
            with closing(Reader(where, key, config.domain_clock())) as reader:
                states = reader.sources()
        except (SecretError, StoreError):
            return
    known = {state.name: state for state in states}
    now_ms, is_running = config.domain_clock().now_ms(), lives(where)
    for name in _names(config):
        state = known.get(name)
        if state is None:
            yield skipped(source_word(name), _("nothing was fetched yet."))
        else:
            yield from source_findings(state, now_ms, is_running=is_running)


def source_findings(state: SourceState, now_ms: int, *, is_running: bool) -> Iterator[Finding]:
    """How one source stands; what is old is worth a warning only where a sync `is_running` that should renew it."""
    subject = source_word(state.name)
    told = _known(state)
    if state.phase is SourcePhase.FAILED:
        again = retry_words(state.next_ms, now_ms, _moment)
        failed = _("the last try failed: {reason}").format(reason=state.error_detail or state.error_code)
        yield warning(subject, f"{told}; {failed}", again)
    elif state.phase is SourcePhase.LOADING:
        yield skipped(subject, f"{told}.")
    elif state.phase is SourcePhase.STALE and is_running:
        yield warning(subject, _("{known}; no new answer since, though the sync runs.").format(known=told))
    else:
        yield good(subject, f"{told}.")
    yield from _missing(subject, state)


def _known(state: SourceState) -> str:
    """Up to when the source is known, or how far its first fill has come."""
    if state.known_ms is not None:
        return _("known until {moment}").format(moment=_moment(state.known_ms))
    return fill_words(state) if state.done else _("never read to the end")


def _missing(subject: str, state: SourceState) -> Iterator[Finding]:
    gaps = list(map(gap_words, state.gaps[:GAPS_TOLD]))
    if rest := len(state.gaps) - len(gaps):
        gaps.append(ngettext("{n} more is missing.", "{n} more are missing.", rest).format(n=rest))
    for words in (coverage_words(state), *gaps):
        if words:
            yield warning(subject, words)
    if state.quarantined:
        count = state.quarantined
        told = ngettext("{n} record is odd.", "{n} records are odd.", count).format(n=number(count))
        newest = _("The newest: {reason}.").format(reason=odd_words(state.odd[0])) if state.odd else ""
        yield warning(subject, f"{told} {newest}".rstrip(), _("“peakasutaja show” names them under its table."))


def _names(config: Config) -> list[str]:
    """The configured sources as the store calls them."""
    names = ["checks"] if config.check else []
    names += ["jira"] if config.jira is not None else []
    return [*names, *(f"calendar:{each.name}" for each in config.calendar)]


def _moment(at_ms: int) -> str:
    """With the year: a diagnosis is sent to others and read later."""
    return f"{tallinn(at_ms):%Y-%m-%d %H:%M}"
