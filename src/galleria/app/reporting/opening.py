"""A site's folder, to be read by a report while the site may be running: nothing is made, nothing is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from galleria.app.audit import Audit
from galleria.app.flows import Flows
from galleria.app.keep import JOURNAL, MEASURES
from galleria.app.selling import SALES, Selling
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import STUDIES_KEPT
from galleria.domain.errors import InputError, StoreError
from galleria.domain.site import Site
from galleria.domain.time import WallClock
from galleria.storage.rollups import MEASURES_FORMAT, Rollups
from galleria.storage.sales import SALES_FORMAT, Sales
from galleria.storage.schema import Format
from galleria.storage.sqlite import told
from galleria.storage.studied import STUDIES_FORMAT, StudyStore

from .asking import Desk


class _Silent(Audit):
    """Stands where desks want an audit: a report asks them, and exports and takes nothing through them."""

    def __init__(self) -> None:  # without records: they are the running program's
        pass


@contextmanager
def open_desk(site: Site, folder: Path) -> Iterator[Desk]:
    """The answers of a site's folder; what the site does not keep yet is absent.

    Raises:
        InputError: there are no measures in it.
        StoreError: something cannot be read, or another version of the program wrote it.
    """
    if not (folder / MEASURES).is_file():
        problem = f"there are no measures in {folder}"
        raise InputError(problem, "Name the folder of a site that `galleria serve` keeps, with --folder.")
    with ExitStack() as opened:
        _current(folder / MEASURES, MEASURES_FORMAT)
        rollups = opened.enter_context(Rollups(folder / MEASURES))
        flows, audit, clock = Flows(site, rollups, folder / JOURNAL), _Silent(), WallClock()
        studies, selling = None, None
        if _current(folder / STUDIES, STUDIES_FORMAT):
            store = opened.enter_context(StudyStore(folder / STUDIES))
            kept = Studies(site, folder, rollups, store, STUDIES_KEPT)
            studies = StudyDesk(kept, flows, audit, clock)
        if _current(folder / SALES, SALES_FORMAT):
            selling = Selling(site, opened.enter_context(Sales(folder / SALES)), audit, clock)
        yield Desk(site, flows, studies, selling)


def _current(path: Path, form: Format) -> bool:
    """Whether a file is there. One of another version is refused, so that opening it does not change it."""
    if not path.is_file():
        return False
    with told(path, form.name), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as found:
        version = int(found.execute("PRAGMA user_version").fetchone()[0])
    if version != form.version:
        problem = f"the {form.name} {path} was written by another version of Galleria"
        raise StoreError(problem, "Run `galleria serve` of this version once, or report with the version that runs.")
    return True
