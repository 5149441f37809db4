"""Pay-days for the screen: one on its way, one that is threatened, one that nothing is known of."""

from __future__ import annotations

from data.clock import tallinn
from data.job import JobRun, JobWatch
from data.payday import Payday, Payment, PaymentStage
from data.rules.paydays import paydays
from tests.tui.world import DAY, NOW_MS

HOUR = 3_600_000
STAGES = (
    PaymentStage("arvutus", "-2 03:00", "-2 06:00", "Arvutus"),
    PaymentStage("fail", "-2 05:30", "-2 07:00", "Maksefail"),
    PaymentStage("pank", "-1 07:00", "-1 16:00", "Pank"),
    PaymentStage("tagasi laekunud", "1 16:30", "", "Tagasi"),
)
PAYMENTS = {
    "peretoetused": Payment(8, "Peretoetused", services=("SKAIS1 maksed",), stages=STAGES),
    "elatisabi": Payment(20, "Elatisabi", rule="next", services=("SKAIS1 maksed",), stages=STAGES[1:]),
    "jarelmaksed": Payment("last", "Järelmaksed", rule="next_within_2"),
}


def watch(*runs: JobRun) -> JobWatch:
    """A job that was watched for a month."""
    return JobWatch(NOW_MS - 30 * DAY, runs)


def on_its_way() -> tuple[Payday, ...]:
    """On Friday morning: computed, and the file is just made."""
    night = NOW_MS - 6 * HOUR
    jobs = {
        "Arvutus": watch(JobRun(night, night + HOUR)),
        "Maksefail": watch(JobRun(NOW_MS - 2 * HOUR)),
        "Pank": watch(),
        "Tagasi": watch(),
    }
    return paydays(PAYMENTS, jobs, (), NOW_MS - 150 * 60_000)


def threatened() -> tuple[Payday, ...]:
    """The same morning: the computing has not begun, and what pays is down."""
    jobs = {name: watch() for name in ("Arvutus", "Maksefail", "Pank", "Tagasi")}
    assert tallinn(NOW_MS).isoweekday() == 5
    return paydays(PAYMENTS, jobs, ("SKAIS1 maksed",), NOW_MS)
