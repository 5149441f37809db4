"""Many kills of the sync over a Jira that is never left in peace, and the proof that nothing was lost or doubled."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from data.store.driver import open_reader
from tests.faults.contents import contents, differences
from tests.faults.disturbances import FOLLOWED, Disturbances
from tests.faults.killing import End, Point, end_of
from tests.faults.truth import assert_true
from tests.store.recount import assert_kept_is_recounted
from tests.upstream import KEY, SyncedDesk, Upstream

KILLS_BETWEEN_PROOFS = 25
TIMEOUT = 3
"""Seconds that a desk waits for an answer, of which some drip or come late."""
_PLACES_OF_KILLS = (Point.BEGIN, Point.ROWS, Point.SEARCH, Point.COMMIT, Point.COMMITTED)


@dataclass
class Tormented:
    """One desk whose sync is killed again and again, beside one that is left in peace; `seed` decides everything."""

    server: Upstream
    folder: Path
    seed: int
    kills: Counter[Point] = field(default_factory=Counter)
    failures: int = 0
    """Polls that went to their end and told a fault."""
    proofs: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._killed, self._calm = (self._desk(name) for name in ("killed", "calm"))
        self.server.admin("settings", {"page_cap": 40})
        assert self._calm.once() == 0
        keys = sorted(row[1] for row in contents(self._calm.places.cache, KEY)["ticket"])
        self.world = Disturbances(self.server, self._chance, keys)

    def run(self, kills: int) -> None:
        """Kills so many times, with much happening between, and proves now and then that both caches are true."""
        started = time.monotonic()
        while self.kills.total() < kills:
            for _turn in range(KILLS_BETWEEN_PROOFS):
                self.world.happen()
                if self._chance.random() < 0.05:
                    self._begin_anew()
                self._kill()
            self._prove()
        self.seconds += time.monotonic() - started

    def told(self) -> str:
        """What was done so far, in one line."""
        done = f"{self.kills.total()} kills, {self.world.edits} edits, {self.world.faults} faults of the server"
        return f"{done}, {self.failures} polls failed, {self.proofs} proofs in {self.seconds:.0f} s"

    def _desk(self, name: str) -> SyncedDesk:
        folder = self.folder / name
        folder.mkdir()
        return SyncedDesk(self.server, folder, calendar="", timeout=TIMEOUT)

    def _begin_anew(self) -> None:
        """The cache may be deleted at any moment: then the schema is made anew, and that is killed too."""
        for file in self._killed.places.data_dir.glob("cache.db*"):
            file.unlink()
        self._count(Point.MIGRATION, self._chance.randrange(1, 30))

    def _kill(self) -> None:
        self._count(self._chance.choice(_PLACES_OF_KILLS), self._chance.choice((1, 1, 2, 3, 5)))

    def _count(self, point: Point, nth: int) -> None:
        places = self._killed.places
        end = end_of(places.config_file, places.data_dir, KEY, point, nth)
        self.kills[point] += end is End.KILLED
        self.failures += end is End.FAILED

    def _prove(self) -> None:
        """After a quiet day both have what the server shows, and nothing of it twice; also of what was closed."""
        self.proofs += 1
        self.world.heal()
        self._pass_a_quiet_day()
        if self.world.closed:
            self.world.open()
            self._pass_a_quiet_day()
        found = [contents(desk.places.cache, KEY) for desk in (self._killed, self._calm)]
        assert not (apart := differences(*found)), f"seed {self.seed}, after {self.told()}: {apart}"

    def _pass_a_quiet_day(self) -> None:
        self._calm.later(25)
        self._killed.passed_ms = self._calm.passed_ms
        self._killed.write()
        for desk in (self._killed, self._calm, self._killed, self._calm):
            assert desk.once() == 0, (self.seed, desk.reports)
        for desk in (self._killed, self._calm):
            assert_true(desk, *(each for each in FOLLOWED if each != self.world.closed))
            with closing(desk.reader()) as reader:
                (state,) = reader.sources()
            told = [(gap.reference, gap.reason) for gap in state.gaps]
            assert told == [(self.world.closed, "unreadable")] * bool(self.world.closed), (self.seed, told)
            with closing(open_reader(desk.places.cache, KEY)) as connection:
                assert_kept_is_recounted(connection, ())

    def close(self) -> None:
        """Lets go of the files."""
        for desk in (self._killed, self._calm):
            desk.close()
            shutil.rmtree(desk.folder)
