"""A whole small site behind a real server."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "app"))

from shop import SHOPS, Served, ShopSite


@pytest.fixture
def shop(tmp_path, request):
    """A site with people, and measures of two days; in modules that say `SHOPS = ""` without shops."""
    site = ShopSite(tmp_path, getattr(request.module, "SHOPS", SHOPS))
    yield site
    site.close()


@pytest.fixture
def served(shop):
    """The same behind a server."""
    with Served(shop) as served:
        yield served


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """One that several tests share, as they change nothing that others look at."""
    site = ShopSite(tmp_path_factory.mktemp("quiet"))
    with Served(site) as served:
        yield served
    site.close()
