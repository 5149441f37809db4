"""Whom a secure connection trusts, and as whom it is made: files in PEM beside the operating system's certificates."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from data.checks.base import Identity
from data.language import _
from data.os_words import os_reason
from data.sources.batch import SourceError
from data.text import clean_line

_REFUSALS = ("CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE_UNKNOWN",
             "ALERT_HANDSHAKE_FAILURE", "ALERT_ACCESS_DENIED")  # fmt: skip
"""Alerts of a server, as OpenSSL names them."""


def context_for(identity: Identity) -> ssl.SSLContext:
    """The settings of connections made as `identity`; raises SourceError `config` for files that cannot be used."""
    # Imported here: a desk that only speaks to loopback does not load it.
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if identity.authority:
        _use(identity.authority, lambda: context.load_verify_locations(identity.authority))
    if identity.certificate:
        key = identity.key or None
        # Without a password here OpenSSL would ask for one in the middle of the screen.
        _use(key or identity.certificate, lambda: context.load_cert_chain(identity.certificate, key, lambda: ""))
    return context


def wants_certificate(fault: ssl.SSLError) -> bool:
    """Whether the server ended the connection for want of a certificate of ours that it accepts (RFC 8446, 6.2)."""
    return any(alert in (getattr(fault, "reason", "") or "") for alert in _REFUSALS)


def _use(file: str, load: Callable[[], None]) -> None:
    try:
        load()
    except (OSError, ValueError) as error:
        # What is in the file is an SSLError, which is an OSError too.
        reason = _("it must hold PEM, and its key must need no password")
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
            reason = os_reason(error)
        raise SourceError(
            "config",
            _("The certificate or key {file} cannot be used: {reason}. Correct it in the configuration.").format(
                file=clean_line(file, 200), reason=reason
            ),
        ) from error
