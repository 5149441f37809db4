"""What befalls a Jira between two polls: what people do in it, what they may see of it, and how it answers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from data.simulator import catalog
from data.simulator.issue import PARTS
from data.simulator.people import MAINTENANCE
from tests.upstream import Upstream

ELSEWHERE = "MUU"
"""A project that the desks do not follow."""
FOLLOWED = (catalog.SKAH, catalog.PERE)
_FAULTS = (
    "html200", "unauthorized", "captcha", "forbidden", "missing", "gone", "unavailable", "limited", "drop", "refuse",
    "gzip", "elsewhere", "type", "slow", "drip", "huge",
)  # fmt: skip
_LONG = ("slow", "drip", "huge")
"""Those that take as long as the desk waits, or as 100 MB take."""
_PLACES = (
    "/rest",
    "/rest/api/2/search",
    "/rest/api/2/search",
    "/rest/api/2/issue",
    "/rest/api/2/project",
    "/rest/agile",
)
_LIMITS = ("seconds", "date", "zero", "bucket", "none")
_WELL = {"page_cap": 40, "short_by": 0, "is_turned": False, "anonymous": False}
_WORDS = (
    ("status", catalog.WORKING.id),
    ("status", catalog.RESOLVED.id),
    ("field", catalog.SLA_RESOLUTION),
    ("component", str(catalog.COMPONENTS["Dokumendid"])),
    ("version", "11000"),
)


@dataclass
class Disturbances:
    """Acts on one simulated Jira, chosen by `chance`; `keys` are those of the tickets that can be acted on."""

    server: Upstream
    chance: random.Random
    keys: list[str]
    edits: int = 0
    faults: int = 0
    closed: str = ""
    """The project that nobody may see now; one of those followed is always open."""
    _hidden: list[str] = field(default_factory=list)
    _elsewhere: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.admin(f"project/{ELSEWHERE}", {"name": "Muu projekt"})
        self.heal()

    def happen(self) -> None:
        """Some of what a while brings."""
        self.server.admin("skip", {"ms": self.chance.randrange(1, 600_000)})
        # Fewer go than come: a census rightly doubts that half a project is gone at once.
        come = (self._open, self._open, self._open, self._touch, self._rewrite, self._rewrite, self._work, self._work)
        go = (self._delete, self._move, self._leave, self._return, self._hide, self._show, self._rename)
        for _each in range(self.chance.randrange(1, 4)):
            self.edits += 1
            self.chance.choice((*come, *go))()
        if self.chance.random() < 0.05:
            self._close_or_open()
        self.heal()
        if self.chance.random() < 0.3:
            self.faults += 1
            self.chance.choice((self._refuse, self._refuse, self._answer_oddly))()

    def heal(self) -> None:
        """The server answers as it should."""
        self.server.heal()
        self.server.admin("after-page", method="DELETE")
        self.server.admin("settings", _WELL)

    def open(self) -> None:
        """Everybody may see every project."""
        if self.closed:
            self.server.admin(f"project/{self.closed}/right")
            self.closed = ""

    # what people do

    def _open(self) -> None:
        self.keys.append(self._opened(self.chance.choice((catalog.SKAH, catalog.SKAH, catalog.PERE))))

    def _opened(self, project: str) -> str:
        made = {"summary": f"Pilet {self.edits}", "comments": [f"Märkus {self.edits}"], "project": project}
        key: str = self.server.admin("issue", made)["key"]
        return key

    def _touch(self) -> None:
        self.server.admin("touch", {"project": catalog.SKAH, "count": self.chance.randrange(2, 40)})

    def _rewrite(self) -> None:
        self._edit({"summary": f"Uus {self.edits}", "description": f"Kirjeldus {self.edits}", "comment": "Ja veel"})

    def _work(self) -> None:
        key, chance = self.chance.choice(self.keys), self.chance
        statuses = (catalog.WORKING, catalog.WAITING, catalog.RESOLVED, catalog.CLOSED)
        if not key.startswith(catalog.SKAH):
            statuses = (catalog.DEVELOPING, catalog.TESTING, catalog.READY, catalog.TO_DO)
        made = self._edit({"status": chance.choice(statuses).id, "worklog": 60 * chance.randrange(1, 90)}, key)
        more: tuple[dict[str, Any], ...] = (
            {"assignee": chance.choice(MAINTENANCE).name},
            {"assignee": None},
            {"priority": chance.choice("1234")},
            {"duedate": f"2027-01-{chance.randrange(10, 30)}"},
            {"attachment": f"fail-{self.edits}.txt"},
            {"labels": [f"märk-{self.edits}", "demo"]},
            {"gone_worklog": int(made["id"]) * PARTS},
        )
        for each in (*chance.sample(more, 2), *[{"worklog": 60}] * (25 * (chance.random() < 0.05))):
            self._edit(each, key)

    def _edit(self, fields: dict[str, Any], key: str = "") -> Any:
        return self.server.admin(f"issue/{key or self.chance.choice(self.keys)}", fields)

    def _rename(self) -> None:
        kind, id_ = self.chance.choice(_WORDS)
        self.server.admin("settings", {"words": [[kind, id_, f"Nimi {self.edits}"]]})

    # what can be seen

    def _delete(self) -> None:
        self.server.admin(f"issue/{self._taken()}", method="DELETE")

    def _move(self) -> None:
        # Maintenance tickets: the simulator leaves the old key of a moved epic in its parts.
        self.keys.append(self._moved(self._taken(catalog.SKAH), catalog.PERE))

    def _leave(self) -> None:
        self._elsewhere.append(self._moved(self._taken(catalog.SKAH), ELSEWHERE))

    def _return(self) -> None:
        if self._elsewhere:
            self.keys.append(self._moved(self._elsewhere.pop(), catalog.SKAH))

    def _moved(self, key: str, project: str) -> str:
        now: str = self.server.admin(f"issue/{key}/move", {"project": project})["key"]
        return now

    def _hide(self) -> None:
        self._hidden.append(self._taken())
        self.server.admin(f"issue/{self._hidden[-1]}/right", method="DELETE")

    def _show(self) -> None:
        if self._hidden:
            self.keys.append(self._hidden.pop())
            self.server.admin(f"issue/{self.keys[-1]}/right")

    def _taken(self, project: str = "") -> str:
        there = [key for key in self.keys if key.startswith(project)]
        if not there:  # by and by more may have gone than came
            return self._opened(project or catalog.SKAH)
        key = self.chance.choice(there)
        self.keys.remove(key)
        return key

    def _close_or_open(self) -> None:
        if self.closed:
            self.open()
            return
        self.closed = self.chance.choice(FOLLOWED)
        self.server.admin(f"project/{self.closed}/right", method="DELETE")

    # how it answers

    def _refuse(self) -> None:
        """Some of the next answers are none, or not the server's own."""
        mode = self.chance.choice(_FAULTS)
        style, is_told = self.chance.choice(_LIMITS), self.chance.random() < 0.5
        self.server.fault(
            mode,
            self.chance.choice(_PLACES),
            times=1 if mode in _LONG else self.chance.randrange(1, 6),
            seconds=40 if mode != "slow" else self.chance.choice((0.2, 30)),
            style="text/html" if mode == "type" else style,
            told=is_told,
        )

    def _answer_oddly(self) -> None:
        """Pages are smaller or shorter than asked for, out of order, or the session is lost after the next one."""
        odd: tuple[dict[str, Any], ...] = (
            {"page_cap": self.chance.randrange(5, 20)},
            {"page_cap": 20, "short_by": self.chance.randrange(1, 5)},
            {"is_turned": True},
        )
        settings = self.chance.choice((*odd, {}))
        if settings:
            self.server.admin("settings", settings)
        else:
            self.server.admin("after-page", {"anonymous": True})
