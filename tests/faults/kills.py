"""Many kills of the sync over a world that people go on editing, and the proof that nothing was lost or doubled."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.contents import contents, differences
from tests.faults.killing import Point, ends_at
from tests.upstream import KEY, SyncedDesk, Upstream

KILLS_BETWEEN_PROOFS = 10
_PLACES_OF_KILLS = (Point.BEGIN, Point.ROWS, Point.SEARCH, Point.COMMIT, Point.COMMITTED)


@dataclass
class Tormented:
    """One desk whose sync is killed again and again, beside one that is left in peace; `seed` decides everything."""

    server: Upstream
    folder: Path
    seed: int
    kills: dict[Point, int] = field(default_factory=dict)
    edits: int = 0
    proofs: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._killed, self._calm = (self._desk(name) for name in ("killed", "calm"))
        self.server.admin("settings", {"page_cap": 15})
        assert self._calm.once() == 0
        self._keys = sorted(row[1] for row in contents(self._calm.places.cache, KEY)["ticket"])

    def run(self, kills: int) -> None:
        """Kills so many times, with edits between, and proves now and then that the two caches are equal."""
        while sum(self.kills.values()) < kills:
            for _turn in range(KILLS_BETWEEN_PROOFS):
                self._edit()
                if self._chance.random() < 0.05:
                    self._begin_anew()
                self._kill()
            self._prove()

    def _desk(self, name: str) -> SyncedDesk:
        folder = self.folder / name
        folder.mkdir()
        return SyncedDesk(self.server, folder, calendar="")

    def _edit(self) -> None:
        """What people do in Jira between two polls."""
        self.server.admin("skip", {"ms": self._chance.randrange(1, 600_000)})
        for _each in range(self._chance.randrange(1, 4)):
            self.edits += 1
            how = self._chance.randrange(4)
            if how == 0:
                made = {"summary": f"Pilet {self.edits}", "comments": [f"Märkus {self.edits}"]}
                self._keys.append(self.server.admin("issue", made)["key"])
            elif how == 1:
                self.server.admin("touch", {"project": "SKAH", "count": self._chance.randrange(2, 40)})
            else:
                self.server.admin(
                    f"issue/{self._chance.choice(self._keys)}", {"summary": f"Uus {self.edits}", "comment": "Ja veel"}
                )

    def _begin_anew(self) -> None:
        """The cache may be deleted at any moment: then the schema is made anew, and that is killed too."""
        for file in self._killed.places.data_dir.glob("cache.db*"):
            file.unlink()
        self._count(Point.MIGRATION, self._chance.randrange(1, 30))

    def _kill(self) -> None:
        self._count(self._chance.choice(_PLACES_OF_KILLS), self._chance.choice((1, 1, 2, 3, 5)))

    def _count(self, point: Point, nth: int) -> None:
        places = self._killed.places
        if ends_at(places.config_file, places.data_dir, KEY, point, nth):
            self.kills[point] = self.kills.get(point, 0) + 1

    def _prove(self) -> None:
        self.proofs += 1
        for desk in (self._killed, self._calm):
            assert desk.once() == 0, desk.reports
        found = [contents(desk.places.cache, KEY) for desk in (self._killed, self._calm)]
        assert not (apart := differences(*found)), f"seed {self.seed}, after {self.kills}: {apart}"
        assert found[0]["ticket"]

    def close(self) -> None:
        """Lets go of the files."""
        for desk in (self._killed, self._calm):
            desk.close()
            shutil.rmtree(desk.folder)
