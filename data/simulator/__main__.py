"""`python -m data.simulator`: the demo's upstream systems alone, with a ready configuration on standard output."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime

from data.clock import Clock, epoch_ms
from data.simulator.serve import serve
from data.simulator.world import DEFAULT_TICKETS


def clock_at(moment: datetime | None, speed: float) -> Clock:
    """A clock that shows `moment` now (real time for None; naive is Europe/Tallinn) and runs `speed` times as fast."""
    real_ms = time.time_ns() // 1_000_000
    return Clock(real_ms if moment is None else epoch_ms(moment), real_ms, speed)


def main(arguments: list[str] | None = None) -> int:
    """Serves until stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tickets", type=int, default=DEFAULT_TICKETS)
    parser.add_argument("--comments", type=int, default=0, help="at least; 0 leaves each ticket its own story")
    parser.add_argument("--at", type=datetime.fromisoformat, help="when the demo begins, ISO 8601")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--certificate", metavar="PEM", help="key and certificate of a second port over TLS")
    parser.add_argument("--admin", action="store_true", help="routes by which tests disturb the world")
    parser.add_argument("--faults", action="store_true", help="much goes wrong by itself")
    parser.add_argument("--until-stdin-ends", action="store_true")
    options = parser.parse_args(arguments)
    serve(
        options.seed, options.tickets, clock_at(options.at, options.speed), options.port, _print,
        admin=options.admin, until_stdin_ends=options.until_stdin_ends, comments=options.comments,
        certificate=options.certificate, faults=options.faults,
    )  # fmt: skip
    return 0


def _print(configuration: str) -> None:
    # Windows writes redirected output in the local code page otherwise, and the names of services hold õ and ä.
    sys.stdout.buffer.write(configuration.encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
