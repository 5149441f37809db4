"""Uptime as it is read: shares that are never rounded up, bars for the room there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.language import use_language
from data.uptime import Measured
from tests.tui.fakes import make_desk, until, words_on_screen
from tests.tui.measured import MEASURED
from tests.tui.world import SERVICES, STILL
from tui.format import Format, percent
from tui.screens.uptime_blocks import uptime_blocks
from tui.widgets.document import lay_out

FORM = Format(STILL)


def lines(width: int, measured: Measured = MEASURED, form: Format = FORM) -> list[str]:
    laid = lay_out(uptime_blocks(form, measured), width)
    return ["".join(text for text, _role in line.left) for line in laid]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (1.0, "100 %"),
        (0.99999, "99,99 %"),
        (0.9995, "99,95 %"),
        (0.99, "99,00 %"),
        (0.98999, "98,9 %"),
        (0.981, "98,1 %"),
        (0.5, "50,0 %"),
        (0.0, "0,0 %"),
    ],
)
def test_a_share_is_never_rounded_up(share: float, told: str) -> None:
    use_language("et")
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == told


@pytest.mark.parametrize("width", [50, 60, 78, 110, 200])
def test_every_period_fits_and_has_bars_of_the_same_length(width: int) -> None:
    use_language("et")
    shown = lines(width)
    assert [line[:8].strip() for line in shown[1:]] == ["24 h", "7 p", "30 p", "90 p", "kiirus"]
    assert all(len(line) <= width for line in shown)
    assert len({line.index("   ", 16) for line in shown[1:]}) == 1
    assert len(set(map(len, shown[1:-1]))) == 1
    assert ("mõõdetud" in shown[1]) == (width > 60)
    assert "tööajal 97,0 %" in shown[1]


def test_what_was_not_measured_is_told_by_dots() -> None:
    use_language("et")
    day, quarter = lines(110)[1], lines(110)[4]
    assert "·" in day
    assert "╌" in day
    assert "mõõdetud 95,8 %" in day
    assert quarter[8:40] == "·" * 32
    assert "98,3 %" in quarter


def test_too_little_measured_has_no_share() -> None:
    use_language("et")
    first, *rest = MEASURED.uptimes
    thin = first._replace(sums=first.sums._replace(up_ms=first.sums.up_ms // 2))
    shown = lines(110, MEASURED._replace(uptimes=(thin, *rest)))[1]
    assert "     –   tööajal 97,0 %   mõõdetud 52,9 %" in shown


def test_plain_signs_alone_where_they_are_wanted() -> None:
    use_language("en")
    painted = " ".join(lines(110, form=Format(STILL, ascii_only=True)))
    assert painted.replace("\N{NO-BREAK SPACE}", "").isascii()


def test_nothing_is_told_before_the_first_look() -> None:
    assert uptime_blocks(FORM, Measured()) == []


def test_a_span_of_one_point_is_one_figure() -> None:
    use_language("et")
    single = MEASURED._replace(latencies=MEASURED.latencies[-1:])
    assert lines(110, single)[-1].endswith("   0,18\N{NO-BREAK SPACE}s")


async def test_opened_where_there_was_no_document_yet_the_bars_have_their_room(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open_target(f"service:{SERVICES[1].name}")
        await until(pilot, lambda: "KÄTTESAADAVUS" in words_on_screen(app))
        assert "▂▂▂▂▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇   97,5 %" in words_on_screen(app)
