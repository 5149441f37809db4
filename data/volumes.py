"""On what kind of drive a folder lies. SQLite's locks and shared memory do not hold on a network drive."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from data.language import _

MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "9p", "vboxsf", "prl_fs", "ceph", "glusterfs"}
    | {"lustre", "gpfs", "pvfs2", "orangefs", "davfs", "webdav"}
    | {f"fuse.{name}" for name in ("sshfs", "rclone", "davfs2", "glusterfs", "gvfsd-fuse")}
)
"""Types of Linux file systems whose files another machine (or the host of this one) may write as well."""


@lru_cache(maxsize=8)
def network_kind(folder: Path) -> str:
    """What kind of network drive holds `folder`, which need not be there yet; empty for a drive of this machine."""
    return _network_kind(folder)


def network_words(folder: Path, kind: str) -> str:
    """What to tell the person whose data would lie on a network drive."""
    return _(
        "{folder} is on a network drive ({kind}), where the data would be damaged. "
        "Choose a folder on this computer’s own disk with --data-dir or PEAKASUTAJA_DATA_DIR."
    ).format(folder=folder, kind=kind)


if sys.platform == "win32":

    def _network_kind(folder: Path) -> str:
        """By GetDriveTypeW of the Windows API; a path that begins with two backslashes names a server."""
        import ctypes

        drive = folder.resolve().drive.removeprefix("\\\\?\\")
        if drive.startswith(("\\\\", "UNC\\")):
            return "UNC"
        remote = 4
        return "DRIVE_REMOTE" if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote else ""

elif sys.platform == "darwin":

    def _network_kind(folder: Path) -> str:
        """By statfs(2): a volume without MNT_LOCAL is another machine's; its type stands at byte 72."""
        import ctypes

        there = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
        libc = ctypes.CDLL(None, use_errno=True)
        statfs = getattr(libc, "statfs$INODE64", None) or libc.statfs
        found = ctypes.create_string_buffer(4096)
        if statfs(str(there).encode(), found):
            return ""
        flags, mnt_local = int.from_bytes(found.raw[64:68], sys.byteorder), 0x1000
        return "" if flags & mnt_local else found.raw[72:88].split(b"\0")[0].decode("ascii", "replace")

else:

    def _network_kind(folder: Path) -> str:
        """By the mounts of this process (proc(5), mountinfo): the longest that holds the folder decides."""
        try:
            lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except OSError:
            return ""
        place, best, kind = folder.resolve(), -1, ""
        for line in lines:
            before, _separator, after = line.partition(" - ")
            point = Path(before.split()[4].encode("latin-1", "replace").decode("unicode_escape"))
            # Of two mounts on one point the later one hides the earlier.
            if place.is_relative_to(point) and len(point.parts) >= best:
                best, kind = len(point.parts), after.split()[0]
        return kind if kind in _NETWORK else ""
