"""What reading costs in imports: the first paint waits for each of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.measuring import unmeasured

from .world import KEY, NOW

READING = """
import json, sys
from pathlib import Path
from data.clock import Clock
from data.model import TicketQuery
from data.paths import Places
from data.store.read import Reader

folder = Path(sys.argv[1])
reader = Reader(Places(folder / "config.toml", folder), sys.argv[2], Clock(int(sys.argv[3]), 0, 0))
window = reader.tickets(TicketQuery(text="viga"))
assert len(window.rows(0, 10)) == window.count() == 1
reader.overview(), reader.sources(), reader.developments(), reader.facets(), reader.data_versions()
reader.close()
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_reading_needs_sqlcipher_and_the_standard_library_alone(tmp_path: Path) -> None:
    from .world import JIRA, cache_writer, places_in, ticket, tickets

    writer = cache_writer(places_in(tmp_path))
    writer.apply(JIRA, tickets(ticket(1, summary="Viga otsuses"), cursor="c"), NOW)
    writer.close()
    done = subprocess.run(
        [sys.executable, "-c", READING, str(tmp_path), KEY, str(NOW)],
        env=unmeasured(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    foreign = set(json.loads(done.stdout)) - sys.stdlib_module_names - {"__main__", "data", "sqlcipher3"}
    # Packages that an editable install brings into every interpreter of this environment start with an underscore.
    assert {name for name in foreign if not name.startswith("_")} == set()
