"""Who acts on this desk."""

from __future__ import annotations

import getpass

from data.config import Config


def actor(config: Config) -> str:
    """Who acts at this desk: the configured name, else the computer's user."""
    if config.desk.actor:
        return config.desk.actor
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
