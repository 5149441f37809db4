"""The first start on the smallest screen."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import Input, Static

from data.config import Config, Jira
from data.diagnosis import Finding, bad, good
from data.language import language, use_language
from tui.screens.first_run import FirstRun, SetUp


def found(_jira: Jira, _token: str) -> list[Finding]:
    return [good("Jira", "yes")]


def screen_text(app: FirstRun) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


async def test_the_welcome_fits_and_changes_its_language() -> None:
    use_language("et")
    app = FirstRun(found, lambda _config, _token: "")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "enne salvestamist." in " ".join(screen_text(app).split())
        await pilot.press("f8")
        assert language() == "en"
        assert "See the demo" in screen_text(app)


async def test_the_form_writes_the_service_that_was_named_and_keeps_what_was_typed_in_the_other_language() -> None:
    saved: list[Config] = []

    def save(config: Config, _token: str) -> str:
        saved.append(config)
        return ""

    app = FirstRun(found, save)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", *"Toetused", "enter", *"https://a.ee", "enter", *"skah", "enter", *"t0ken")
        await pilot.press("f1")
        assert "F10 saves" in str(app.screen.query_one("#found", Static).render())
        await pilot.press("escape", "f8", "s")
        await pilot.pause()
        assert isinstance(app.screen, SetUp)
        assert app.screen.query_one("#service", Input).value == "Toetused"
        assert "Teenuse nimi" in screen_text(app)
        await pilot.press("f10")
        await app.workers.wait_for_complete()
    assert [(config.desk.service, config.desk.language) for config in saved] == [("Toetused", "et")]
    assert app.return_value == "desk"


async def test_a_token_typed_right_after_tab_never_lands_in_a_field_that_shows_it() -> None:
    app = FirstRun(found, lambda _config, _token: "")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        for key in ("a", "tab", "b", "tab", "c", "tab", "d"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        values = [app.screen.query_one(f"#{name}", Input).value for name in ("service", "url", "projects", "token")]
        assert values == ["a", "b", "c", "d"]


async def test_what_is_wrong_with_an_answer_is_told_whole_on_the_smallest_screen() -> None:
    use_language("et")
    app = FirstRun(found, lambda _config, _token: "")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        form = app.screen
        url = "https://jira.example.ee/teenused/secure/Dashboard.jspa?selectPageId=10100"
        form.query_one("#url", Input).value = url
        form.query_one("#projects", Input).value = "SKAH-4127"
        await pilot.pause()
        shown = " ".join(screen_text(app).split())
        assert "Jira enda aadress on arvatavasti https://jira.example.ee/teenused" in shown
        assert "Võti on numbrile eelnev osa: piletil SKAH-4127 on see SKAH." in shown
        assert form.query_one("#save").region.bottom <= 24
        await pilot.press("f10")
        assert form.focused == form.query_one("#url")
        assert screen_text(app).count("See on ühe lehe aadress.") == 1


async def test_the_end_of_a_long_test_is_in_sight_on_the_smallest_screen() -> None:
    use_language("en")
    many = [bad(f"Look {number}", "it does not work because of a long reason " * 2, "do this") for number in range(4)]
    app = FirstRun(lambda _jira, _token: many, lambda _config, _token: "")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "enter", *"https://a.ee", "enter", *"skah", "enter", *"t0ken", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.wait_for_scheduled_animations()
        assert "Look 3" in screen_text(app)
