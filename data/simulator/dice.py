"""Draws that are the same in every process and on every Python: the world is a function of its seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_MASK = (1 << 64) - 1


class Dice:
    """A SplitMix64 sequence (Steele, Lea, Flood 2014) begun from whole numbers.

    `random.Random` promises its sequence only for `random()`, and costs ten times as much to begin; the simulator
    begins one for each ticket that it renders.
    """

    __slots__ = ("_state",)

    def __init__(self, *seeds: int) -> None:
        state = 0x9E3779B97F4A7C15
        for seed in seeds:
            state = (state ^ (seed & _MASK)) * 0xD1342543DE82EF95 & _MASK
            state ^= state >> 29
        self._state = state

    def bits(self) -> int:
        """The next 64 bits."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
        return state ^ (state >> 31)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return self.bits() % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + self.bits() % (high - low + 1)

    def part(self) -> float:
        """A number in [0, 1)."""
        return (self.bits() >> 11) / (1 << 53)

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.part() < probability

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of `choices`."""
        return choices[self.bits() % len(choices)]
