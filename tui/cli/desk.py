"""The desk itself: opens the screen over the store, or offers a beginning where there is no configuration."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from data.config import Config, ConfigError, MissingConfigError, load
from data.language import _
from data.os_words import os_reason
from data.paths import Places
from data.preferences import load_preferences
from data.secrets import SecretError, store_key
from tui.cli.console import on_terminal
from tui.cli.lasting import lasting_terminal
from tui.cli.own import actor
from tui.cli.signals import ending_by_signal

if TYPE_CHECKING:
    from data.config import Jira
    from data.diagnosis import Finding
    from data.sync.supervise import Supervisor, SyncState


def open_desk(where: Places) -> int:
    """Shows the desk until it is closed; without configuration, offers the demo or the set-up."""
    try:
        config = load(where.config_file)
    except MissingConfigError as missing:
        return _begin(where, missing)
    except ConfigError as error:
        raise _fault(str(error)) from None
    if not on_terminal():
        raise _fault(_("The desk needs a terminal to draw on. Without one: “peakasutaja sync” and “peakasutaja show”."))
    return run_desk(config, where)


def run_desk(config: Config, where: Places, *, stop_sync: bool = False) -> int:
    """Shows the desk over the store in `where`; with `stop_sync` the sync ends with it, else a minute later."""
    # A start makes much and throws nothing away: looking for garbage costs it a tenth. The desk allows it again when
    # its first picture is shown.
    gc.disable()
    # Imported here: whatever only prints a line does not pay for the screen.
    from data.store.desk import DeskFile
    from data.store.read import Reader
    from tui.app import DeskApp

    try:
        key = store_key(where, create=True, demo=config.demo)
    except SecretError as error:
        raise _fault(str(error)) from None
    clock = config.domain_clock()
    keeper = SyncKeeper(where)
    with (
        closing(Reader(where, key, clock, config.working_hours, config.payments, config.clock_rules)) as reader,
        closing(DeskFile(where, key, clock, actor(config))) as records,
    ):
        app = DeskApp(reader, config, where, clock, load_preferences(where), keeper, records)
        try:
            with ending_by_signal(app.exit), lasting_terminal(app.exit):
                app.run()
        finally:
            keeper.close(stop_sync=stop_sync)
    return app.return_code or 0


def _fault(text: str) -> Exception:
    # Imported here: click comes with it, and a desk that opens well does without.
    from tui.cli.options import Fault

    return Fault(text)


class SyncKeeper:
    """Keeps the sync alive from the first paint on, without costing it: what that needs is imported in a thread."""

    def __init__(self, where: Places) -> None:
        self._where = where
        self._supervisor: Supervisor | None = None
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begins to care for the sync; returns at once."""
        self._thread = threading.Thread(target=self._start, name="sync keeper", daemon=True)
        self._thread.start()

    def fault(self) -> str:
        """What is wrong with the sync process, in the person's words; empty while it runs or starts."""
        return "" if self._supervisor is None else fault_words(self._supervisor.state)

    def close(self, *, stop_sync: bool) -> None:
        """Ends the care."""
        with self._lock:
            self._is_closing = True
        if self._thread is not None:
            self._thread.join()
        if self._supervisor is not None:
            self._supervisor.close(stop_sync=stop_sync)

    def _start(self) -> None:
        from data.sync.supervise import Supervisor

        with self._lock:
            if not self._is_closing:
                self._supervisor = Supervisor(self._where)
                self._supervisor.start()


def fault_words(state: SyncState) -> str:
    """How the sync process stands, where that is not well."""
    reasons: dict[str, Callable[[], str]] = {
        "config": lambda: _("The configuration cannot be used. Run: peakasutaja doctor"),
        "secret": lambda: _("The key of the data cannot be had. Run: peakasutaja doctor"),
        "key": lambda: _("The data does not open: the key is not the right one. Run: peakasutaja doctor"),
        "network": lambda: _("The data is on a network drive, where it would be damaged. Run: peakasutaja doctor"),
        "full": lambda: _("The disk is full, nothing new can be kept. Make room; the sync tries again by itself."),
        "io": lambda: _("The folder of the data cannot be written to. Run: peakasutaja doctor"),
    }
    if state.reason in reasons:
        return reasons[state.reason]()
    words: dict[str, Callable[[], str]] = {
        "died": lambda: _("The sync ended unexpectedly and is being started again."),
        "failing": lambda: _("The sync does not stay up. Run: peakasutaja doctor"),
        "silent": lambda: _("The sync has not answered for a while: the data may be old."),
        "hung": lambda: _("The sync no longer answers. Close the other desks, or run: peakasutaja doctor"),
    }
    if state.phase.value in words:
        return words[state.phase.value]()
    return (
        _("The cache was damaged. A new one is being filled: something may be missing.") if state.is_refilling else ""
    )


def _begin(where: Places, missing: MissingConfigError) -> int:
    """Demo or set-up, on a terminal; elsewhere a sentence."""
    if not on_terminal():
        raise _fault(str(missing) + "\n" + _("“peakasutaja demo” shows the desk with simulated systems."))
    from tui.screens.first_run import FirstRun

    chosen = FirstRun(_try_jira, lambda config, token: _save(where, config, token), theme=load_preferences(where).theme)
    with ending_by_signal(chosen.exit), lasting_terminal(chosen.exit):
        wish = chosen.run()
    if chosen.return_code:
        return chosen.return_code
    if wish == "demo":
        from tui.cli.demo import demo

        return demo(where)
    return open_desk(where) if wish == "desk" else 0


def _try_jira(jira: Jira, token: str) -> list[Finding]:
    # The screen opens no socket: it is handed this.
    from data.diagnosis.sources import look_at_jira

    return look_at_jira(jira, token)


def _save(where: Places, config: Config, token: str) -> str:
    from data.setup import save

    try:
        save(where, config, token)
    except OSError as error:
        return _("{file} cannot be written: {reason}.").format(
            file=error.filename or where.config_file, reason=os_reason(error)
        )
    except SecretError as error:
        return str(error)
    return ""
