"""What to make of an answer: the data in it, or plain words for what came in its place."""

from __future__ import annotations

import msgspec

from data.language import _
from data.sources.batch import SourceError
from data.sources.budget import UNTOLD_PAUSE, PausedError, pause_seconds
from data.sources.client import Reply

_DATA_BEGINS = (b"{", b"[", b"begin:vcalendar")
"""With what the data that we ask for begins, in small letters: JSON and calendars."""
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


class TooMuchError(SourceError):
    """The answer is longer than what is read of one; a smaller question may help."""


def require_data(reply: Reply, host: str, *, has_token: bool = True) -> bytes:
    """The body of a good answer; raises SourceError when the answer is anything else.

    An expired token or a sign-in gateway answers 200 with a web page, so HTML is never data.
    """
    if reply.status in (401, 403, 407):
        told = (
            _(
                "{host} refused access (HTTP {status}): the token is not valid or lacks rights. "
                "Make a new one and store it with “peakasutaja config init”."
            )
            if has_token
            else _("{host} refused access (HTTP {status}). Correct the address in the configuration.")
        )
        raise SourceError("auth", told.format(host=host, status=reply.status), pause_seconds(reply.headers))
    if 300 <= reply.status < 400:
        told = (
            _(
                "{host} sends us on to another address instead of answering, probably to a sign-in page. "
                "Make a new token, or write the final address in the configuration."
            )
            if has_token
            else _(
                "{host} sends us on to another address instead of answering, probably to a sign-in page. "
                "Write the final address in the configuration."
            )
        )
        raise SourceError("html", told.format(host=host))
    if reply.status in (404, 410):
        # Whoever mends a server often takes its routes away: an address that was right is no proof of a wrong one.
        told = _(
            "{host} does not know this address (HTTP {status}). "
            "It may be under maintenance; if it lasts, check the address in the configuration."
        )
        raise SourceError("absent", told.format(host=host, status=reply.status), pause_seconds(reply.headers))
    if reply.status == 429:
        raise PausedError(host, pause_seconds(reply.headers) or UNTOLD_PAUSE)
    if reply.status != 200:
        raise server_error(reply, host)
    if reply.is_cut:
        raise TooMuchError(
            "format",
            _("{host} sent more than {n} MB, which is not read. Ask its keeper what is in there.").format(
                host=host, n=len(reply.body) // 1024 // 1024
            ),
        )
    if is_web_page(reply):
        told = (
            _(
                "{host} sent a web page instead of data, probably a sign-in page. "
                "The token has expired, or the network asks for a sign-in: make a new token, or sign in."
            )
            if has_token
            else _(
                "{host} sent a web page instead of data, probably a sign-in page. "
                "Sign in where the network asks for it, or correct the address in the configuration."
            )
        )
        raise SourceError("html", told.format(host=host))
    # Some gateways put the mark of UTF-8 before it, which no decoder of JSON takes.
    return reply.body.removeprefix(b"\xef\xbb\xbf")


def server_error(reply: Reply, host: str) -> SourceError:
    """What to say of a 5xx or an unexpected status."""
    return SourceError(
        "server",
        _(
            "{host} answers with an error (HTTP {status}). The fault is on its side; the desk tries again by itself."
        ).format(host=host, status=reply.status),
        pause_seconds(reply.headers),
    )


def unreadable(host: str, body: bytes) -> SourceError:
    """What to say of a good answer whose `body` is not in the JSON that was asked for."""
    if _is_broken_off(body):
        # A compressed body that ends too early is no error of its own: what came of it is unpacked.
        told = _("{host} broke off its answer in the middle. The fault is on its side; the desk tries again by itself.")
        return SourceError("server", told.format(host=host))
    return SourceError(
        "format",
        _("{host} sent something that cannot be read. Check the address in the configuration.").format(host=host),
    )


def _is_broken_off(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    return False


def is_web_page(reply: Reply) -> bool:
    """Whether the answer is a page for people, though it may be called data.

    What it begins with decides. Gateways that rewrite answers and scripts that set no type call good JSON and good
    calendars text/html; no page begins like those, and each begins with a tag. Anything else is a page where it says
    so itself: of what is no JSON, Jira's facts hold that it asks for a sign-in.
    """
    start = reply.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        return True
    is_called_page = reply.headers.get("content-type", "").lower().startswith(_PAGE_TYPES)
    return is_called_page and not start.startswith(_DATA_BEGINS)
