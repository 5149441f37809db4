"""What is gone from Jira: told as deleted, moved or closed to us, and never believed too easily."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.model import AbsenceKind, Gap
from data.sources import jira_search
from data.sources.batch import SourceError
from data.sources.jira_census import FEW
from tests.sources.cached import DAY, Cached
from tests.sources.fake_jira import SECOND, T0, FakeJira, issue, moment

DELETED, LOST, LEFT = AbsenceKind.DELETED, AbsenceKind.LOST, AbsenceKind.LEFT
BOTH = {"SKAH": "SKAH", "PEHU": "PEHU"}


def issues(count: int, project: str = "SKAH", first: int = 1) -> list[dict[str, Any]]:
    """Issues with ids from 10,000 + `first` on."""
    every = [issue(number, T0 - 900 * SECOND - (9_000 - number) * SECOND) for number in range(first, first + count)]
    for number, each in enumerate(every, first):
        each["key"] = f"{project}-{number}"
        each["fields"]["project"] = {"id": project, "key": project}
    return every


def move(each: dict[str, Any], key: str) -> None:
    each["key"] = key
    each["fields"]["project"] = {"id": "9", "key": key.partition("-")[0]}


@pytest.fixture
def jira() -> FakeJira:
    return FakeJira([*issues(3), *issues(30, "PEHU", 50)], projects=dict(BOTH))


@pytest.fixture
def desk(tmp_path: Path, jira: FakeJira) -> Iterator[Cached]:
    cached = Cached(tmp_path, jira, projects=["SKAH", "PEHU"])
    yield cached
    cached.close()


async def test_a_quiet_poll_asks_three_questions(desk: Cached) -> None:
    await desk.poll()
    assert await desk.poll() == 3


async def test_a_deleted_issue_is_noticed_by_the_next_poll(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    del jira.issues[0]
    await desk.poll()
    assert 10_001 not in desk.shown()
    assert desk.absent() == {10_001: DELETED}
    absence = desk.reader.absence(10_001)
    assert absence is not None
    assert (absence.key, absence.since_ms) == ("SKAH-1", T0)
    assert await desk.poll() == 3


async def test_an_issue_deleted_while_another_was_made_is_noticed_by_the_next_poll(
    desk: Cached, jira: FakeJira
) -> None:
    await desk.poll()
    del jira.issues[0]
    jira.issues.append(issue(4, T0))
    await desk.poll()
    assert (10_004 in desk.shown(), desk.absent()) == (True, {10_001: DELETED})


async def test_what_changes_no_total_is_noticed_by_the_daily_census(desk: Cached, jira: FakeJira) -> None:
    jira.issues[1]["fields"]["updated"] = moment(T0 - 5 * DAY)
    jira.hidden = {"10002"}
    await desk.poll()
    jira.hidden = {"10001"}
    await desk.poll(hours=23)
    assert desk.absent() == {}
    await desk.poll(hours=1)
    assert (10_002 in desk.shown(), desk.absent()) == (True, {10_001: DELETED})


async def test_what_changes_the_totals_of_two_projects_and_not_their_sum_is_noticed_within_minutes(
    desk: Cached, jira: FakeJira
) -> None:
    jira.issues[0]["fields"]["updated"] = moment(T0 - 5 * DAY)
    await desk.poll()
    move(jira.issues[0], "PEHU-500")
    await desk.poll(hours=0.02)
    assert desk.shown()[10_001] == "SKAH-1"
    await desk.poll(hours=0.1)
    assert desk.shown()[10_001] == "PEHU-500"


async def test_an_issue_that_may_be_seen_again_is_back_though_it_was_not_updated(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.hidden = {"10001"}
    await desk.poll()
    assert desk.absent() == {10_001: DELETED}
    jira.hidden = set()
    await desk.poll()
    assert (desk.shown()[10_001], desk.absent()) == ("SKAH-1", {})


async def test_an_issue_moved_to_another_project_of_ours_has_its_new_key_and_is_found_by_the_old_one(
    desk: Cached, jira: FakeJira
) -> None:
    await desk.poll()
    move(jira.issues[0], "PEHU-99")
    await desk.poll(days=1)
    assert (desk.shown()[10_001], desk.reader.ticket_id("SKAH-1"), desk.absent()) == ("PEHU-99", 10_001, {})


async def test_an_issue_moved_out_of_our_projects_has_left(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.projects["MUU"] = "MUU"
    move(jira.issues[0], "MUU-7")
    await desk.poll()
    assert desk.absent() == {10_001: LEFT}
    absence = desk.reader.absence(10_001)
    assert absence is not None
    assert (absence.key, absence.new_key) == ("SKAH-1", "MUU-7")


async def test_a_project_that_cannot_be_read_any_more_is_hidden_and_does_not_stop_the_others(
    desk: Cached, jira: FakeJira
) -> None:
    await desk.poll()
    del jira.projects["PEHU"]
    jira.issues[0]["fields"]["summary"] = "Muudetud"
    jira.issues[0]["fields"]["updated"] = moment(T0 + SECOND)
    await desk.poll()
    assert desk.shown().keys() == {10_001, 10_002, 10_003}
    assert set(desk.absent().values()) == {LOST}
    assert desk.state().gaps == (Gap("PEHU", "unreadable", T0, ""),)
    assert desk.ask("SELECT count(*) FROM hidden_ticket") == [(30,)]
    assert desk.ask("SELECT summary FROM ticket WHERE id = 10001") == [("Muudetud",)]


async def test_a_project_that_can_be_read_again_comes_back_with_what_was_missed(desk: Cached, jira: FakeJira) -> None:
    jira.issues[5]["fields"]["updated"] = moment(T0 - 5 * DAY)
    await desk.poll()
    del jira.projects["PEHU"]
    await desk.poll()
    jira.issues[5]["fields"]["summary"] = "Vahepeal muudetud"
    jira.issues[5]["fields"]["updated"] = moment(T0 - 4 * DAY)  # long before the watermark
    gone = jira.issues.pop()
    made = {**deepcopy(gone), "id": "10999", "key": "PEHU-999"}  # so that their number is the same
    made["fields"]["updated"] = moment(T0 - 4 * DAY)
    jira.issues.append(made)
    jira.projects["PEHU"] = "PEHU"
    await desk.poll(hours=0.2)
    assert (len(desk.shown()), desk.state().gaps) == (33, ())
    assert desk.absent() == {int(gone["id"]): DELETED}
    assert int(made["id"]) in desk.shown()
    assert desk.ask("SELECT count(*) FROM ticket WHERE summary = 'Vahepeal muudetud'") == [(1,)]


async def test_a_project_that_is_open_again_is_told_as_closed_for_minutes_only(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    del jira.projects["PEHU"]
    await desk.poll()
    jira.projects["PEHU"] = "PEHU"
    await desk.poll(hours=0.05)
    assert [gap.reference for gap in desk.state().gaps] == ["PEHU"]
    await desk.poll(hours=0.05)
    assert (len(desk.shown()), desk.state().gaps, desk.absent()) == (33, (), {})


async def test_a_project_never_readable_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    desk = Cached(tmp_path, FakeJira(issues(3)), projects=["SKAH", "SALA"])
    await desk.poll()
    assert len(desk.shown()) == 3
    assert [(gap.reference, gap.reason) for gap in desk.state().gaps] == [("SALA", "unreadable")]
    desk.close()


async def test_no_readable_project_at_all_is_a_fault(tmp_path: Path) -> None:
    desk = Cached(tmp_path, FakeJira([], projects={}))
    with pytest.raises(SourceError, match="None of the projects") as caught:
        await desk.poll()
    assert caught.value.code == "config"
    desk.close()


async def test_half_of_a_project_gone_is_not_believed(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.hidden = {each["id"] for each in jira.issues[10:30]}
    await desk.poll()
    assert (len(desk.shown()), desk.absent()) == (33, {})
    assert desk.state().gaps == (Gap("PEHU", "unobserved", T0, "20/30"),)
    assert await desk.poll() == 3  # it is known, and not looked at again until something moves
    jira.hidden = set()
    await desk.poll()
    assert (len(desk.shown()), desk.state().gaps) == (33, ())


async def test_few_missing_issues_are_asked_for_even_where_they_are_half(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.issues = [each for each in jira.issues if each["key"] != "SKAH-1" and each["key"] != "SKAH-2"]
    await desk.poll()
    assert (desk.absent(), FEW >= 2) == ({10_001: DELETED, 10_002: DELETED}, True)


async def test_an_issue_that_the_search_alone_does_not_show_stays(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.hidden = {"10001"}
    jira.answers["/rest/api/2/issue/10001"] = httpx.Response(200, json={"id": "10001", "key": "SKAH-1"})
    await desk.poll(days=1)
    assert (desk.shown()[10_001], desk.absent()) == ("SKAH-1", {})


async def test_a_page_that_is_not_found_on_the_way_deletes_nothing(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.hidden = {"10001"}
    page = httpx.Response(404, html="<html>Not here</html>")
    jira.answers["/rest/api/2/issue/10001"] = page
    with pytest.raises(SourceError):
        await desk.poll()
    assert desk.absent() == {}


async def test_an_anonymous_answer_in_the_middle_deletes_nothing(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    everything = jira.issues

    def sign_out(fake: FakeJira) -> None:
        fake.issues = everything[1:]
        fake.answers["/rest/api/2/myself"] = httpx.Response(401, json={})

    jira.before_search = sign_out
    with pytest.raises(SourceError) as caught:
        await desk.poll()
    assert (caught.value.code, desk.absent()) == ("auth", {})


async def test_a_renamed_project_is_followed_under_its_new_key(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    for each in jira.issues[:3]:
        move(each, each["key"].replace("SKAH", "SKAX"))
    jira.projects = {**BOTH, "SKAH": "SKAX", "SKAX": "SKAX"}
    await desk.poll(hours=2)
    assert sorted(desk.shown().values())[-3:] == ["SKAX-1", "SKAX-2", "SKAX-3"]
    assert desk.reader.ticket_id("SKAH-2") == 10_002
    jira.projects = {"PEHU": "PEHU"}
    await desk.poll(hours=2)
    assert {desk.absent()[each] for each in (10_001, 10_002, 10_003)} == {LOST}


async def test_a_project_taken_off_the_watch_list_leaves_and_a_new_one_is_read_in_full(
    tmp_path: Path, jira: FakeJira
) -> None:
    desk = Cached(tmp_path, jira, projects=["SKAH"])
    await desk.poll()
    desk.close()
    desk = Cached(tmp_path, jira, projects=["PEHU"])
    await desk.poll()
    assert set(desk.shown().values()) == {f"PEHU-{number}" for number in range(50, 80)}
    assert set(desk.absent().values()) == {LEFT}
    desk.close()


async def test_a_process_that_ends_in_the_middle_begins_its_census_anew(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.issues = jira.issues[2:]
    jira.answers["/rest/api/2/issue/10002"] = httpx.Response(503, json={})
    with pytest.raises(SourceError):
        await desk.poll()
    desk.begin_process()
    del jira.answers["/rest/api/2/issue/10002"]
    await desk.poll()
    assert desk.absent() == {10_001: DELETED, 10_002: DELETED}


async def test_a_text_that_no_decoder_takes_keeps_no_census_from_its_end(desk: Cached, jira: FakeJira) -> None:
    jira.issues[1]["fields"]["summary"] = "pool \ud800 paari"
    await desk.poll()
    jira.hidden = {"10001"}
    await desk.poll(days=1)
    assert (desk.shown()[10_002], desk.absent()) == ("SKAH-2", {10_001: DELETED})


async def test_a_fill_ends_with_a_census_of_what_changed_unseen_meanwhile(desk: Cached, jira: FakeJira) -> None:
    def change_no_total(_jira: FakeJira) -> None:
        # The fill begins and ends with a question for the newest.
        if sum("DESC" in each["jql"] for each in jira.searches()) == 2:
            jira.hidden = {"10001"}

    jira.issues[1]["fields"]["updated"] = moment(T0 - 5 * DAY)
    jira.hidden = {"10002"}
    jira.before_search = change_no_total
    await desk.poll()
    assert (10_002 in desk.shown(), desk.absent()) == (True, {10_001: DELETED})


async def test_odd_issues_do_not_make_every_poll_a_census(desk: Cached, jira: FakeJira) -> None:
    jira.issues[1]["fields"]["status"] = None
    await desk.poll()
    await desk.poll()
    assert await desk.poll() == 3
    assert [each.reference for each in desk.state().odd] == ["SKAH-2"]


async def test_an_issue_that_became_odd_is_there_all_the_same(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.issues[0]["fields"]["updated"] = "eile"
    del jira.issues[1]
    await desk.poll(days=1)
    assert (10_001 in desk.shown(), desk.absent()) == (True, {10_002: DELETED})


async def test_a_short_page_and_a_tie_are_listed_in_full(tmp_path: Path) -> None:
    jira = FakeJira(issues(60), page_cap=7)
    desk = Cached(tmp_path, jira)
    await desk.poll()
    del jira.issues[30]
    await desk.poll(days=1)
    assert (len(desk.shown()), desk.absent()) == (59, {10_031: DELETED})
    desk.close()


async def test_issues_of_one_moment_are_the_same_in_whatever_order_they_are_told(tmp_path: Path) -> None:
    asked = []
    for ids in (range(10_001, 10_010), range(10_009, 10_000, -1)):
        every = issues(9)
        for each, own_id in zip(every, ids, strict=True):
            each["id"] = str(own_id)
            each["fields"]["created"] = moment(T0 - DAY)
        folder = tmp_path / str(ids[0])
        folder.mkdir()
        desk = Cached(folder, FakeJira(every))
        await desk.poll()
        asked.append(await desk.poll(days=1))
        assert (len(desk.shown()), desk.absent()) == (9, {})
        desk.close()
    assert asked[0] == asked[1]


async def test_a_renamed_status_shows_within_the_hour(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    renamed = [{"id": "3", "name": "Lahendamisel", "statusCategory": {"key": "indeterminate"}}]
    jira.answers["/rest/api/2/status"] = httpx.Response(200, json=renamed)
    await desk.poll()
    assert dict(desk.reader.facets()["status"]) == {"Töös": 33}
    await desk.poll(hours=1)
    assert dict(desk.reader.facets()["status"]) == {"Lahendamisel": 33}


async def test_a_renamed_person_shows_within_the_hour(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    for each in jira.issues:
        each["fields"]["assignee"] = {"key": "mmaasikas", "name": "mmaasikas", "displayName": "Mari Vaarikas"}
    await desk.poll(hours=1)
    assert dict(desk.reader.facets()["assignee"]) == {"Mari Vaarikas": 33}


async def test_a_server_that_hides_its_lists_of_names_is_read_all_the_same(desk: Cached, jira: FakeJira) -> None:
    jira.answers |= {f"/rest/api/2/{name}": httpx.Response(403, json={}) for name in ("status", "issuetype")}
    await desk.poll()
    assert len(desk.shown()) == 33


async def test_a_server_that_was_restored_from_a_copy_is_believed_by_the_next_census(
    desk: Cached, jira: FakeJira
) -> None:
    before = deepcopy(jira.issues[0])
    await desk.poll()
    jira.issues[0]["fields"] |= {"summary": "läheb kaduma", "updated": moment(T0 + 60 * SECOND)}
    await desk.poll(hours=1)
    assert desk.summary(10_001) == "läheb kaduma"
    jira.issues[0] = before
    await desk.poll(days=1)
    assert desk.summary(10_001) == before["fields"]["summary"]


@pytest.mark.parametrize("takes_numbers", [True, False])
async def test_more_tickets_of_one_moment_than_jira_counts_through_are_found_by_a_census(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes_numbers: bool
) -> None:
    monkeypatch.setattr(jira_search, "WINDOW", 30)
    monkeypatch.setattr(jira_search, "PAGE", 10)
    jira = FakeJira(issues(80))
    jira.takes_numbers = takes_numbers
    desk = Cached(tmp_path, jira)
    await desk.poll()
    assert len(desk.shown()) == 80
    for each in jira.issues[:70]:
        each["fields"] |= {"summary": "uus", "updated": moment(T0 + 3_600 * SECOND)}
    jira.issues[75]["fields"] |= {"summary": "hiljem", "updated": moment(T0 + 4_000 * SECOND)}
    await desk.poll(hours=2)
    assert [desk.summary(10_000 + number) for number in range(1, 71)] == ["uus"] * 70
    assert desk.summary(10_076) == "hiljem"
    desk.close()


async def test_a_large_project_that_is_added_is_read_whole_and_told_meanwhile(tmp_path: Path) -> None:
    jira = FakeJira([*issues(3), *issues(250, "PEHU", 50)], projects=dict(BOTH))
    for each in jira.issues[3:]:
        each["fields"]["updated"] = moment(T0 - 5 * DAY)
    desk = Cached(tmp_path, jira, projects=["SKAH"])
    await desk.poll()
    desk.configure(projects=["SKAH", "PEHU"])
    told = await desk.gaps_told()
    assert told[0] == [("jira", "PEHU", "unread", T0, "250/250")]
    assert (len(desk.shown()), desk.state().gaps) == (253, ())
    desk.close()


async def test_nothing_is_told_of_a_project_that_is_followed_no_more(desk: Cached, jira: FakeJira) -> None:
    await desk.poll()
    jira.hidden = {str(10_050 + number) for number in range(20)}
    await desk.poll(days=1)
    assert [gap.reference for gap in desk.state().gaps] == ["PEHU"]
    desk.configure(projects=["SKAH"])
    await desk.poll()
    assert desk.state().gaps == ()


async def test_an_odd_issue_that_is_deleted_or_moved_is_told_no_more(desk: Cached, jira: FakeJira) -> None:
    for each in jira.issues[:3]:
        each["fields"]["created"] = "eile"
    await desk.poll()
    assert {each.reference for each in desk.state().odd} == {"SKAH-1", "SKAH-2", "SKAH-3"}
    del jira.issues[0]
    move(jira.issues[0], "PEHU-99")
    jira.issues[0]["fields"]["created"] = moment(T0 - DAY)
    await desk.poll(days=1)
    assert {each.reference for each in desk.state().odd} == {"SKAH-3"}
    assert desk.shown()[10_002] == "PEHU-99"
