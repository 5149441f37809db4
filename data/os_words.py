"""Why the operating system refused, in the person's language: its own words are in whatever language it was set to."""

from __future__ import annotations

import errno
from collections.abc import Callable

from data.language import _

_REASONS: dict[int, Callable[[], str]] = {
    errno.ENOENT: lambda: _("there is no such file or folder"),
    errno.EACCES: lambda: _("you have no right to it"),
    errno.EPERM: lambda: _("you have no right to it"),
    errno.EISDIR: lambda: _("it is a folder"),
    errno.ENOTDIR: lambda: _("a part of its path is no folder"),
    errno.EEXIST: lambda: _("there is one already"),
    errno.ENOSPC: lambda: _("the disk is full"),
    errno.EROFS: lambda: _("the disk takes no writes"),
    errno.ENAMETOOLONG: lambda: _("its name is too long"),
    errno.EADDRINUSE: lambda: _("another program uses it"),
}


def os_reason(error: OSError) -> str:
    """The end of a sentence that says what could not be done; the system's own words for an unusual reason."""
    known = _REASONS.get(error.errno or 0)
    return known() if known else error.strerror or str(error)
