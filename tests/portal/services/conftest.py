"""Every test here has services of its own, in a directory of its own, and leaves none running."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from portal import services


@pytest.fixture
def root() -> Iterator[Path]:
    # Not pytest's tmp_path: its parents are closed to the user that root hands the services to.
    with TemporaryDirectory(prefix="atrium-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "var"
        services.remove(Path(directory) / "var")
