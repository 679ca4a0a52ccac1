"""The shared suite that every connector passes on a real server.

Give a `Ground` of your engine (ground.py; SqlGround for one that takes SQL) to a class in your test module:

    class TestMyEngine(Conformance):
        @pytest.fixture
        def ground(self, tmp_path: Path) -> Iterator[Ground]:
            yield MyGround(tmp_path)

What the engine lacks it says in `Ground.lacks`; those tests are skipped with the reason. A server that is slow to start
belongs into a fixture of the module; each test wants a `ground` without a table.
"""

from tests.catalog.harvest.connectors.harvests import Harvests
from tests.catalog.harvest.connectors.readings import Readings


class Conformance(Readings, Harvests):
    """Inherit from it and give it a fixture `ground`."""
