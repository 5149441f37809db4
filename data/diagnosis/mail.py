"""Whether notices of outages can leave, and whether anybody would get them."""

from __future__ import annotations

from collections.abc import Iterator

from data.config import Config
from data.diagnosis import Finding, bad, good, skipped, warning
from data.language import _
from data.paths import Places
from data.post import PostError, probe
from data.secrets import SecretError, read_token
from data.words import reason_words

_SECONDS = 10.0
"""How long the mail server may take for a step."""


def look_at_mail(places: Places, config: Config) -> Iterator[Finding]:
    """Connects to the mail server and signs in, and sends nothing; looks for somebody who is told."""
    subject = _("e-mail")
    if config.mail is None:
        yield skipped(subject, _("not configured: notices of outages are copied or saved as files."))
    else:
        server = f"{config.mail.host}:{config.mail.port}"
        try:
            probe(config.mail, read_token(places, "mail", demo=config.demo), _SECONDS)
        except SecretError as error:
            yield bad(subject, str(error))
        except PostError as error:
            said = f" ({error.detail})" if error.detail else ""
            told = _("{server}: {reason}{said}.").format(server=server, reason=reason_words(error.code), said=said)
            yield bad(subject, told, _advice(error.code))
        else:
            yield good(subject, _("{server} takes messages.").format(server=server))
    if config.check and not any(each.notify for each in config.contact):
        told = _("the configuration names nobody who is told of outages.")
        yield warning(subject, told, _("Add a section [[contact]] with notify = true."))


def _advice(code: str) -> str:
    if code == "mail auth":
        return _("Store the password with “peakasutaja config mail”, and look at [mail] user.")
    if code in ("mail unsecured", "tls untrusted", "tls handshake"):
        return _("Look at [mail] security and port, or ask whoever keeps the mail server.")
    return _("Look at [mail] host and port, and at the network or VPN.")
