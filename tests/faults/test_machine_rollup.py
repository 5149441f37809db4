"""Killed while hours are rolled up: done again, they tell what they would have told."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlcipher3 import dbapi2

from data.store.driver import open_reader
from tests.faults.killing import KILLED
from tests.store.test_rollup import DAY_MS, MONDAY, filled, looks, measured, roll_up
from tests.store.world import KEY, places_in

if TYPE_CHECKING:
    from sqlite3 import Connection as Base
else:
    Base = dbapi2.Connection

POINTS = (
    "INSERT OR REPLACE INTO uptime_hours",
    "INSERT OR REPLACE INTO uptime_day",
    "INSERT OR REPLACE INTO rolled_up",
    "DELETE FROM result",
    "COMMIT",
)
NOW = MONDAY + 2 * DAY_MS


class Doomed(Base):
    """A connection on whose statement the process ends."""

    point = ""
    told: Path

    def execute(self, sql: str, *parameters: Any) -> Any:
        result = None if self.point == "COMMIT" == sql else super().execute(sql, *parameters)
        if self.point and sql.startswith(self.point):
            self.told.write_text(sql)
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return result


def killed_at(folder: Path, point: str, told: Path) -> None:
    """Rolls up in this process, which ends at `point`."""
    dbapi2.connect = partial(dbapi2.connect, factory=Doomed)
    writer = filled(folder, [])
    Doomed.point, Doomed.told = point, told
    roll_up(writer, NOW)


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_middle_it_is_rolled_up_again(tmp_path: Path, point: str) -> None:
    rows = looks(MONDAY, ("U" * 57 + "XX ") * 24)
    calm, killed, told = tmp_path / "calm", tmp_path / "killed", tmp_path / "told"
    for folder in (calm, killed):
        folder.mkdir()
        with closing(filled(folder, rows)) as writer:
            if folder == calm:
                roll_up(writer, NOW)
    process = multiprocessing.get_context("spawn").Process(target=killed_at, args=(killed, point, told))
    process.start()
    process.join(60)
    assert (process.exitcode, told.read_text()[: len(point)]) == (KILLED, point)
    assert table(killed, "rolled_up") == []
    assert len(table(killed, "result")) == len(rows)
    with closing(filled(killed, [])) as writer:
        roll_up(writer, NOW)
    for name in ("rolled_up", "result", "uptime_hours", "uptime_day", "good_minutes"):
        assert table(killed, name) == table(calm, name)
    assert measured(killed, NOW) == measured(calm, NOW)


def table(folder: Path, name: str) -> list[Any]:
    with closing(open_reader(places_in(folder).history, KEY)) as connection:
        return connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
