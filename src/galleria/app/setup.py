"""Changes of the site file that the console and the API make: checked, guarded, kept.

A change is made to the text (remarks stay), read again as `galleria check` would read it, and only then written,
in one step. The version before is kept. Who changes has to name the revision that they saw: nobody's work is lost.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from ruamel.yaml.comments import CommentedMap

from galleria.domain.access import Actor
from galleria.domain.errors import ConflictError, NotFoundError
from galleria.domain.geometry import Polygon
from galleria.domain.purpose import Declaration, Purpose
from galleria.domain.site import Calibration, Camera, Hours, Site, Tripwire, Zone, no_camera
from galleria.domain.time import Clock, WallClock
from galleria.storage.sitefile import parse_site

from .audit import Audit
from .setup_claims import check_claims
from .setup_file import HISTORY, LONGEST, SiteText, make_id, revision_of, start_site_file
from .setup_purposes import drop_declaration, set_declaration, set_profile
from .setup_secrets import Address, Secrets, has_password, source_to_write
from .setup_yaml import Document

__all__ = ["HISTORY", "CameraSetup", "Setup", "Value", "make_id", "start_site_file"]

_ADDRESSES = {"source", "substream"}

Value: TypeAlias = str | int | float | bool | None
Change: TypeAlias = Callable[[Document], None]
Noted: TypeAlias = tuple[Actor, str, str]  # who did what to what, for the audit


@dataclass(frozen=True, slots=True)
class CameraSetup:
    """A camera as it stands in the file.

    Attributes:
        address: its source without the password.
        substream: likewise.
        password: whether one is kept.
        written: its other keys as written, without what is drawn; no secret is among them.
    """

    camera: Camera
    address: str
    substream: str
    password: bool
    written: Mapping[str, Any]


class Setup:
    """One site file and its changes.

    Args:
        path: the site file; it exists.
        folder: the site's own: old versions and passwords lie in it.
        audit: is told who changed what.
        clock: names the old versions.
        changed: called after every change, with the new site; an error of its own does not undo the change.
        environment: what `${NAME}` stands for; the program's if None.
    """

    def __init__(
        self,
        path: Path,
        folder: Path,
        audit: Audit,
        *,
        clock: Clock | None = None,
        changed: Callable[[Site], None] = lambda _: None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path.resolve()
        self._file = SiteText(self.path, folder)
        self._audit = audit
        self._clock = clock or WallClock()
        self._changed = changed
        self._environment = environment
        self._secrets = Secrets(folder, self.path.parent)
        self._lock = threading.RLock()
        # What was read last: pages ask often, and show no secret.
        self._parsed: tuple[bytes, Site | None] = (b"", None)
        self._listed: tuple[bytes, list[CameraSetup]] = (b"", [])

    @property
    def revision(self) -> str:
        """Of the file as it is now: 16 hexadecimal digits."""
        return revision_of(self._file.read())

    def read(self) -> tuple[Site, str]:
        """The site as the file has it now, and the revision of that.

        Raises:
            SiteFileError: somebody broke it by hand.
            StoreError: it cannot be read.
        """
        content = self._file.read()
        return parse_site(content, self.path, self._environment), revision_of(content)

    def shown(self) -> tuple[Site, str]:
        """The same for a page: read anew only when the file is another; secrets in it may be those of before.

        Raises:
            SiteFileError, StoreError: as for `read`.
        """
        content = self._file.read()
        known, site = self._parsed
        if site is None or content != known:
            site = parse_site(content, self.path, self._environment)
            self._parsed = content, site
        return site, revision_of(content)

    def cameras(self) -> list[CameraSetup]:
        """All cameras, in the file's order.

        Raises:
            SiteFileError, StoreError: as for `read`.
        """
        content = self._file.read()
        known, found = self._listed
        if content != known:
            site = parse_site(content, self.path, self._environment)
            blocks = Document(content.decode("utf-8-sig")).cameras
            found = [_setup(camera, block) for camera, block in zip(site.cameras, blocks, strict=True)]
            self._listed = content, found
        return list(found)

    def camera(self, camera: str) -> CameraSetup:
        """One camera.

        Raises:
            NotFoundError: there is none of that id.
        """
        for each in self.cameras():
            if each.camera.id == camera:
                return each
        raise no_camera(camera)

    def add_camera(
        self,
        by: Actor,
        values: Mapping[str, Value],
        *,
        camera: str = "",
        password: str = "",
        revision: str | None = None,
    ) -> tuple[str, str]:
        """Add a camera.

        Args:
            by: who does.
            values: its keys as in a site file (`name`, `source`, `anchor`, …), without what is drawn.
            camera: its id; made of the name if empty.
            password: for the address; kept in a file of its own. One inside the address is taken out likewise.
            revision: the one that was seen; None: whatever it is.

        Returns:
            the camera's id and the new revision.

        Raises:
            ConflictError: the file has changed since that revision.
            SiteFileError: it would be wrong; its faults say where.
            InputError, StoreError: the password cannot be kept.
        """
        with self._lock:
            site, _ = self.read()
            taken = {each.id for each in site.cameras}
            name = camera or make_id(str(values.get("name") or "camera"), taken)

            def add(document: Document) -> None:
                block = {"id": name, **{key: value for key, value in values.items() if value is not None}}
                for key in _ADDRESSES & block.keys():
                    block[key] = source_to_write(self._secrets, _file_name(name), str(block[key]), password, "")
                document.cameras.append(CommentedMap(block))

            return name, self._change(add, revision, (by, "camera.added", f"camera:{name}"))

    def change_camera(
        self, by: Actor, camera: str, values: Mapping[str, Value], *, password: str = "", revision: str | None = None
    ) -> str:
        """Change keys of a camera, None removes one. A kept password stays while user and host of the address do.

        Returns:
            the new revision.

        Raises:
            NotFoundError: there is no such camera.
            ConflictError, SiteFileError, InputError, StoreError: as for `add_camera`.
        """

        def change(document: Document) -> None:
            block = document.camera(camera)
            if block is None:
                raise no_camera(camera)
            for key, value in values.items():
                if value is None:
                    block.pop(key, None)
                elif key in _ADDRESSES:
                    before = str(block.get(key) or "")
                    new = source_to_write(self._secrets, _file_name(camera), str(value), password, before)
                    if new != before:
                        block[key] = new
                elif block.get(key) != value:
                    block[key] = value

        return self._change(change, revision, (by, "camera.changed", f"camera:{camera}"))

    def remove_camera(self, by: Actor, camera: str, *, revision: str | None = None) -> str:
        """Remove a camera with all that is drawn, and the entrances that then have no line. What was counted stays.

        Returns:
            the new revision.

        Raises:
            NotFoundError: there is no such camera.
            InputError: a shop or a queue names a line or a zone of it.
            ConflictError, StoreError: as for `add_camera`.
        """

        def remove(document: Document) -> None:
            block = document.camera(camera)
            if block is None:
                raise no_camera(camera)
            check_claims(document, block)
            document.release(str(line.get("id")) for line in block.get("tripwires") or ())
            del document.cameras[document.index(camera)]
            document.drop_empty_entrances()

        return self._change(remove, revision, (by, "camera.removed", f"camera:{camera}"))

    def draw(
        self,
        by: Actor,
        camera: str,
        tripwires: Sequence[Tripwire],
        zones: Sequence[Zone],
        masks: Sequence[Polygon],
        lane: Polygon | None,
        *,
        revision: str | None = None,
    ) -> str:
        """Replace all that is drawn in a camera's picture.

        An entrance that a line names and that does not exist is made, with the line's name; one that loses its last
        line goes.

        Args:
            by: who does.
            camera: its id.
            tripwires: `in` is from the left-hand to the right-hand side of each.
            zones: areas where stays are measured.
            masks: areas where nobody is looked for.
            lane: where faces may be looked at; None: everywhere. Another one than before ends what two people signed
                for this camera, until they sign again.
            revision: the one that was seen; None: whatever it is.

        Returns:
            the new revision.

        Raises:
            NotFoundError: there is no such camera.
            SiteFileError: what is drawn cannot be counted; locations of its faults begin with the camera's.
            InputError: a line or a zone would go that a shop or a queue names.
            ConflictError, StoreError: as for `add_camera`.
        """

        def draw(document: Document) -> None:
            block = document.camera(camera)
            if block is None:
                raise no_camera(camera)
            check_claims(document, block, {line.id for line in tripwires} | {zone.id for zone in zones})
            document.draw(block, tripwires, zones)
            document.mask(block, masks)
            document.lane(block, lane)
            document.drop_empty_entrances()

        return self._change(draw, revision, (by, "camera.drawn", f"camera:{camera}"))

    def calibrate(self, by: Actor, camera: str, calibration: Calibration | None, *, revision: str | None = None) -> str:
        """Set where the floor of a camera lies; None: it is not known. Returns the new revision.

        Raises:
            NotFoundError: there is no such camera.
            SiteFileError: the points cannot be used.
            ConflictError, StoreError: as for `add_camera`.
        """

        def calibrate(document: Document) -> None:
            block = document.camera(camera)
            if block is None:
                raise no_camera(camera)
            document.calibrate(block, calibration)

        return self._change(calibrate, revision, (by, "camera.calibrated", f"camera:{camera}"))

    def hours(self, by: Actor, hours: Mapping[int, Hours], *, revision: str | None = None) -> str:
        """Set the opening hours; empty: always open. Returns the new revision.

        Raises:
            SiteFileError, ConflictError, StoreError: as for `add_camera`.
        """
        return self._change(lambda document: document.set_hours(hours), revision, (by, "site.changed", ""))

    def name(self, by: Actor, name: str, *, zone: str = "", revision: str | None = None) -> str:
        """Set the site's name, and its time zone if one is given. Returns the new revision.

        Raises:
            SiteFileError, ConflictError, StoreError: as for `add_camera`.
        """

        def change(document: Document) -> None:
            head = document.root["site"]
            head["name"] = name
            if zone:
                head["time_zone"] = zone

        return self._change(change, revision, (by, "site.changed", ""))

    def profile(self, by: Actor, name: str, *, revision: str | None = None) -> str:
        """Choose a profile of `policy`. Returns the new revision.

        Raises:
            SiteFileError, ConflictError, StoreError: as for `add_camera`.
        """
        noted = (by, "profile.chosen", f"profile:{name[:64]}")
        return self._change(lambda document: set_profile(document, name), revision, noted)

    def declare(self, by: Actor, declaration: Declaration, *, revision: str | None = None) -> str:
        """Write a declaration, in the place of the one of that purpose; whole days only. Returns the new revision.

        Raises:
            SiteFileError, ConflictError, StoreError: as for `add_camera`.
        """
        zone = ZoneInfo(self.read()[0].zone)
        noted = (by, "purpose.declared", f"purpose:{declaration.purpose.value}")
        return self._change(lambda document: set_declaration(document, declaration, zone), revision, noted)

    def withdraw(self, by: Actor, purpose: Purpose, *, revision: str | None = None) -> str:
        """Remove the declaration of a purpose. Returns the new revision.

        Raises:
            NotFoundError: it is not declared.
            SiteFileError, ConflictError, StoreError: as for `add_camera`.
        """

        def withdraw(document: Document) -> None:
            if not drop_declaration(document, purpose):
                problem = f"{purpose.value} is not declared"
                raise NotFoundError(problem, "Load the page again: somebody may have withdrawn it.")

        return self._change(withdraw, revision, (by, "purpose.withdrawn", f"purpose:{purpose.value}"))

    def _change(self, change: Change, revision: str | None, noted: Noted | None = None) -> str:
        with self._lock:
            before = self._file.read()
            if revision is not None and revision != revision_of(before):
                problem = "somebody else has changed the site since you opened this page"
                raise ConflictError(problem, "Load the page again; then make your change once more.")
            # Refused now, before the change: what is wrong in the file was somebody else's.
            parse_site(before, self.path, self._environment)
            document = Document(before.decode("utf-8-sig"))
            try:
                change(document)
                after = document.text().encode()
                site = parse_site(after, self.path, self._environment)
            except Exception:
                self._secrets.sweep(before.decode("utf-8-sig"))
                raise
            if after != before:
                self._file.keep(before, self._clock.now())
                self._file.write(after)
                self._secrets.sweep(after.decode())
        if after != before:
            try:
                self._changed(site)
            finally:
                if noted:
                    self._audit.write(*noted, revision=revision_of(after))
        return revision_of(after)


def _setup(camera: Camera, block: Mapping[str, Any]) -> CameraSetup:
    drawn = {"tripwires", "zones", "masks", "lane", "calibration", "source", "substream"}
    written = {key: value for key, value in block.items() if key not in drawn}
    sub = Address.of(camera.shown_substream).shown
    return CameraSetup(camera, Address.of(camera.shown).shown, sub, has_password(camera.shown), written)


def _file_name(camera: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", camera)[:LONGEST]
