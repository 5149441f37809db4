"""Batch jobs and pay-days on the command line: what the configuration may say, `show` and `check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from data.clock import tallinn
from data.config import Config, ConfigError
from data.payday import Payment
from tests.cli.conftest import Run
from tests.upstream import SyncedDesk, upstream

JOB = '[[check]]\ntype = "heartbeat"\nname = "Arvutus"\nschedule = "0 1 * * *"\nfile = "arvutus.jsonl"\n'
BANK = '[[check]]\nname = "Pank"\nurl = "https://pank.example"\n'
STAGE = "[[payments.pere.stages]]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("payments = 3", "[payments]: must be a section"),
        ("[payments]\npere = 3", "[payments.pere]: must be a section"),
        ("[payments.pere]\n", "[payments.pere]: the key “day” is missing"),
        ("[payments.pere]\nday = 32\n", "[payments.pere] day: write a day of the month from 1 to 31, or “last”."),
        ('[payments.pere]\nday = "first"\n', "[payments.pere] day: write a day of the month"),
        ("[payments.pere]\nday = 8\nmonths = [13]\n", "[payments.pere] months #1: must be at most 12"),
        ('[payments.pere]\nday = 8\nrule = "later"\n', "[payments.pere] rule: “later” is not on offer"),
        ('[payments.pere]\nday = 8\nservices = ["Pnak"]\n', "no check “Pnak”. Did you mean “Pank”?"),
        (f'[payments.pere]\nday = 8\n{STAGE}name = "a"\n', "[[payments.pere.stages]] 1: give starts, due or both."),
        (
            f'[payments.pere]\nday = 8\n{STAGE}name = "a"\nstarts = "kell 3"\n',
            "[[payments.pere.stages]] 1 starts: write working days from the pay-day and a time, as -2 16:00.",
        ),
        (
            f'[payments.pere]\nday = 8\n{STAGE}name = "a"\ndue = "-2 26:00"\n',
            "[[payments.pere.stages]] 1 due: write working days",
        ),
        (
            f'[payments.pere]\nday = 8\n{STAGE}name = "a"\ndue = "-2 16:00"\ncheck = "Pank"\n',
            "[[payments.pere.stages]] 1 check: “Pank” is no batch job",
        ),
        (
            f'[payments.pere]\nday = 8\n{STAGE}name = "a"\ndue = "-2 16:00"\ncheck = "Arvutis"\n',
            "[[payments.pere.stages]] 1 check: there is no check “Arvutis”. Did you mean “Arvutus”?",
        ),
        (
            f'[payments.pere]\nday = 8\n{STAGE}name = "a"\ndue = "1 16:00"\n{STAGE}name = "a"\ndue = "2 16:00"\n',
            "[payments.pere] stages: “a” stands there twice.",
        ),
    ],
)
def test_what_is_wrong_with_a_payment_is_told_with_its_place(
    loaded: Callable[[str], Config], text: str, told: str
) -> None:
    # What stands before the first section of the others comes first in TOML.
    whole = f"{text}\n{JOB}{BANK}" if text.startswith("payments") else f"{JOB}{BANK}{text}"
    with pytest.raises(ConfigError) as caught:
        loaded(whole)
    assert any(told in problem for problem in caught.value.problems), caught.value.problems


def test_a_payment_is_read(loaded: Callable[[str], Config]) -> None:
    config = loaded(f'{JOB}{BANK}[payments.pere]\nday = "last"\n{STAGE}name = "a"\ndue = "-2 16:00"\ncheck = "Arvutus"')
    payment = config.payments["pere"]
    assert isinstance(payment, Payment)
    assert (payment.day, payment.needed) == ("last", ("Arvutus",))


def test_jobs_and_paydays_are_shown(run: Run, tmp_path: Path) -> None:
    with upstream() as server:
        desk = SyncedDesk(server, tmp_path, calendar="")
        now = tallinn(desk.config.domain_clock().now_ms())
        began = (now - timedelta(hours=2)).isoformat(timespec="seconds")
        ended = (now - timedelta(hours=1)).isoformat(timespec="seconds")
        (tmp_path / "arvutus.jsonl").write_text(
            json.dumps({"began": began, "ended": ended, "rows": 7, "sum": 12.5}) + "\n", "utf-8"
        )
        schedule = f"{(now - timedelta(hours=2)).minute} {(now - timedelta(hours=2)).hour} * * *"
        desk.checks = (
            JOB.replace("0 1 * * *", schedule)
            + f'[payments.pere]\ntitle = "Peretoetused"\nday = "last"\n{STAGE}name = "arvutus"\n'
            + 'starts = "0 03:00"\ncheck = "Arvutus"\n'
        )
        desk.write()
        assert desk.once() == 0
        where = ("--config", str(desk.places.config_file), "--data-dir", str(desk.places.data_dir))

        shown = json.loads(run("show", "services", "--json", *where).stdout)
        job = shown["rows"][0]["job"]
        assert shown["rows"][0]["state"] == "up"
        assert job["standing"]["state"] == "waiting"
        assert (job["standing"]["run"]["rows"], job["standing"]["run"]["total"]) == (7, 12.5)
        assert job["plan"]["schedule"] == schedule
        assert job["plan"]["grace_ms"] == 900_000
        assert job["runs"][0]["began"].startswith(began[:16])

        checked = run("check", "Arvutus", *where)
        assert checked.returncode == 0
        assert "Last run" in checked.stdout
        assert "Next run" in checked.stdout

        paid = json.loads(run("show", "paydays", "--json", *where).stdout)
        assert paid["rows"][0]["title"] == "Peretoetused"
        assert paid["rows"][0]["stages"][0]["name"] == "arvutus"
        table = run("show", "paydays", *where)
        assert table.returncode == 0
        assert "Peretoetused" in table.stdout

        desk.checks = JOB
        desk.write()
        without = run("show", "paydays", *where)
        assert without.returncode != 0
        assert "[payments.NAME]" in without.stderr
