"""Which folders lie on a network drive, by the mounts that the system tells of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from data import volumes

MOUNTS = """\
22 1 252:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv/jagatud rw - nfs4 server:/jagatud rw
31 22 0:41 / /srv/jagatud/kohalik rw - ext4 /dev/vdb rw
32 22 0:42 / /srv/minu\\040kaust rw shared:7 master:2 - cifs //server/kaust rw
33 22 0:43 / /media/kodu rw - fuse.sshfs mari@server: rw
34 22 0:44 / /media/pulk rw - fuseblk /dev/sdb1 rw
35 22 0:45 / /mnt/c rw - 9p C:\\134 rw
36 22 0:46 / /kaks rw - nfs server:/a rw
37 36 0:47 / /kaks rw - tmpfs tmpfs rw
"""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems are asked through their own interface")
@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/peakasutaja", ""),
        ("/srv/jagatud/peakasutaja/veel", "nfs4"),
        ("/srv/jagatud", "nfs4"),
        ("/srv/jagatud-2", ""),
        ("/srv/jagatud/kohalik/a", ""),
        ("/srv/minu kaust/a", "cifs"),
        ("/media/kodu/a", "fuse.sshfs"),
        ("/media/pulk/a", ""),
        ("/mnt/c/Users", "9p"),
        ("/kaks/a", ""),
    ],
)
def test_the_innermost_mount_decides(folder: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    monkeypatch.setattr(volumes, "MOUNTS", mounts)

    assert volumes._network_kind(Path(folder)) == kind


def test_where_the_system_does_not_tell_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "MOUNTS", tmp_path / "none")

    assert volumes._network_kind(tmp_path) == ""
