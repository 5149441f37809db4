"""Who besides this user may read a file: mode bits on POSIX, the access list on Windows."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

from data.language import N_, _

_EVERYBODY = {
    "WD": N_("everyone"),
    "AU": N_("every signed-in user"),
    "BU": N_("every user of this computer"),
    "IU": N_("every user of this computer"),
    "BG": N_("guests"),
    "AN": N_("anonymous users"),
}
"""Trustees of an access list that stand for many, by their SDDL abbreviation ([MS-DTYP] 2.5.1.1)."""

_ALLOWING = re.compile(r"\(X?A;[^;]*;[^;]*;[^;]*;[^;]*;(\w\w)[;)]")


def looseness(file: Path) -> str:
    """Why `file` is not private, as the end of a sentence that begins with "because"; empty when it is.

    Raises OSError, and FileNotFoundError when there is no such file.
    """
    if sys.platform == "win32":
        file.stat()
        return loose_trustees(_access_list(file))
    return _loose_mode(file.stat())


def _loose_mode(found: os.stat_result) -> str:
    if found.st_mode & 0o077:
        return _("others may read it (mode {mode}, not 600)").format(mode=f"{stat.S_IMODE(found.st_mode):o}")
    if sys.platform != "win32" and found.st_uid not in (os.geteuid(), 0):
        return _("it belongs to another user")
    return ""


def loose_trustees(sddl: str) -> str:
    """Who the access list `sddl` (security descriptor definition language) lets in, of those who are many."""
    named = [_(_EVERYBODY[who]) for who in _ALLOWING.findall(sddl) if who in _EVERYBODY]
    return _("its access list lets in {names}").format(names=", ".join(dict.fromkeys(named))) if named else ""


if sys.platform == "win32":

    def _access_list(file: Path) -> str:
        """The file's access list in SDDL, by GetNamedSecurityInfo of the Windows API."""
        import ctypes
        from ctypes import wintypes

        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.LocalFree.argtypes = [ctypes.c_void_p]
        descriptor, text = ctypes.c_void_p(), wintypes.LPWSTR()
        file_object, access_list, revision = 1, 4, 1
        code = advapi.GetNamedSecurityInfoW(
            wintypes.LPCWSTR(str(file)), file_object, access_list, None, None, None, None, ctypes.byref(descriptor)
        )
        if code:
            raise ctypes.WinError(code)
        try:
            if not advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor, revision, access_list, ctypes.byref(text), None
            ):
                raise ctypes.WinError(ctypes.get_last_error())
            sddl = text.value or ""
            kernel.LocalFree(ctypes.cast(text, ctypes.c_void_p))
            return sddl
        finally:
            kernel.LocalFree(descriptor)
