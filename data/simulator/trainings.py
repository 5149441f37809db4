"""The trainings as a published calendar (RFC 5545): guests answer as the clock moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zlib import crc32

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.clock import TALLINN, tallinn
from data.simulator.dice import Dice
from data.simulator.people import GUESTS, KEY_USERS, MAIL_DOMAIN, account
from data.simulator.worktime import DAY
from data.simulator.world import World

PATH = "/calendar/koolitused.ics"
NAME = "Koolitused"


@dataclass(frozen=True, slots=True)
class Course:
    """A training: on the working day `workday` counted from the next Monday, with `accepted` yes at the beginning.

    `soon` more accept within the first minutes; the others answer over the days.
    """

    uid: str
    title: str
    workday: int
    hour: int
    minute: int
    hours: float
    place: str
    invited: int
    accepted: int
    soon: int = 0
    declined: int = 0
    capacity: int = 0
    text: str = ""


COURSES = (
    Course(
        "vanemahuvitis",
        "Vanemahüvitise muudatused",
        1,
        10,
        0,
        2,
        "Tallinn, Paldiski mnt 80, ruum 204",
        18,
        14,
        2,
        1,
        16,
        "Muudatused alates jaanuarist: arvutuse alused, paindlik kasutamine.",
    ),
    Course(
        "skais2-vaated", "SKAIS2 uued vaated", 3, 13, 0, 1.5, "Teams", 24, 22, 0, 1, 20, "Väljalaske 2.14 uued vaated."
    ),
    Course(
        "xtee-vead",
        "X-tee vead menetlejale",
        5,
        9,
        30,
        1.5,
        "Tartu, Põllu 1a, saal",
        12,
        6,
        3,
        2,
        12,
        "Mida teha, kui register ei vasta.",
    ),
    Course(
        "uue-tootaja-alused",
        "Uue töötaja alused",
        7,
        10,
        0,
        4,
        "Tallinn, Paldiski mnt 80, ruum 110",
        10,
        3,
        2,
        0,
        10,
        "",
    ),
    Course(
        "elatisabi", "Elatisabi 2.0 menetluses", 11, 10, 0, 3, "Pärnu, Lai 14", 20, 8, 1, 1, 24, "Enne väljalaset 2.14."
    ),
    Course("dokumendimallid", "Uued dokumendimallid", -4, 14, 0, 1, "Teams", 15, 12, 0, 2, 30, ""),
    Course("isikuandmed", "Isikuandmete kaitse menetluses", 17, 9, 0, 2, "Teams", 16, 5, 1, 0, 40, ""),
)

_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Tallinn
BEGIN:DAYLIGHT
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
TZNAME:EEST
DTSTART:20020331T030000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
TZNAME:EET
DTSTART:20021027T040000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


class Trainings:
    """The feed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.instead: bytes | None = None
        """What tests serve in its place."""
        today = tallinn(world.start_ms).date()
        self._monday = today + timedelta(days=7 - today.weekday())

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [Route(PATH, self._feed, methods=["GET", "HEAD"])]

    async def _feed(self, request: Request) -> Response:
        body = self.text().encode() if self.instead is None else self.instead
        tag = f'"{hash_of(body):x}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(body, 200, {"ETag": tag}, "text/calendar; charset=utf-8")

    def text(self) -> str:
        """The calendar at the world's present, lines folded and ended as RFC 5545 wants."""
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Perehüvitised (demo)//koolitused//ET",
        "CALSCALE:GREGORIAN",
                 "METHOD:PUBLISH", f"X-WR-CALNAME:{NAME}", "X-WR-TIMEZONE:Europe/Tallinn",
                 *_ZONE.split("\n")]  # fmt: skip
        now = self._world.now_ms()
        for place, course in enumerate(COURSES):
            lines += self._event(course, place, now)
        lines += [*self._series(now), *self._release_day(), "END:VCALENDAR"]
        return "".join(f"{part}\r\n" for line in lines for part in _folded(line))

    def _start(self, course: Course) -> datetime:
        week, day = divmod(course.workday, 5)
        date = self._monday + timedelta(days=7 * week + day)
        return datetime.combine(date, time(course.hour, course.minute), TALLINN)

    def answers(self, course: Course, place: int, now_ms: int) -> list[tuple[str, str, int]]:
        """Each guest's name, PARTSTAT and the moment of the answer."""
        dice = Dice(self._world.seed, place, 50)
        begin = dice.below(len(GUESTS))
        names = [GUESTS[(begin + at * 7) % len(GUESTS)] for at in range(course.invited)]
        start = self._world.start_ms
        result = []
        for at, name in enumerate(names):
            if at < course.accepted:
                answered, word = start - dice.between(2, 160) * DAY // 24, "ACCEPTED"
            elif at < course.accepted + course.soon:
                nth = at - course.accepted
                answered, word = start + 45_000 + place * 25_000 + nth * 110_000, "ACCEPTED"
            elif at < course.accepted + course.soon + course.declined:
                answered, word = start - dice.between(1, 90) * DAY // 24, "DECLINED"
            else:
                answered, word = (
                    start + dice.between(1, 140) * DAY // 24,
                    "ACCEPTED" if dice.chance(0.7) else "TENTATIVE",
                )
            result.append((name, word if answered <= now_ms else "NEEDS-ACTION", answered))
        return result

    def _event(self, course: Course, place: int, now_ms: int) -> Iterator[str]:
        start = self._start(course)
        answers = self.answers(course, place, now_ms)
        changed = max([at for _, _, at in answers if at <= now_ms], default=self._world.start_ms - 20 * DAY)
        yield from ("BEGIN:VEVENT", f"UID:{course.uid}@{MAIL_DOMAIN}", f"DTSTAMP:{_utc(changed)}",
                    f"LAST-MODIFIED:{_utc(changed)}", f"SEQUENCE:{1 if course.soon else 0}",
                    f"DTSTART;TZID=Europe/Tallinn:{start:%Y%m%dT%H%M%S}",
                    f"DTEND;TZID=Europe/Tallinn:{start + timedelta(hours=course.hours):%Y%m%dT%H%M%S}",
                    f"SUMMARY:{_escaped(course.title)}", f"LOCATION:{_escaped(course.place)}", "STATUS:CONFIRMED",
                    f"ORGANIZER;CN={KEY_USERS[0].display_name}:mailto:{KEY_USERS[0].mail}",
                    f"X-PEAKASUTAJA-CAPACITY:{course.capacity}")  # fmt: skip
        if course.text:
            yield f"DESCRIPTION:{_escaped(course.text)}"
        for name, word, _ in answers:
            yield (f"ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT={word};RSVP=TRUE:"
                   f"mailto:{account(name)}@{MAIL_DOMAIN}")  # fmt: skip
        yield "END:VEVENT"

    def _series(self, now_ms: int) -> Iterator[str]:
        """A weekly hour for key users: one occurrence is left out, one cancelled, one moved."""
        first = datetime.combine(self._monday - timedelta(days=26), time(14, 0), TALLINN)
        stamp = _utc(self._world.start_ms - 30 * DAY)
        common = ("SUMMARY:Peakasutajate infotund", "LOCATION:Teams",
                  f"ORGANIZER;CN={KEY_USERS[1].display_name}:mailto:{KEY_USERS[1].mail}")  # fmt: skip
        guests = [f"ATTENDEE;CN={who.display_name};PARTSTAT=ACCEPTED:mailto:{who.mail}" for who in KEY_USERS]

        def at(week: int, hour: int = 14) -> str:
            return f"{(first + timedelta(weeks=week)).replace(hour=hour):%Y%m%dT%H%M%S}"

        uid = f"UID:infotund@{MAIL_DOMAIN}"
        zone = ";TZID=Europe/Tallinn:"
        yield from ("BEGIN:VEVENT", uid, f"DTSTAMP:{stamp}", f"DTSTART{zone}{at(0)}", f"DTEND{zone}{at(0, 15)}",
                    "RRULE:FREQ=WEEKLY;COUNT=20", f"EXDATE{zone}{at(8)}", *common, *guests,
                    "X-PEAKASUTAJA-CAPACITY:0", "END:VEVENT")  # fmt: skip
        yield from ("BEGIN:VEVENT", uid, f"DTSTAMP:{stamp}", "SEQUENCE:1", f"RECURRENCE-ID{zone}{at(5)}",
                    f"DTSTART{zone}{at(5)}", f"DTEND{zone}{at(5, 15)}", "STATUS:CANCELLED", *common,
                    "END:VEVENT")  # fmt: skip
        yield from ("BEGIN:VEVENT", uid, f"DTSTAMP:{stamp}", "SEQUENCE:1", f"RECURRENCE-ID{zone}{at(6)}",
                    f"DTSTART{zone}{at(6, 16)}", f"DTEND{zone}{at(6, 17)}", *common, *guests, "END:VEVENT")  # fmt: skip

    def _release_day(self) -> Iterator[str]:
        release = self._world.developments.versions[2]
        day = release.end
        yield from ("BEGIN:VEVENT", f"UID:valjalase-{release.name}@{MAIL_DOMAIN}",
        f"DTSTAMP:{_utc(self._world.start_ms - 9 * DAY)}",
                    f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
                    f"SUMMARY:SKAIS2 väljalase {release.name}: kasutajatugi valves", "TRANSP:TRANSPARENT",
                    "END:VEVENT")  # fmt: skip


def hash_of(body: bytes) -> int:
    """A short mark of a text's content (CRC-32)."""
    return crc32(body)


def _utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A content line in pieces of at most 75 octets, broken between characters (RFC 5545, 3.1)."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += width
    yield piece
