"""`python -m data.sync`: the sync process as a desk starts it, or by hand."""

from __future__ import annotations

import argparse
import os
import sys

from data.config import ConfigError, load
from data.paths import places
from data.secrets import SecretError, store_key
from data.sync.ends import code_of
from data.sync.process import run
from data.sync.report import SourceReport


def main(arguments: list[str] | None = None) -> int:
    """Runs the sync; 0 when it was stopped, 2 for wrong usage, else what `data.sync.ends` knows."""
    parser = argparse.ArgumentParser(prog="python -m data.sync", description=__doc__)
    parser.add_argument("--config")
    parser.add_argument("--data-dir")
    parser.add_argument("--once", action="store_true", help="poll each source once and end")
    parser.add_argument("--owned", action="store_true", help="end a minute after the last desk has closed")
    options = parser.parse_args(arguments)
    where = places(options.config, options.data_dir)
    try:
        config = load(where.config_file)
        key = store_key(where, create=True, demo=config.demo)
    except (ConfigError, SecretError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return code_of("config" if isinstance(error, ConfigError) else "secret")
    return run(config, where, key, once=options.once, owned=options.owned, report=_print)


def _print(report: SourceReport) -> None:
    if report.is_finished and report.error_code:
        print(f"{report.name}: {report.error_detail}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed by now; an ordinary end would wait for look-ups of names that hang.
    os._exit(code)
