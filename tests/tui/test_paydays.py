"""What the desk says of pay-days: in the list, in the detail, in the strip, at the stand-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.job import JobRun, JobWatch
from data.language import use_language
from data.model import Attention, Overview
from data.payday import Payday, StageStanding, StageState
from data.rules.attention import attention
from data.rules.paydays import paydays
from tests.rules.test_jobs import at
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.paydays import PAYMENTS, threatened, watch
from tests.tui.world import NOW_MS, STILL
from tui.attention_lines import payday_line
from tui.format import Format
from tui.payday_words import short_standing, stage_words, standing, steps

FORM = Format(STILL)
WELL = {
    "Arvutus": watch(JobRun(at("2026-12-04 03:00"), at("2026-12-04 04:10"))),
    "Maksefail": watch(JobRun(at("2026-12-04 05:30"), at("2026-12-04 05:42"))),
    "Pank": watch(),
    "Tagasi": watch(),
}


@pytest.fixture(autouse=True)
def _estonian() -> None:
    use_language("et")


def first(*, now_ms: int = NOW_MS, **jobs: JobWatch) -> Payday:
    """The pay-day of 8 December, with what is known of these jobs."""
    return paydays(PAYMENTS, {**WELL, **jobs}, (), now_ms)[0]


def line_of(overview: Overview) -> str:
    what, more = payday_line(FORM, overview.attention[0])
    return "  ".join("".join(text for text, _role in part) for part in (what, more))


def test_a_payday_on_its_way() -> None:
    told = first()
    assert standing(FORM, told) == ("pank: algab E 7.12 07:00", "quiet")
    assert short_standing(FORM, told) == "pank E 7.12 07:00"
    assert [stage_words(FORM, stage) for stage in told.stages] == [
        "tehtud 04:10",
        "tehtud 05:42",
        "algab E 7.12 07:00",
        "algab K 9.12 16:30",
    ]
    named = "".join(text for text, _role in steps(FORM, told, is_named=True))
    assert named == "● arvutus  ● fail  ○ pank  ○ tagasi laekunud"
    assert "".join(text for text, _role in steps(FORM, told, is_named=False)) == "●●○○"


@pytest.mark.parametrize(
    ("runs", "words", "role"),
    [
        ([], "fail: ei alanud kella 05:30-ks", "bad"),
        ([JobRun(at("2026-12-04 05:30"))], "fail: ei lõppenud kella 07:00-ks", "bad"),
        ([JobRun(at("2026-12-04 05:30"), at("2026-12-04 05:31"), False)], "fail: lõppes veaga 05:31", "bad"),
    ],
)
def test_a_stage_that_goes_wrong(runs: list[JobRun], words: str, role: str) -> None:
    told = first(Maksefail=watch(*runs))
    assert standing(FORM, told) == (words, role)
    assert short_standing(FORM, told) == "fail hilineb"


def test_a_stage_that_goes_on() -> None:
    told = first(now_ms=at("2026-12-04 05:45"), Maksefail=watch(JobRun(at("2026-12-04 05:30"))))
    assert standing(FORM, told) == ("fail: käib alates 05:30", "quiet")


def test_yesterday_is_told_with_its_day() -> None:
    (stage, *_rest) = first(Arvutus=watch()).troubled
    later = stage._replace(starts_ms=at("2026-12-02 03:00"))
    assert stage_words(FORM, later) == "ei alanud 2.12 kella 03:00-ks"


def test_what_is_not_watched_is_not_called_well() -> None:
    told = first()._replace(stages=tuple(stage._replace(state=StageState.UNKNOWN) for stage in first().stages))
    assert standing(FORM, told) == ("arvutus: teadmata: tööd ei ole nähtud", "warn")
    bare = told.stages[0]._replace(check="")
    assert stage_words(FORM, bare) == "teadmata: tööd ei jälgita"


def test_a_service_that_is_down_threatens_it() -> None:
    told = paydays(PAYMENTS, WELL, ("SKAIS1 maksed",), NOW_MS)[0]
    assert told.is_threatened
    assert standing(FORM, told) == ("ei tööta: SKAIS1 maksed", "bad")
    overview = attention((), (), (), (), (), (), NOW_MS, [told])
    assert line_of(overview) == "Peretoetused 8.12 on ohus  SKAIS1 maksed ei tööta  4 päeva pärast"
    assert overview.attention[0].target == f"payday:{told.id}"


def test_a_stage_that_is_late_threatens_it() -> None:
    overview = attention((), (), (), (), (), (), NOW_MS, [first(Arvutus=watch())])
    assert line_of(overview) == "Peretoetused 8.12 on ohus  arvutus hilineb  4 päeva pärast"
    failed = first(Arvutus=watch(JobRun(at("2026-12-04 03:00"), at("2026-12-04 03:01"), False)))
    assert "arvutus lõppes veaga" in line_of(attention((), (), (), (), (), (), NOW_MS, [failed]))


def test_a_step_of_today_is_told_with_the_time_that_is_left() -> None:
    morning = at("2026-12-07 06:14")
    told = first(now_ms=morning)
    (line,) = attention((), (), (), (), (), (), morning, [told]).attention
    assert isinstance(line, Attention)
    assert (line.detail, line.at_ms) == ("pank", at("2026-12-07 07:00"))
    assert attention((), (), (), (), (), (), NOW_MS, [first()]).attention == ()


def test_the_words_of_a_step_of_today() -> None:
    step = attention((), (), (), (), (), (), NOW_MS, [first(now_ms=NOW_MS)._replace(stages=_today(first()))])
    assert line_of(step) == "Peretoetused: pank täna 16:00  6:46 jäänud"


def _today(payday: Payday) -> tuple[StageStanding, ...]:
    stages = list(payday.stages)
    stages[2] = stages[2]._replace(starts_ms=at("2026-12-04 16:00"))
    return tuple(stages)


async def test_f3_opens_the_list_and_a_line_of_the_strip_its_payday(tmp_path: Path) -> None:
    rows = threatened()
    overview = attention((), (), (), (), (), (), NOW_MS, rows)
    reader = FakeReader(payday_rows=rows, attention_rows=overview.attention)
    app = make_desk(tmp_path, reader, payments=PAYMENTS)
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        assert "⚑ Peretoetused 8.12 on ohus" in words_on_screen(app)
        await pilot.press("enter")
        await until(pilot, lambda: "ETAPID" in words_on_screen(app))
        assert "ei alanud kella 03:00-ks" in words_on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "VAJAB TÄHELEPANU" in words_on_screen(app))
        await pilot.press("f3")
        await until(pilot, lambda: "6 ees · 1 ohus" in words_on_screen(app))
        await pilot.press("f9")
        await until(pilot, lambda: "MIS MUUTUS" in words_on_screen(app))
        await pilot.press("right", "right")
        await until(pilot, lambda: "MIS HILINEB" in words_on_screen(app))
        assert "Peretoetused  T 8.12  arvutus: ei alanud kella 03:00-ks" in words_on_screen(app)


async def test_without_payments_it_is_told_how_to_name_them(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader())
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        await pilot.press("f3")
        await until(pilot, lambda: "[payments.NIMI]" in words_on_screen(app))
