"""At which sizes of the window, in cells, the desk is laid out in another way."""

from __future__ import annotations

NARROW, LOW = 100, 30
"""Below this many columns or rows one thing at a time is shown."""
TALL = 50
"""From so many rows on there is room for more of what needs attention, and for the titles of all columns."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 16
"""Below this even one thing at a time makes no sense, and the desk only asks for a larger window."""
