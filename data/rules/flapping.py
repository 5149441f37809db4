"""Whether a service fails and answers by turns: flapping.

Rule (facts on service status, "The engine"; Nagios' "Detection and Handling of State Flapping"): of the last 21 answers
and failures, the share of those that differ from the one before, the recent ones weighted more. Above one half it is
flapping, below a quarter it is no more.
"""

from __future__ import annotations

from itertools import pairwise

LOOKS = 21
STARTS_ABOVE = 0.5
STOPS_BELOW = 0.25
_LIGHTEST, _HEAVIEST = 0.8, 1.2
_CHANGES = LOOKS - 1
_WEIGHTS = [_LIGHTEST + (_HEAVIEST - _LIGHTEST) * place / (_CHANGES - 1) for place in range(_CHANGES)]
_ANSWERED, _FAILED = ".", "x"


def remembered(turns: str, *, is_fail: bool) -> str:
    """`turns` and one look more: a sign for each look, the oldest first.

    Of looks that are all alike one is kept, so that a steady service has a steady memory.
    """
    looks = (turns + (_FAILED if is_fail else _ANSWERED))[-LOOKS:]
    return looks if len(set(looks)) > 1 else looks[-1]


def is_flapping(turns: str) -> bool:
    """Whether one that was steady flaps now."""
    return _share(turns) > STARTS_ABOVE


def has_settled(turns: str) -> bool:
    """Whether one that flapped is steady again."""
    return _share(turns) < STOPS_BELOW


def _share(turns: str) -> float:
    """The weighted share of changes; looks that are not remembered are none."""
    changes = [before != after for before, after in pairwise(turns)]
    weights = _WEIGHTS[_CHANGES - len(changes) :]
    return sum(weight for weight, is_change in zip(weights, changes, strict=True) if is_change) / _CHANGES
