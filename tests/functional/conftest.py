import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from worker import Link, Worker  # noqa: E402


@pytest.fixture
def link():
    made = Link()
    yield made
    made.remove()


@pytest.fixture
def worker(link):
    """A worker on the embedded log whose environment names the link's databases."""
    w = Worker("embedded", env=link.env()).start()
    yield w
    w.kill()
    w.remove()
