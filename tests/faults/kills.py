"""Many kills of the sync over a world that people go on editing, and the proof that nothing was lost or doubled."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.contents import contents, differences
from tests.faults.killing import Point, ends_at
from tests.faults.truth import assert_true
from tests.upstream import KEY, SyncedDesk, Upstream

KILLS_BETWEEN_PROOFS = 25
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
        self.server.admin("settings", {"page_cap": 40})
        assert self._calm.once() == 0
        self._keys: list[str] = sorted(row[1] for row in contents(self._calm.places.cache, KEY)["ticket"])
        self._hidden: list[str] = []

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
        # Fewer go than come: a census rightly doubts that half a project is gone at once.
        come = (self._open, self._open, self._open, self._touch, self._rewrite, self._rewrite, self._rewrite)
        acts = (*come, self._delete, self._move, self._hide, self._show)
        for _each in range(self._chance.randrange(1, 4)):
            self.edits += 1
            self._chance.choice(acts)()

    def _open(self) -> None:
        made = {"summary": f"Pilet {self.edits}", "comments": [f"Märkus {self.edits}"]}
        self._keys.append(self.server.admin("issue", made)["key"])

    def _touch(self) -> None:
        self.server.admin("touch", {"project": "SKAH", "count": self._chance.randrange(2, 40)})

    def _rewrite(self) -> None:
        key = self._chance.choice(self._keys)
        self.server.admin(f"issue/{key}", {"summary": f"Uus {self.edits}", "comment": "Ja veel"})

    def _delete(self) -> None:
        self.server.admin(f"issue/{self._taken()}", method="DELETE")

    def _move(self) -> None:
        # Maintenance tickets: the simulator leaves the old key of a moved epic in its parts.
        key = self._taken("SKAH")
        self._keys.append(self.server.admin(f"issue/{key}/move", {"project": "PERE"})["key"])

    def _hide(self) -> None:
        self._hidden.append(self._taken())
        self.server.admin(f"issue/{self._hidden[-1]}/right", method="DELETE")

    def _show(self) -> None:
        if self._hidden:
            self._keys.append(self._hidden.pop())
            self.server.admin(f"issue/{self._keys[-1]}/right")

    def _taken(self, project: str = "") -> str:
        key = self._chance.choice([key for key in self._keys if key.startswith(project)])
        self._keys.remove(key)
        return key

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
        """After a quiet day both have what the server has, and nothing of it twice."""
        self.proofs += 1
        self._calm.later(25)
        self._killed.passed_ms = self._calm.passed_ms
        self._killed.write()
        for desk in (self._killed, self._calm, self._killed, self._calm):
            assert desk.once() == 0, desk.reports
        assert_true(self._killed)
        found = [contents(desk.places.cache, KEY) for desk in (self._killed, self._calm)]
        assert not (apart := differences(*found)), f"seed {self.seed}, after {self.kills}: {apart}"

    def close(self) -> None:
        """Lets go of the files."""
        for desk in (self._killed, self._calm):
            desk.close()
            shutil.rmtree(desk.folder)
