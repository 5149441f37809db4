"""Files that the person takes along: where people look for what a program has saved for them."""

from __future__ import annotations

import re
from pathlib import Path

from data.paths import write_private

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')
"""What a file's name may not hold on some system, and spaces."""


def save_download(name: str, content: bytes) -> Path:
    """Writes a file called `name`, readable by the person alone, and returns where; raises OSError.

    It goes to the folder Downloads, or to the home folder where there is none. A file that is there already stays: the
    new one gets a number.
    """
    folder = Path.home() / "Downloads"
    folder = folder if folder.is_dir() else Path.home()
    wanted = Path(_UNSAFE.sub("-", name).strip("-.") or "peakasutaja")
    file, number = folder / wanted, 1
    while file.exists():
        number += 1
        file = folder / f"{wanted.stem}-{number}{wanted.suffix}"
    write_private(file, content)
    return file
