"""What the error code of a source means, and what to do about it, in one or two short sentences."""

from __future__ import annotations

from collections.abc import Callable

from data.language import _

_FAULTS: dict[str, Callable[[], str]] = {
    "auth": lambda: _("The token was refused. Give a new one: peakasutaja config init"),
    "captcha": lambda: _("Jira wants to see a person. Sign in to it in a browser and solve its puzzle."),
    "calendar.auth": lambda: _("The calendar's address is no longer accepted. Correct it in the configuration."),
    "calendar.html": lambda: _(
        "A web page came instead of the calendar. Sign in to the network, or check its address."
    ),
    "html": lambda: _("A web page came instead of data. Sign-in or token has run out."),
    "unreachable": lambda: _("No connection. Check the network or VPN."),
    "network": lambda: _("Nearly nothing can be reached from here. Check your own network connection or VPN."),
    "timeout": lambda: _("The server does not answer in time."),
    "tls": lambda: _("The server's certificate is not trusted. Ask IT."),
    "certificate": lambda: _("The server asks for a certificate of ours that it accepts. Ask IT."),
    "server": lambda: _("The server reports an error of its own."),
    "paused": lambda: _("The server asks for a pause."),
    "format": lambda: _("The answer cannot be understood. Run: peakasutaja doctor"),
    "proxy": lambda: _("The computer's proxy settings cannot be used. Run: peakasutaja doctor"),
    "absent": lambda: _(
        "The server does not know the address. "
        "It may be under maintenance; if it lasts, check the address in the configuration."
    ),
    "config": lambda: _("The configuration needs mending. Run: peakasutaja doctor"),
    "damaged": lambda: _("A file of the desk's own is damaged. Run: peakasutaja doctor"),
    "store": lambda: _("New data cannot be kept in the desk's files. Run: peakasutaja doctor"),
    "store.full": lambda: _("The disk is full, so new data cannot be kept. Make room on it."),
    "store.locked": lambda: _("Another program holds a file of the desk's. Close that program."),
    "fault": lambda: _("The program met a fault of its own."),
}
_STORE_FAULTS = {"damaged": "damaged", "locked": "store.locked"}
"""Of the faults that keep the desk from reading its own files, those that have words."""
_PASSING = ("fault", "paused", "server", "timeout")
"""What the person need do nothing about."""


def store_fault_text(code: str) -> str:
    """What it means that the desk's own files cannot be read, and what to do; `code` is that of `StoreError`."""
    known = _FAULTS.get(_STORE_FAULTS.get(code, ""))
    if known:
        return known()
    return _("The desk's own store cannot be read ({code}). Run: peakasutaja doctor").format(code=code)


def fault_text(code: str, kind: str, *, is_timed: bool = False) -> str:
    """What the error code of a source of `kind` means and what to do about it.

    Of a code in two parts (`store.full`) the first is enough. `is_timed` says that the moment of the next try follows.
    """
    words = (_FAULTS.get(each) for each in (f"{kind}.{code}", code, code.partition(".")[0]))
    known = next((each for each in words if each is not None), None)
    told = known() if known else _("The data does not renew. Run: peakasutaja doctor")
    return f"{told} {_('It is tried again by itself.')}" if code in _PASSING and not is_timed else told
