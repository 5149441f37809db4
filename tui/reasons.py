"""Machine-readable causes of a check (`http 503`, `timeout`) in the person's words."""

from __future__ import annotations

from collections.abc import Callable

from data.language import _

_KNOWN: dict[str, Callable[[], str]] = {
    "timeout": lambda: _("no answer in time"),
    "body mismatch": lambda: _("the answer lacks the expected text"),
    "slow": lambda: _("answers slowly"),
    "refused": lambda: _("the connection is refused"),
    "dns": lambda: _("the address is not known"),
    "tls": lambda: _("the certificate is not trusted"),
    "unreachable": lambda: _("cannot be reached"),
}


def reason_words(reason: str) -> str:
    """`reason` in words; one that we do not know as it is."""
    known = _KNOWN.get(reason)
    if known is not None:
        return known()
    head, _space, rest = reason.partition(" ")
    if head == "http" and rest.isdigit():
        return _("answers with error {code}").format(code=rest)
    return reason
