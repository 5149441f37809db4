"""`python -m tests.faults.table`: the table of faults and outcomes for README's reliability section."""

from __future__ import annotations

from tests.faults.outcomes import CHANGES, REFUSALS
from tests.faults.rows import rows


def table() -> str:
    """The table in Markdown."""
    lines = ["| what happens | what comes of it |", "| --- | --- |"]
    for refusal in REFUSALS:
        outcome = f"told (`{refusal.code}`), data stays, heals by itself" if refusal.code else "read all the same"
        lines.append(f"| {refusal.name} | {outcome} |")
    lines += [f"| {change.name} | {change.outcome} |" for change in CHANGES]
    lines += [f"| {name} | {outcome} |" for name, outcome in rows()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
