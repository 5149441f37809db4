"""Makes the pictures of README.md anew, from the real demo in a real terminal: `python -m tests.pictures`.

Needs tmux and rsvg-convert (Debian: tmux, librsvg2-bin, fonts-dejavu-core).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from tests.journeys.terminal import PROGRAM, ROOT, Terminal

PICTURES = ROOT / "tui" / "help" / "pictures"


def make(folder: Path) -> None:
    """The desk after its first minute, a notice about the outage there, and the timelines, as PNG in `folder`."""
    with tempfile.TemporaryDirectory() as home:
        private = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "LC_ALL": "C.UTF-8"}
        desk = Terminal((*PROGRAM, "demo"), size=(150, 38), environment=private, pictures=Path(home), notes=Path(home))
        try:
            desk.wait_for(r"teenuse juht teavitamata", seconds=120)  # the checks need some looks to be sure
            desk.picture("desk")
            desk.press("n")
            desk.wait_for(r"ootele\.")  # the text is in its lines
            desk.picture("notice")
            desk.press("Escape")
            desk.wait_for_absence(r"ootele\.")
            desk.press("4")
            desk.wait_for("PILETID ARENDUSE SEES")
            desk.picture("developments")
            desk.press("q")
            desk.wait_for_end()
        finally:
            desk.close()
        folder.mkdir(parents=True, exist_ok=True)
        for picture in sorted(Path(home).glob("*.svg")):
            target = folder / f"{picture.stem}.png"
            subprocess.run(["rsvg-convert", str(picture), "-o", os.fspath(target)], check=True)
            print(target.relative_to(ROOT))


if __name__ == "__main__":
    make(PICTURES)
