"""Carrying out what the person did to tickets: beside the polls, in their event loop, with threads for the package.

That an action is being handed over is written before it is, and how it ended after it. One that a killed process has
begun is looked for before it is done again. Actions on one ticket keep their order; while the server cannot be
reached, or does not know us, nothing is begun, so that two days without a network leave no trace in the file.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from data.action import Action, ActionState, Attach, Create
from data.clock import Clock
from data.config import Jira
from data.paths import Places
from data.sources.budget import Budgets, PausedError
from data.sources.jira_acts import ClashError, Done, JiraActs
from data.sources.jira_session import ActError, JiraSession
from data.store.actions import ActionBook
from data.store.desk import DeskFile
from data.store.driver import StoreError
from data.store.operations import CLASH, FAILED, SENDING, SENT
from data.store.outgoing import OutgoingFiles
from data.sync.log import LOG
from data.sync.plans import desk_state

ACTOR = "sync"
LOOK_SECONDS = 0.25
"""How often it is looked whether something is to be done."""
WORKERS = 3
"""Actions carried out at the same time, each on another ticket."""
PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds from a failure to the next try; the last one is repeated."""
UNSURE_SECONDS = 180.0
"""How long a search is given to show what may have been made, before the person is asked."""
_LANE = "acts"
_FOR_ALL = ("auth", "captcha", "html", "paused", "tls", "certificate", "proxy", "unreachable", "timeout", "config")
"""Faults that say nothing of the action: the next one would meet them too."""

_T = TypeVar("_T")


class Deliveries:
    """What waits for Jira. It writes how each action ended into the desk file, and never logs what it holds."""

    def __init__(
        self,
        config: Jira,
        places: Places,
        key: str,
        clock: Clock,
        token: Callable[[], str | None],
        budgets: Budgets,
        pauses: Sequence[float] = PAUSES,
        unsure_seconds: float = UNSURE_SECONDS,
    ) -> None:
        """`pauses` are those from a failure to the next try, as `PAUSES`."""
        self._config = config
        self._places = places
        self._records = DeskFile(places, key, clock, ACTOR)
        self._files = OutgoingFiles(places, key)
        self._budgets = budgets
        self._token = token
        self._pauses = pauses
        self._unsure_seconds = unsure_seconds
        self._book = ActionBook()
        self._state: tuple[int, ...] = ()
        self._idle: list[JiraSession] = []
        self._under_way: dict[str, asyncio.Task[None]] = {}
        """By the ticket."""
        self._next_try: dict[str, float] = {}
        self._unsure_since: dict[str, float] = {}
        self._resting_until = 0.0
        self._failures = 0
        self.on_done: Callable[[], object] = lambda: None
        """Called whenever Jira has taken something: what it holds is to be read."""

    async def run(self) -> None:
        """Looks and delivers until cancelled; what is on its way then is left to its thread."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def flush(self) -> None:
        """Delivers what is due now, and returns when nothing is under way any more."""
        await self._look()
        while self._under_way:
            await asyncio.wait(self._under_way.values())
            await self._look()

    async def _look(self) -> None:
        try:
            state = desk_state(self._places)
            if state and state != self._state:
                await self._follow()
                self._state = state
        except StoreError as error:
            LOG.warning("the outbox cannot be read: %s", error.code)
            self._rest(self._pauses[-1])
        if time.monotonic() < self._resting_until:
            return
        for action in self._ready():
            if len(self._under_way) >= WORKERS:
                return
            if self._is_due(action):
                task = asyncio.create_task(self._deliver(action))
                self._under_way[_ticket(action)] = task
                task.add_done_callback(partial(self._free, _ticket(action)))

    def _free(self, ticket: str, task: asyncio.Task[None]) -> None:
        del self._under_way[ticket]
        if not task.cancelled() and (fault := task.exception()) is not None:
            LOG.error("an action met a fault of our own", exc_info=fault)
            self._rest(self._pauses[-1])

    def _ready(self) -> list[Action]:
        """The first of each ticket that waits for us, and that nothing of the same ticket is on its way before."""
        first: dict[str, Action] = {}
        for action in self._book.open:
            if not action.state.needs_person:
                first.setdefault(_ticket(action), action)
        made = {action.id for action in self._book.open if isinstance(action.work, Create)}
        return [each for ticket, each in first.items() if ticket not in self._under_way and each.key not in made]

    def _is_due(self, action: Action) -> bool:
        if action.id in self._next_try:
            return time.monotonic() >= self._next_try[action.id]
        age = time.time() - (UUID(action.id).int >> 80) / 1000  # an id begins with when it was written (RFC 9562, 5.7)
        return action.tries > 0 or action.is_begun or age >= self._config.delay or age < 0

    async def _deliver(self, action: Action) -> None:
        """One action, from the moment when it is its turn until what became of it is written."""
        session = self._idle.pop() if self._idle else self._session()
        try:
            async with self._budgets.of(session.host).turn(_LANE):
                await asyncio.to_thread(session.package)
                if not await self._begin(action):
                    return
                done = await asyncio.to_thread(JiraActs(session, self._files).carry_out, action)
        except PausedError as error:
            self._rest(error.retry_after or self._pauses[0])
        except ActError as error:
            await self._failed(action, error, session)
        except ClashError as clash:
            await self._write(CLASH, action, {"theirs": clash.theirs})
        except StoreError as error:
            LOG.warning("an action waits, because the desk's file cannot be used: %s", error.code)
            self._rest(self._pauses[-1])
        except Exception:
            if not self._is_sending(action):
                raise
            LOG.exception("an action met a fault of our own")
            await self._failed(action, ActError("fault", is_final=True, is_unsure=True), session)
        else:
            await self._ended(action, done)
        finally:
            self._idle.append(session)

    async def _begin(self, action: Action) -> bool:
        begun = await asyncio.to_thread(self._records.begin, SENDING, action.key, action.id)
        await self._follow()
        return begun

    async def _follow(self) -> None:
        """Reads what was written since the last time; raises StoreError."""
        self._book.follow(await asyncio.to_thread(self._records.ask, self._book.news))

    async def _ended(self, action: Action, done: Done) -> None:
        told = {"ticket": done.ticket_id, "key": done.key, "seen_ms": done.seen_ms}
        await self._write(SENT, action, told)
        LOG.info("an action on a ticket was carried out")
        self._failures = 0
        self._next_try.pop(action.id, None)
        self._unsure_since.pop(action.id, None)
        if isinstance(action.work, Attach):
            needed = {each.work.digest for each in self._book.open if isinstance(each.work, Attach)}
            await asyncio.to_thread(self._files.wipe_all_but, needed)
        self.on_done()

    async def _failed(self, action: Action, error: ActError, session: JiraSession) -> None:
        """Writes why, where anything was begun, and decides when to try again."""
        self._failures += 1
        pause = max(self._pauses[min(self._failures, len(self._pauses)) - 1], error.wait or 0.0)
        now, is_begun = time.monotonic(), self._is_sending(action)
        self._next_try[action.id] = now + pause
        if not is_begun or error.code in _FOR_ALL:
            session.close()
            self._rest(pause)
        is_final = error.is_final
        if error.is_unsure:
            since = self._unsure_since.setdefault(action.id, now)
            is_final = is_final or (now - since > self._unsure_seconds and isinstance(action.work, Create))
        LOG.warning("an action on a ticket was not carried out: %s", error.code)
        if is_begun:
            told = {"code": error.code, "detail": error.detail, "is_final": is_final, "is_unsure": error.is_unsure}
            await self._write(FAILED, action, told)

    def _is_sending(self, action: Action) -> bool:
        known = self._book.get(action.id)
        return known is not None and known.state is ActionState.SENDING

    async def _write(self, kind: str, action: Action, body: Mapping[str, object]) -> None:
        """Writes what became of an action; once handed over that must not be lost, however long it takes."""
        while True:
            try:
                await asyncio.to_thread(self._records.record, kind, action.key, {"operation": action.id, **body})
                await self._follow()
                return
            except StoreError as error:
                LOG.error("what became of an action cannot be written: %s", error.code)
                await asyncio.sleep(self._pauses[0])

    def _session(self) -> JiraSession:
        loop, host = asyncio.get_running_loop(), self._budgets

        def heard(status: int, headers: Mapping[str, str]) -> None:
            loop.call_soon_threadsafe(host.of(session.host).learn, status, headers)

        session = JiraSession(self._config, self._token, heard)
        return session

    def _rest(self, seconds: float) -> None:
        self._resting_until = max(self._resting_until, time.monotonic() + seconds)


def _ticket(action: Action) -> str:
    """What keeps actions in order: the ticket, or the new one that is to be."""
    return str(action.ticket_id) if action.ticket_id else action.id
