"""Signs that stand beside a word for each state, in a full set and in a plain ASCII set.

Some terminals draw ⏲ ⚑ ↩ ✖ two cells wide; `desk.ascii = true` in the configuration chooses the plain set.
"""

from __future__ import annotations

from typing import NamedTuple

from data.model import AttentionKind, Outcome, Service, ServiceState, SourcePhase


class Glyphs(NamedTuple):
    """One set of signs, each one cell wide in the terminals it is meant for."""

    up: str
    degraded: str
    down: str
    maintenance: str
    flapping: str
    unknown: str
    clock: str
    flag: str
    training: str
    source: str
    ok: str
    bar_ok: str
    bar_degraded: str
    bar_fail: str
    bar_maintenance: str
    bar_unknown: str
    levels: str
    """From the lowest to the highest, of a line of figures."""
    gantt_done: str
    gantt_open: str
    gantt_slip: str
    today: str
    seat_taken: str
    seat_free: str
    progress: str
    rest: str
    ellipsis: str
    dot: str
    hidden: str
    enter: str
    up_arrow: str
    down_arrow: str
    arrow: str
    because: str
    """Before what is to blame."""
    dash: str
    chosen: str
    """Before the tab that is shown."""
    opened: str
    """Before what more stands below."""
    folded: str
    """Before what more would stand below."""
    point: str
    """Before a line of a list."""
    side: str
    """Beside what somebody quotes."""

    @property
    def is_plain(self) -> bool:
        """Whether this is the ASCII set."""
        return self.enter.isascii()


FULL = Glyphs(
    up="●",
    degraded="▲",
    down="✖",
    maintenance="‖",
    flapping="≈",
    unknown="◌",
    clock="⏲",
    flag="⚑",
    training="◆",
    source="↯",
    ok="✓",
    bar_ok="▇",
    bar_degraded="▅",
    bar_fail="▂",
    bar_maintenance="╌",
    bar_unknown="·",
    levels="▁▂▃▄▅▆▇",
    gantt_done="█",
    gantt_open="▓",
    gantt_slip="░",
    today="┆",
    seat_taken="●",
    seat_free="○",
    progress="━",
    rest="─",
    ellipsis="…",
    dot="·",
    hidden="▒",
    enter="↵",
    up_arrow="↑",
    down_arrow="↓",
    arrow="→",
    because="←",
    dash="–",
    chosen="▸",
    opened="▾",
    folded="▸",
    point="•",
    side="│",
)
PLAIN = Glyphs(
    up="o",
    degraded="!",
    down="X",
    maintenance="=",
    flapping="~",
    unknown="?",
    clock="@",
    flag=">",
    training="*",
    source="%",
    ok="v",
    bar_ok="#",
    bar_degraded="=",
    bar_fail="_",
    bar_maintenance="-",
    bar_unknown=".",
    levels="_.:-=+#",
    gantt_done="#",
    gantt_open="=",
    gantt_slip="-",
    today="|",
    seat_taken="o",
    seat_free=".",
    progress="=",
    rest="-",
    ellipsis="~",
    dot="-",
    hidden="#",
    enter="Enter",
    up_arrow="^",
    down_arrow="v",
    arrow="->",
    because="<",
    dash="-",
    chosen=">",
    opened="-",
    folded="+",
    point="*",
    side="|",
)


def of_state(glyphs: Glyphs, state: ServiceState) -> str:
    """The sign of a service's state."""
    return {
        ServiceState.UP: glyphs.up,
        ServiceState.DEGRADED: glyphs.degraded,
        ServiceState.DOWN: glyphs.down,
        ServiceState.MAINTENANCE: glyphs.maintenance,
        ServiceState.FLAPPING: glyphs.flapping,
        ServiceState.UNKNOWN: glyphs.unknown,
    }[state]


def of_service(glyphs: Glyphs, service: Service) -> str:
    """The sign of a service: of its state, unless that is being checked."""
    return glyphs.unknown if service.is_being_checked else of_state(glyphs, service.state)


def of_outcome(glyphs: Glyphs, outcome: Outcome) -> str:
    """The bar of one measurement: high is good, low is bad, a dash is maintenance, a dot is unmeasured."""
    return {
        Outcome.OK: glyphs.bar_ok,
        Outcome.DEGRADED: glyphs.bar_degraded,
        Outcome.FAIL: glyphs.bar_fail,
        Outcome.MAINTENANCE: glyphs.bar_maintenance,
        Outcome.UNKNOWN: glyphs.bar_unknown,
    }[outcome]


def of_attention(glyphs: Glyphs, kind: AttentionKind) -> str:
    """The sign of a reason to act."""
    return {
        AttentionKind.SERVICE_DOWN: glyphs.down,
        AttentionKind.SERVICE_FLAPPING: glyphs.flapping,
        AttentionKind.SERVICE_DEGRADED: glyphs.degraded,
        AttentionKind.PAYDAY_THREATENED: glyphs.flag,
        AttentionKind.PAYDAY_STEP: glyphs.flag,
        AttentionKind.CYBER_CLOCK: glyphs.clock,
        AttentionKind.SLA: glyphs.clock,
        AttentionKind.RELEASE_LATE: glyphs.flag,
        AttentionKind.TRAINING_TODAY: glyphs.training,
        AttentionKind.TRAINING_FULL: glyphs.training,
        AttentionKind.SOURCE_FAILED: glyphs.source,
        AttentionKind.SOURCE_GAP: glyphs.source,
    }[kind]


def of_phase(glyphs: Glyphs, phase: SourcePhase) -> str:
    """The sign of how a source stands; empty while all is well."""
    return {SourcePhase.FAILED: glyphs.down, SourcePhase.STALE: glyphs.degraded}.get(phase, "")
