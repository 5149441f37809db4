"""The three looks: light (first), dark and high contrast. Colour is rare and means state; one accent means focus.

Roles are theme variables, so that a text is styled by what it means: `$quiet`, `$strong`, `$good`, `$warn`, `$bad`,
`$accent`. Contrast of every role against its background is at least 4.5 : 1, of the third look 7 : 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one look."""

    name: str
    dark: bool
    background: str
    band: str
    text: str
    quiet: str
    accent: str
    good: str
    warn: str
    bad: str
    cursor: str
    rest: str
    line: str
    faint: str
    """Bars of what is well: seen, not read."""

    def theme(self) -> Theme:
        """The look as a Textual theme."""
        return Theme(
            name=self.name,
            primary=self.accent,
            secondary=self.accent,
            accent=self.accent,
            foreground=self.text,
            background=self.background,
            surface=self.background,
            panel=self.band,
            boost=self.band,
            success=self.good,
            warning=self.warn,
            error=self.bad,
            dark=self.dark,
            text_alpha=1.0,
            variables={
                "band": self.band,
                "quiet": self.quiet,
                "strong": self.text,
                "good": self.good,
                "warn": self.warn,
                "bad": self.bad,
                "line": self.line,
                "faint": self.faint,
                "cursor": self.cursor,
                "cursor-rest": self.rest,
                "text": self.text,
                "text-muted": self.quiet,
                "text-disabled": self.quiet,
                "block-cursor-foreground": self.text,
                "block-cursor-background": self.cursor,
                "block-cursor-text-style": "bold",
                "block-cursor-blurred-background": self.rest,
                "input-cursor-background": self.accent,
                "input-cursor-foreground": self.background,
                "input-selection-background": self.cursor,
                "border": self.accent,
                "border-blurred": self.line,
                "scrollbar": self.line,
                "scrollbar-hover": self.quiet,
                "scrollbar-active": self.accent,
                "scrollbar-background": self.background,
                "scrollbar-background-hover": self.background,
                "scrollbar-background-active": self.background,
                "scrollbar-corner-color": self.background,
            },
        )


LIGHT = Look(
    "light",
    dark=False,
    background="#fbfaf8",
    band="#f1efea",
    text="#22262b",
    quiet="#646a73",
    accent="#0b5ba8",
    good="#257245",
    warn="#8a5600",
    bad="#b3231a",
    cursor="#d6e6f5",
    rest="#eceae5",
    line="#d3d0c9",
    faint="#b3b8bd",
)
DARK = Look(
    "dark",
    dark=True,
    background="#15181c",
    band="#1d2126",
    text="#d8dce2",
    quiet="#939ba6",
    accent="#74b4f2",
    good="#79c28c",
    warn="#e2b458",
    bad="#ff8178",
    cursor="#243a52",
    rest="#23272d",
    line="#3a4048",
    faint="#4f5762",
)
CONTRAST = Look(
    "contrast",
    dark=True,
    background="#000000",
    band="#000000",
    text="#ffffff",
    quiet="#d4d4d4",
    accent="#4de3ff",
    good="#62f58a",
    warn="#ffd83d",
    bad="#ff9d94",
    cursor="#00408f",
    rest="#303030",
    line="#9a9a9a",
    faint="#b0b0b0",
)
LOOKS = (LIGHT, DARK, CONTRAST)
ROLES = ("quiet", "strong", "good", "warn", "bad", "accent")


def next_look(name: str) -> str:
    """The name of the look after `name`, round and round; the first one for an unknown name."""
    names = [look.name for look in LOOKS]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def look(name: str) -> Look:
    """The look called `name`; the first one for an unknown name."""
    return next((each for each in LOOKS if each.name == name), LIGHT)
