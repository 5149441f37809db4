"""Whatever happens in a Jira and to the sync that follows it: after a quiet day the cache is the truth, each once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import AbsenceKind
from data.sources.batch import SourceError
from data.store.driver import open_reader
from tests.faults.contents import contents, differences
from tests.sources.cached import KEY, Cached
from tests.sources.fake_jira import SECOND, STATUSES, T0, FakeJira, issue, moment, project_of
from tests.store.recount import assert_kept_is_recounted

OURS = ("SKAH", "PEHU")
EVERY = (*OURS, "MUU")
WORDS = ("toetus", "makse", "kiri")
ANSWERS: dict[str, tuple[tuple[int, dict[str, Any]] | Exception, ...]] = {
    "toetus": (httpx.ReadTimeout("too slow"), httpx.RemoteProtocolError("the body ended too early")),
    "makse": ((429, {"headers": {"retry-after": "40"}}), (503, {}), (401, {})),
    "kiri": ((200, {"content": b'{"issues": [{"id"'}), (200, {"html": "<!DOCTYPE html>"})),
}
"""What a server that fails answers."""
WHEN_ASKED = ("source", "fact", "gap", "name", "meta", "generation")
"""Tables that tell when something was asked for, or remember what was told once."""


class World:
    """A Jira of three projects, one of which is not followed, and a cache that follows it."""

    def __init__(self, folder: Path) -> None:
        self.jira = FakeJira([], page_cap=3, projects={key: key for key in EVERY})
        self.desk = Cached(folder, self.jira, projects=list(OURS))
        self.folder = folder
        self.known: set[int] = set()
        self._numbers = dict.fromkeys(EVERY, 0)
        self._now = T0
        self._made = 0
        self.person = {"key": "mmaasikas", "name": "mmaasikas", "displayName": "Mari Maasikas"}
        self.status: dict[str, Any] = STATUSES[0]
        self.batches_left: int | None = None
        """How many batches the process still writes before it is killed; None where nobody kills it."""

    def tick(self) -> str:
        """The server's next moment; three of them stand in one second."""
        self._now += SECOND // 3
        return moment(self._now)

    def key(self, project: str) -> str:
        """The next key of a project."""
        self._numbers[project] += 1
        return f"{project}-{self._numbers[project]}"

    def make(self, project: str, word: str) -> None:
        """A new issue; its creation may lie far back, as that of an imported one does."""
        self._made += 1
        made = issue(self._made, self._now, summary=word, created=moment(T0 - self._made * 7 * 3_600 * SECOND))
        made["key"] = self.key(project)
        made["fields"] |= {"project": {"key": project}, "updated": self.tick()}
        said = {"id": str(self._made), "author": self.person, "created": moment(self._now), "body": "toetus"}
        made["fields"] |= {"assignee": self.person, "status": self.status}
        made["fields"] |= {"comment": {"comments": [said], "total": 1}}
        self.jira.issues.append(made)

    def some(self, which: int) -> dict[str, Any] | None:
        """An issue by a number that may be too large."""
        return self.jira.issues[which % len(self.jira.issues)] if self.jira.issues else None

    async def poll(self, hours: float = 0) -> None:
        """A poll that may fail, as the server's state wants it."""
        self._now += round(hours * 3_600 * SECOND)
        try:
            await self.desk.poll(hours=hours, batches=self.batches_left)
            is_over = self.batches_left is not None
        except SourceError as error:
            # The pause that was asked for is in real seconds: another process knows nothing of it.
            is_over = error.code == "paused"
        if is_over:
            self.desk.begin_process()
        self.batches_left = None
        self.known |= self.desk.shown().keys()

    def truth(self) -> dict[int, tuple[str, str, str, str]]:
        """Key, summary, status and assignee of everything that should be shown."""
        found = {}
        for each in self.jira.visible():
            if project_of(each) in OURS:
                fields = each["fields"]
                who = fields["assignee"]["displayName"]
                found[int(each["id"])] = (each["key"], fields["summary"], fields["status"]["name"], who)
        return found


def _make(world: World, which: int, word: str) -> None:
    world.make(EVERY[which % 3], word)


def _edit(world: World, which: int, word: str) -> None:
    if each := world.some(which):
        each["fields"] |= {"summary": word, "updated": world.tick()}


def _move(world: World, which: int, _word: str) -> None:
    """To another project; not every server dates that as an update."""
    if each := world.some(which):
        project = EVERY[which % 3]
        if project != project_of(each):
            each["key"] = world.key(project)
            each["fields"] |= {"project": {"key": project}}
            each["fields"] |= {"updated": world.tick()} if which % 2 else {}


def _delete(world: World, which: int, _word: str) -> None:
    if each := world.some(which):
        world.jira.issues.remove(each)


def _hide(world: World, which: int, _word: str) -> None:
    if each := world.some(which):
        world.jira.hidden ^= {each["id"]}


def _close(world: World, which: int, _word: str) -> None:
    key = EVERY[which % 3]
    world.jira.projects = {each: each for each in EVERY if (each in world.jira.projects) != (each == key)}


def _rename(world: World, which: int, word: str) -> None:
    if which % 2:
        world.person = {**world.person, "displayName": f"Mari {word.title()}"}
    else:
        world.status = {**world.status, "name": f"Töös {word}"}
        world.jira.answers["/rest/api/2/status"] = httpx.Response(200, json=[world.status])
    for each in world.jira.issues:
        each["fields"] |= {"assignee": world.person, "status": world.status}
        each["fields"]["comment"]["comments"][0]["author"] = world.person


def _break(world: World, which: int, word: str) -> None:
    """The server fails at its n-th search from now on, and is well after that."""
    left = which % 7

    def fail(fake: FakeJira) -> httpx.Response | None:
        nonlocal left
        left -= 1
        if left >= 0:
            return None
        fake.before_search = lambda _fake: None
        answer = ANSWERS[word][which % len(ANSWERS[word])]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer[0], **answer[1])

    world.jira.before_search = fail


def _answer_oddly(world: World, which: int, _word: str) -> None:
    """Pages are smaller or shorter than asked for, or back to front, until the server is asked to be well again."""
    world.jira.page_cap = 1 + which % 4
    world.jira.short_by = which % 3 % 2
    world.jira.is_turned = which % 5 == 0


def _restart(world: World, _which: int, _word: str) -> None:
    world.desk.begin_process()


def _kill(world: World, which: int, _word: str) -> None:
    """The process ends after so many batches of the next poll: what comes after them is never written."""
    world.batches_left = which % 6


Happening = tuple[Callable[[World, int, str], None], int, str]
happening = st.tuples(
    st.sampled_from(
        [_make, _make, _edit, _move, _delete, _hide, _close, _rename, _break, _answer_oddly, _restart, _kill]
    ),
    st.integers(0, 20),
    st.sampled_from(WORDS),
)
some_time = st.tuples(st.lists(happening, min_size=1, max_size=4), st.sampled_from([0.1, 0.1, 2.0, 25.0]))
"""What happens, and how many hours pass until the next poll."""


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(some_time, min_size=3, max_size=10))
async def test_after_a_quiet_day_the_cache_is_the_truth(times: list[tuple[list[Happening], float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for project in (*OURS, *EVERY):
            world.make(project, "makse")
        await world.poll()
        for happenings, hours in times:
            for act, which, word in happenings:
                act(world, which, word)
            await world.poll(hours=hours)
        world.jira.heal()
        for _poll in range(2):
            await world.poll(hours=25)
        assert_truth(world)
        await assert_as_if_read_anew(world)
        world.desk.close()
        connection = open_reader(world.folder / "cache.db", KEY)
        assert_kept_is_recounted(connection, WORDS)
        connection.close()


def assert_truth(world: World) -> None:
    truth = world.truth() if any(key in world.jira.projects for key in OURS) else {}
    columns = "id, key, summary, status_name, assignee"
    assert {row[0]: row[1:] for row in world.desk.ask(f"SELECT {columns} FROM ticket")} == truth
    assert world.desk.absent().keys() == world.known - truth.keys()
    lost = {project for (project,) in world.desk.ask("SELECT project FROM absence WHERE kind = 'lost'")}
    assert lost <= set(OURS) - world.jira.projects.keys()
    held = {ticket_id for ticket_id, kind in world.desk.absent().items() if kind is AbsenceKind.LOST}
    assert {row[0] for row in world.desk.ask("SELECT ticket_id FROM comment")} == truth.keys() | held


async def assert_as_if_read_anew(world: World) -> None:
    """Every column of every table is what a cache holds that begins now."""
    (world.folder / "fresh").mkdir()
    fresh = Cached(world.folder / "fresh", world.jira, projects=list(OURS))
    fresh.turn_to(world.desk)
    with suppress(SourceError):
        for _poll in range(2):
            await fresh.poll()
    fresh.close()
    files = [folder / "cache.db" for folder in (world.folder, world.folder / "fresh")]
    apart = differences(*(contents(file, KEY) for file in files))
    hidden = {row[0] for row in world.desk.ask("SELECT id FROM hidden_ticket")}
    # A ticket's that waits for its project are kept, and who begins now has never seen them.
    apart["comment"] = [row for row in apart.get("comment", []) if row[1] not in hidden]
    assert {name: rows for name, rows in apart.items() if rows and name not in WHEN_ASKED} == {}
