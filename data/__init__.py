"""The headless half: what the desk knows. Never imports `tui`, Textual or Rich."""

__version__ = "0.1.0"
