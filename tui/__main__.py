"""`peakasutaja`: the entry point. The version is told before anything else is imported."""

from __future__ import annotations

import sys

from data import __version__


def main() -> int:
    """Runs the command line of this process; returns the exit code (0 well, 1 something is wrong, 2 wrong usage)."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"peakasutaja {__version__}\n")
        return 0
    from tui.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
