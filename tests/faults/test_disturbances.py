"""What befalls a Jira goes on for as long as one likes, however few of its tickets are left to take."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from data.simulator import catalog
from tests.faults.disturbances import FOLLOWED, Disturbances
from tests.upstream import Upstream, upstream


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=40) as running:
        yield running


@pytest.mark.parametrize(("act", "come"), [("_delete", []), ("_leave", []), ("_hide", []), ("_move", [catalog.PERE])])
def test_a_ticket_is_opened_where_none_is_left_to_take(server: Upstream, act: str, come: list[str]) -> None:
    def seen() -> dict[str, str]:
        every = server.admin("truth", method="GET")["ticket"]
        return {each["key"]: each["project"] for each in every if each["project"] in FOLLOWED}

    before = seen()
    getattr(Disturbances(server, random.Random(1), []), act)()
    after = seen()
    assert set(before) <= set(after)
    assert [project for key, project in after.items() if key not in before] == come
