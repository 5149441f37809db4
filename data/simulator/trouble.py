"""A day with faults: what goes wrong with the simulated systems by itself, a function of seed and clock."""

from __future__ import annotations

from data.simulator import catalog
from data.simulator.dice import Dice
from data.simulator.faults import Fault
from data.simulator.world import World

MINUTE = 60_000
_ROUND_MS = 12 * MINUTE
_REAL_ROUND_MS = 40_000
"""However fast the clock runs, a person needs that long to see a fault come and go."""
_MODES = (
    "html200", "unauthorized", "captcha", "forbidden", "unavailable", "unavailable", "limited", "drop", "refuse",
    "refuse", "gzip", "slow", "elsewhere",
)  # fmt: skip
_STYLES = ("seconds", "date", "zero", "bucket", "none")
_PREFIXES = ("/rest", "/rest", "/rest/api/2/search", "/calendar", "")
_SLOW_SECONDS = 8.0
_PAUSE_SECONDS = 8.0


class Trouble:
    """Rounds of `round_ms` of the world's clock; most have a fault in their middle, some a right that is lost."""

    def __init__(self, world: World, speed: float) -> None:
        self._world = world
        self.round_ms = max(_ROUND_MS, round(_REAL_ROUND_MS * speed))

    def fault(self, path: str) -> Fault | None:
        """What is wrong with `path` now; nothing, as a rule."""
        number, into = divmod(self._world.now_ms() - self._world.start_ms, self.round_ms)
        is_middle = self.round_ms // 3 <= into < self.round_ms * 3 // 4
        dice = Dice(self._world.seed, number, 50)
        is_closed = is_middle and dice.chance(0.15)
        (self._world.closed.add if is_closed else self._world.closed.discard)(catalog.PERE)
        if is_closed or not is_middle or dice.chance(0.15):
            return None
        mode, prefix = dice.pick(_MODES), dice.pick(_PREFIXES)
        seconds = _SLOW_SECONDS if mode == "slow" else _PAUSE_SECONDS
        return Fault(prefix, mode, seconds, style=dice.pick(_STYLES)) if path.startswith(prefix) else None
