"""What the configuration says of service levels: targets by priority, and in which statuses the clocks wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from data.checks.base import Name
from data.language import _
from data.text import clean_line

Hours = Annotated[float, Meta(ge=0, le=100_000)]


class Answer(StrEnum):
    """What counts as the answer that the response clock waits for."""

    EITHER = "either"
    """Whichever of the two comes first."""
    COMMENT = "comment"
    """The first comment by somebody who is not the reporter."""
    STATUS = "status"
    """The first move out of a status that Jira counts as new."""


class SlaTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[sla.target]]`: how long tickets of one priority may take. It holds from the creation of a ticket on.

    A ticket whose priority was changed has the target of the present one, as if it had always been so; one that was
    moved has that of its present project.
    """

    priority: Name | Annotated[int, Meta(ge=1, le=99)]
    """Its name, or its rank: 1 is the most urgent."""
    response: Hours = 0
    """Hours until the first answer; 0 keeps no clock."""
    resolution: Hours = 0
    """Hours until it is resolved; 0 keeps no clock."""
    round_the_clock: bool = False
    """Whether every hour counts; otherwise those of `[working_hours]` do."""
    projects: list[Name] = field(default_factory=list)
    """The projects that it holds for; empty for all that have none of their own."""

    @property
    def places(self) -> list[str]:
        """What it is the one target of: its priority, or that in each of its projects."""
        return [f"{self.priority} {project}".casefold().strip() for project in self.projects or [""]]


class Sla(Struct, frozen=True, forbid_unknown_fields=True):
    """`[sla]`: clocks that the desk keeps itself, from the change log, where Jira does not tell its own."""

    waiting: list[Name] = field(default_factory=list)
    """Names of the statuses in which the clocks wait."""
    answer: str = Answer.EITHER.value
    response_clock: str = ""
    """What Jira calls its response clock; empty knows it by words such as `response` in its name."""
    resolution_clock: str = ""
    target: list[SlaTarget] = field(default_factory=list)


def target_problems(path: str, target: SlaTarget, projects: Sequence[str]) -> Iterator[str]:
    """What is wrong with `target`, which stands at `path`, for a desk that follows `projects`, as sentences."""
    if not (target.response or target.resolution):
        yield _("{path}: give response, resolution or both.").format(path=path)
    for project in target.projects:
        if project not in projects:
            yield _("{path}: “{name}” is not among the projects of [jira].").format(
                path=f"{path} projects", name=clean_line(project, 80)
            )
