"""`python -m tests.soak [kills] [seed]`: the test of kills for as long as one likes; 10,000 by default."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.kills import Tormented
from tests.upstream import upstream

KILLS_IN_A_WORLD = 500
"""A proof compares everything there is, so in one world that only grows each kill would cost more than the last."""


def main(kills: int = 10_000, seed: int | None = None) -> None:
    """One world after another, the first of `seed` and each next of the number that follows it.

    Prints the seed of a world before its first kill, so that a failure can be had again with that seed alone, and the
    counts at the end.
    """
    seed = random.randrange(2**32) if seed is None else seed
    started = time.monotonic()
    total: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    while (done := total.total()) < kills:
        print(f"{done} of {kills} kills after {time.monotonic() - started:.0f} s; seed {seed}", flush=True)
        with tempfile.TemporaryDirectory() as folder, upstream(tickets=40) as server:
            torment = Tormented(server, Path(folder), seed)
            torment.run(min(KILLS_IN_A_WORLD, kills - done))
        print(torment.told(), flush=True)
        total.update(torment.kills)
        world, seed = torment.world, seed + 1
        beside.update(edits=world.edits, faults=world.faults, failures=torment.failures, proofs=torment.proofs)
    for point, count in sorted(total.items()):
        print(f"{count:6} {point}")
    seconds = time.monotonic() - started
    pace = 60 * total.total() / seconds
    print(
        f"{total.total()} kills, {beside['edits']} edits, {beside['faults']} faults of the server,"
        f" {beside['failures']} polls failed, {beside['proofs']} proofs, no difference in {seconds:.0f} s:"
        f" {pace:.0f} kills a minute"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
