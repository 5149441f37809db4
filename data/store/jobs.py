"""What the history file tells of batch jobs."""

from __future__ import annotations

import json
from typing import Any

from data.job import JobRun, JobWatch
from data.store.driver import Connection

FACT = "job."
"""Begins the names of the facts in which the source keeps the runs."""


def load_jobs(connection: Connection) -> dict[str, JobWatch]:
    """What is known of the runs of each job, by the name of its check."""
    rows = connection.execute(
        "SELECT name, value FROM fact WHERE source = 'checks' AND name >= ? AND name < ?", (FACT, FACT[:-1] + "/")
    )
    return {name[len(FACT) :]: _watch(*json.loads(value)) for name, value in rows}


def _watch(since_ms: int, runs: list[list[Any]]) -> JobWatch:
    return JobWatch(since_ms, tuple(JobRun(*run) for run in runs))
