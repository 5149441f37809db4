"""Batch jobs for the screen: one that is late, one that went well."""

from __future__ import annotations

from data.checks.heartbeat import HeartbeatCheck
from data.job import JobRun, JobWatch
from data.model import ServiceState
from tests.tui.fakes import FakeReader
from tests.tui.world import DAY, MINUTE, NOW_MS, SERVICES, service

LATE_MS = NOW_MS - 44 * MINUTE
JOB_CHECKS = [
    HeartbeatCheck(name="Teavituste saatmine", schedule="30 8 * * *", rejects_at_most=48, file="teavitused.jsonl"),
    HeartbeatCheck(name="Maksefaili koostamine", schedule="30 5 * * 1-5", cutoff="07:00", file="maksefail.jsonl"),
]


def jobs_reader() -> FakeReader:
    """A store that knows two jobs among the other services."""
    late = service(
        "Teavituste saatmine",
        ServiceState.DEGRADED,
        group="batch",
        reason=f"job late {LATE_MS}",
        since_ms=LATE_MS + 15 * MINUTE,
        latency_ms=None,
        usual_latency_ms=None,
        url="30 8 * * * (Europe/Tallinn) teavitused.jsonl",
    )
    well = service("Maksefaili koostamine", group="batch", latency_ms=None, usual_latency_ms=None)
    reader = FakeReader(service_rows=(late, *SERVICES, well))
    began = [LATE_MS - day * DAY for day in range(20, 0, -1)]
    runs = tuple(
        JobRun(at_ms, at_ms + 5 * MINUTE, place != 7, 5_000 + 37 * place, None, place % 5)
        for place, at_ms in enumerate(began)
    )
    paid = JobRun(NOW_MS - 224 * MINUTE, NOW_MS - 212 * MINUTE, True, 141_207, 18_131_022.55, 3)
    reader.job_watches = {
        "Teavituste saatmine": JobWatch(began[0], runs),
        "Maksefaili koostamine": JobWatch(began[0], (paid,)),
    }
    return reader
