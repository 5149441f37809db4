"""`python -m tests.soak [kills] [seed]`: the test of kills for as long as one likes; 10,000 by default."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.kills import Tormented
from tests.upstream import upstream


def main(kills: int = 10_000, seed: int | None = None) -> None:
    """Prints the seed first, so that a failure can be had again, and the counts at the end."""
    seed = random.randrange(2**32) if seed is None else seed
    print(f"seed {seed}, {kills} kills", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, upstream(tickets=40) as server:
        torment = Tormented(server, Path(folder), seed)
        torment.run(kills)
    for point, count in sorted(torment.kills.items()):
        print(f"{count:6} {point}")
    print(f"{sum(torment.kills.values())} kills, {torment.edits} edits, {torment.proofs} proofs, no difference")
    print(f"seed {seed}, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
