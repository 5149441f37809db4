"""The sync killed at every point of a write: after the next poll the cache is as if nothing had happened."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.contents import contents, differences
from tests.faults.killing import End, Point, end_of
from tests.faults.kills import Tormented
from tests.faults.rows import holds
from tests.upstream import KEY, SyncedDesk, Upstream, upstream

KILLS = 200


@pytest.fixture
def server() -> Iterator[Upstream]:
    with upstream(tickets=40) as running:
        yield running


@pytest.mark.parametrize("point", list(Point))
@pytest.mark.parametrize("nth", [1, 2])
def test_a_kill_at_a_named_point_costs_nothing(server: Upstream, tmp_path: Path, point: Point, nth: int) -> None:
    server.admin("settings", {"page_cap": 15})
    desks = []
    for name in ("killed", "calm"):
        (tmp_path / name).mkdir()
        desks.append(SyncedDesk(server, tmp_path / name, calendar=""))
    killed, calm = desks

    assert end_of(killed.places.config_file, killed.places.data_dir, KEY, point, nth) is End.KILLED
    assert killed.once() == 0
    assert calm.once() == 0
    assert not differences(contents(killed.places.cache, KEY), contents(calm.places.cache, KEY))


@holds(
    "killed anywhere: before a transaction, in it, around its end, in a change of schema, in the search index",
    "goes on where it stood, each record once",
)
def test_two_hundred_kills_lose_nothing_and_double_nothing(
    server: Upstream, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED", random.randrange(2**32)))
    print(f"seed {seed}")
    torment = Tormented(server, tmp_path, seed)

    torment.run(KILLS)
    record_property("told", torment.told())
    assert torment.kills.total() >= KILLS
    assert set(+torment.kills) == set(Point)
    assert torment.failures
