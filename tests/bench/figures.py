"""Figures of the bench: what was measured, in how many tries, against which target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 1).__int__() - 1))]


@dataclass(frozen=True, slots=True)
class Sample:
    """Repeated measurements of one thing, in milliseconds unless `unit` says otherwise."""

    name: str
    values: tuple[float, ...]
    unit: str = "ms"

    @property
    def median(self) -> float:
        """The middle value."""
        return median(self.values)

    def line(self) -> str:
        """Name, median, p95, p99, worst and count, in columns."""
        figures = (self.median, percentile(self.values, 0.95), percentile(self.values, 0.99), max(self.values))
        shown = "".join(f"{value:10.1f}" for value in figures)
        return f"  {self.name:<58}{shown} {self.unit:<3}{len(self.values):5}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure held against its target: it must not be greater."""

    name: str
    value: float
    target: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target

    def line(self) -> str:
        """Mark, name, value and target, in columns."""
        mark = "ok    " if self.met else "MISSED"
        return f"  {mark} {self.name:<66}{self.value:9.2f}{self.unit:<3} ≤ {self.target:.2f}{self.unit}"


@dataclass(slots=True)
class Report:
    """Everything that one run of the bench has to say."""

    samples: list[Sample] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, sample: Sample) -> Sample:
        """Takes `sample` into the report and gives it back."""
        self.samples.append(sample)
        return sample

    def text(self) -> str:
        """The tables."""
        parts = [f"  {'measured':<58}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>10}      tries"]
        parts += [sample.line() for sample in self.samples]
        parts += ["", "  targets"]
        parts += [verdict.line() for verdict in self.verdicts]
        if self.notes:
            parts += ["", *(f"  note: {note}" for note in self.notes)]
        return "\n".join(parts)
