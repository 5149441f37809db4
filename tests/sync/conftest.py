"""A small simulated world and a desk over it, shared by the tests of a file where they leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upstream import SyncedDesk, Upstream, upstream


@pytest.fixture
def server() -> Iterator[Upstream]:
    with upstream() as running:
        yield running


@pytest.fixture
def desk(server: Upstream, tmp_path: Path) -> Iterator[SyncedDesk]:
    made = SyncedDesk(server, tmp_path)
    yield made
    made.close()
