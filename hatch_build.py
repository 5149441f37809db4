"""Build step: compiles the message catalogues, since gettext reads the compiled form only."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes a `.mo` beside every `.po` under `data/locale`, for the wheel and for the editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in Path(self.root, "data", "locale").rglob("*.po"):
            with source.open("rb") as lines:
                catalogue = read_po(lines)
            with source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, catalogue)
