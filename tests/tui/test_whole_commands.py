"""A command that a person is told to run stands on one line, whole, wherever it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import AttentionKind, SourcePhase
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import MINUTE, NOW_MS, SOURCES, at, attention, source
from tui.widgets.wrapping import wrap, wrap_runs

COMMANDS = ("peakasutaja config init", "peakasutaja config check", "peakasutaja config path", "peakasutaja doctor")
WORDS = st.lists(st.one_of(st.sampled_from(COMMANDS), st.text("aõ.,", min_size=1, max_size=12)), max_size=20)


@given(words=WORDS, width=st.integers(26, 90))
def test_lines_are_broken_beside_commands_only(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = wrap(text, width)
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines).split() == text.split()
    assert sum(line.count(command) for line in lines for command in COMMANDS) == sum(
        text.count(command) for command in COMMANDS
    )


@given(parts=st.lists(st.tuples(st.text("ab õ", max_size=30), st.sampled_from(["bad", "quiet"])), max_size=5))
def test_roles_follow_their_letters_over_the_break(parts: list[tuple[str, str]]) -> None:
    whole = [(letter, role) for text, role in parts for letter in text if letter != " "]
    broken = [
        (letter, role) for line in wrap_runs(parts, 10) for text, role in line for letter in text if letter != " "
    ]
    assert broken == whole


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 35), (150, 40)], ids=lambda size: str(size[0]))
@pytest.mark.parametrize(("code", "command"), [("auth", COMMANDS[0]), ("config", COMMANDS[3]), ("format", COMMANDS[3])])
async def test_what_to_do_about_a_failed_source_is_whole(
    tmp_path: Path, size: tuple[int, int], language: str, code: str, command: str
) -> None:
    failed = source("jira", "jira", 12 * MINUTE, SourcePhase.FAILED, error_code=code)
    line = attention(AttentionKind.SOURCE_FAILED, "jira", "jira", NOW_MS - 12 * MINUTE, "", "source:jira")
    reader = FakeReader(
        source_rows=(failed, *SOURCES[1:]), attention_rows=(line._replace(id=f"{line.kind}:jira:{code}:1"),)
    )
    app = make_desk(tmp_path, reader, language=language)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        strip = words_on_screen(app).splitlines()[3 if size[1] >= 30 else 2 :][:2]
        assert any("12\u00a0min" in row for row in strip)
        assert not any("…" in row for row in strip), strip
        await pilot.press("tab", "tab")
        await until(pilot, lambda: any(command in row for row in words_on_screen(app).splitlines()))


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=lambda size: str(size[0]))
async def test_a_pane_that_is_not_set_up_tells_the_command_whole_and_shows_no_figures(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = make_desk(tmp_path, FakeReader(source_rows=SOURCES[1:], ticket_rows=()), language="en")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("tab", "tab")
        await settled(pilot)
        await until(pilot, lambda: any(COMMANDS[2] in row for row in words_on_screen(app).splitlines()))
        title = next(row for row in words_on_screen(app).splitlines() if "TICKETS" in row)
        assert "0 open" not in title
        assert "mine" not in title
        if size[0] < 100:
            await pilot.press("tab")
            await settled(pilot)
        title = next(row for row in words_on_screen(app).splitlines() if "DEVELOPMENTS" in row)
        assert "in progress" not in title


async def test_a_long_name_is_shortened_and_not_what_is_the_matter_with_it(tmp_path: Path) -> None:
    name = "Elatisabi 2.0 menetluse muudatused ja uued vaated"
    full = attention(AttentionKind.TRAINING_FULL, "koolitused", name, at(10, 13), "22/20", "training:1")
    app = make_desk(tmp_path, FakeReader(attention_rows=(full,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "kohti napib  22/20" in words_on_screen(app))
        assert "Elatisabi 2.0 menetluse" in words_on_screen(app)


async def test_the_strip_says_why_a_calendar_does_not_renew_whatever_it_is_called(tmp_path: Path) -> None:
    failed = source("calendar:Koolitused", "calendar", 12 * MINUTE, SourcePhase.FAILED, error_code="html")
    name = "calendar:Koolitused"
    line = attention(AttentionKind.SOURCE_FAILED, name, name, NOW_MS - 12 * MINUTE, "", f"source:{name}")
    told = line._replace(id=f"{line.kind}:{name}:html:{line.at_ms}")
    app = make_desk(tmp_path, FakeReader(source_rows=(*SOURCES[:2], failed), attention_rows=(told,)))
    async with app.run_test(size=(150, 40)) as pilot:
        await settled(pilot)
        row = next(row for row in words_on_screen(app).splitlines() if "alender Koolitused" in row)
        assert row.count("ei uuene") == 1, row
        assert "juba 12\u00a0min" in row
        assert "veebileht" in row
