"""Rows of the table of faults that stand at their tests, so that none of them can be told without being held."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

_Test = TypeVar("_Test", bound=Callable[..., Any])


def holds(fault: str, outcome: str) -> Callable[[_Test], _Test]:
    """Says of a test that it holds the row `fault` | `outcome` of README's table."""

    def mark(test: _Test) -> _Test:
        test.row = (fault, outcome)  # type: ignore[attr-defined]
        return test

    return mark


def rows() -> list[tuple[str, str]]:
    """The rows of all tests of faults: those of upstream systems before those of the computer."""
    names = sorted(
        (file.stem for file in Path(__file__).parent.glob("test_*.py")), key=lambda name: ("machine" in name, name)
    )
    tests = [test for name in names for test in vars(import_module(f"tests.faults.{name}")).values()]
    return [test.row for test in tests if isinstance(test, FunctionType) and hasattr(test, "row")]
