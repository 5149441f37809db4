"""Identifiers of X-Road as the configuration writes them: codes with slashes between, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote

MEMBER, SUBSYSTEM, SERVICE, VERSION = 3, 4, 5, 6
"""How many codes name each, counted from the instance."""
SERVER = 4
"""Of a security server: its owner's and its own."""


def codes_of(identifier: str) -> tuple[str, ...]:
    """The codes of an identifier such as `EE/GOV/70001975/perehyvitised`; a slash in a code is written %2F."""
    return tuple(map(unquote, identifier.split("/")))


def path_of(codes: Sequence[str]) -> str:
    """`codes` as they stand in an address or in `X-Road-Client`."""
    return "/".join(quote(code, safe="") for code in codes)


def identifier_problem(identifier: str, least: int, most: int) -> bool:
    """Whether `identifier` lacks codes or has too many, or one is empty or not printable."""
    codes = codes_of(identifier)
    return not (least <= len(codes) <= most and all(code.strip() and code.isprintable() for code in codes))
