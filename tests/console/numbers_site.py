"""A small shop with two days of measures behind a real server, with the console's pages."""

import sys
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "api"), str(TESTS / "app")]

from shop import Served, ShopSite  # noqa: E402  # lies where the line above says

from galleria.console.site import pages  # noqa: E402


@contextmanager
def console(folder):
    site = ShopSite(folder)
    try:
        with Served(site, pages=pages(site)) as served:
            yield served
    finally:
        site.close()
