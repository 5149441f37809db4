"""What a fault of X-Road means, where it lies and whom to tell, in the person's language."""

from __future__ import annotations

from collections.abc import Callable

from data.language import _
from data.rules.xroad import PREFIX, Blame, blame_of, normalised

_MEANINGS: tuple[tuple[str, Blame | None, Callable[[], str]], ...] = (
    ("servicedisabled", None, lambda: _("its provider has switched the service off")),
    ("maintenancemode", Blame.OUR_SERVER, lambda: _("our security server is under maintenance")),
    ("maintenancemode", None, lambda: _("the provider's security server is under maintenance")),
    ("accessdenied", None, lambda: _("we have no right to use the service")),
    ("unknownservice", None, lambda: _("the provider has no such service")),
    ("unknownmember", None, lambda: _("X-Road knows no such member")),
    ("outdatedglobalconf", Blame.OUR_SERVER, lambda: _("our security server's global configuration is out of date")),
    ("sslauthenticationfailed", Blame.OUR_SERVER, lambda: _("our security server does not accept our certificate")),
    ("signer", Blame.OUR_SERVER, lambda: _("our security server cannot sign")),
    ("token", Blame.OUR_SERVER, lambda: _("our security server cannot sign")),
    ("cannotcreatesignature", Blame.OUR_SERVER, lambda: _("our security server cannot sign")),
    ("", Blame.US, lambda: _("X-Road does not accept our request")),
    ("", Blame.OUR_SERVER, lambda: _("our security server fails")),
    ("", Blame.PATH, lambda: _("the provider's security server cannot be reached")),
    ("", Blame.PARTNER_SERVER, lambda: _("the provider's security server fails")),
    ("", Blame.PARTNER_SYSTEM, lambda: _("the provider's information system does not answer")),
    ("", Blame.PARTNER, lambda: _("the provider's system answers with an error of its own")),
)
"""By what stands in the code and by whose fault it is; the first that fits holds."""


def fault_words(reason: str) -> str:
    """What a fault means whose machine-readable cause is `reason` (`xroad server.…`)."""
    code, blame = normalised(reason.removeprefix(PREFIX)), blame_of(reason)
    return next(words() for part, whose, words in _MEANINGS if part in code and whose in (None, blame))


def blame_place(blame: Blame) -> str:
    """Where a fault lies."""
    known: dict[Blame, Callable[[], str]] = {
        Blame.US: lambda: _("our own request or rights"),
        Blame.OUR_SERVER: lambda: _("our security server"),
        Blame.PATH: lambda: _("the way to the provider's security server"),
        Blame.PARTNER_SERVER: lambda: _("provider's security server"),
        Blame.PARTNER_SYSTEM: lambda: _("provider's information system"),
        Blame.PARTNER: lambda: _("provider of the service"),
    }
    return known[blame]()


def whom_to_tell(reason: str) -> str:
    """What to do about a fault of X-Road; empty for any other cause."""
    blame = blame_of(reason)
    if reason == "not listed":
        return _("Compare the service in the configuration with the list in the answer; each protocol has its own.")
    if reason == "certificate" or (blame is Blame.OUR_SERVER and "sslauthenticationfailed" in reason):
        return _(
            "Ask your IT house for a certificate that the server accepts for your subsystem, and name its file in the "
            "configuration. Until then a check of type prometheus or manual can stand in for it."
        )
    if blame is None:
        return ""
    if "accessdenied" in reason:
        return _(
            "Ask the provider, through your IT house, to allow your subsystem the service. "
            "Until then a check of type prometheus or manual can stand in for it."
        )
    known: dict[Blame, Callable[[], str]] = {
        Blame.US: lambda: _("Correct client and service in the configuration; your IT house knows the identifiers."),
        Blame.OUR_SERVER: lambda: _("Tell the IT house that keeps your security server."),
        Blame.PATH: lambda: _("Tell your IT house, which sees on whose side the network fails; quote the answer's id."),
    }
    provider = _("Tell the provider's help desk, and quote the id in the answer.")
    return known[blame]() if blame in known else provider
