"""Faces of a running site: nothing that looks at them is loaded before a purpose has a grant somewhere.

Implements `galleria.runtime.parts.FaceDesk` by asking first, and then handing on.
"""

# ruff: noqa: PLC0415 - what looks at faces is loaded where it is used

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from galleria.domain.errors import PolicyError
from galleria.domain.events import Origin
from galleria.domain.purpose import TEMPLATE_PURPOSES, Purpose
from galleria.domain.site import Camera, FaceSetting, Site
from galleria.domain.time import Clock
from galleria.runtime.look import Look
from galleria.storage.visitors import Visitors

from .faults import Faults

if TYPE_CHECKING:
    from galleria.domain.face import Template

    from .faces import FaceSteps
    from .recognition.desk import Recognition
    from .recognition.gallery import Place
    from .recognition.ports import Erasure, Grants, Subjects

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Around:
    """What it works with.

    Attributes:
        site: as it is now.
        vaults: folder of sealed templates.
        keys: folder of their keys, outside the site's folder.
        greet: told the label of a member who was seen, the camera, and when.
        told: told what became of a key, for the audit.
    """

    site: Callable[[], Site]
    vaults: Path
    keys: Path
    grants: Grants
    store: Visitors
    clock: Clock
    greet: Callable[[str, str, float], object]
    told: Callable[[str, str], object] = lambda _action, _which: None


class Faces:
    """One site's. Looks and ticks come from the analysis thread; any thread may ask for the rest."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._desk: Recognition | None = None
        self._making, self._loading = threading.Lock(), threading.Lock()
        self._steps: tuple[FaceSetting, FaceSteps] | None = None
        self._faults = Faults(_log, "faces")

    @property
    def running(self) -> bool:
        """Whether anything that looks at faces was loaded."""
        return self._desk is not None

    def look(self, camera: Camera, origin: Origin, look: Look) -> None:
        with self._faults.passed_over():
            if self._desk is not None or self._around.grants.granted(camera.id):
                self._made().look(camera, origin, look)

    def closed(self, camera: str) -> None:
        if self._desk is not None:
            self._desk.closed(camera)

    def tick(self) -> None:
        with self._faults.passed_over():
            self._tick()

    def stop(self) -> None:
        """Let go of everything; the analysis has ended."""
        if self._desk is not None:
            self._desk.stop()

    def subjects(self) -> Subjects:
        """The members' gallery; also while it has no grant, for there may be somebody to forget."""
        return self._made().members

    def steps(self) -> FaceSteps:
        """Networks that look at pictures of somebody who stands at a kiosk; let go of when no such purpose runs.

        They are had also where none runs and something is kept still: for whoever wants to be erased.

        Raises:
            PolicyError: no purpose that compares templates has a grant now, and no template is kept.
            StoreError: the folder of keys cannot be read.
            ModelError: a network cannot be had.
        """
        from .faces import FaceNetworks, face_steps

        setting = self._around.site().faces
        if not (self._granted() & TEMPLATE_PURPOSES or self._keeps_templates()):
            self._steps = None
            problem = "no purpose that compares faces runs"
            raise PolicyError(problem, "Look at the page of purposes what is missing.")
        with self._loading:  # which may take long: no camera waits for it
            known = self._steps
            if known is None or known[0] != setting:
                networks = FaceNetworks(setting.finder, setting.embedder, setting.age, "", "", setting.liveness)
                known = self._steps = setting, face_steps(networks, "onnxruntime", 1)
            return known[1]

    def threshold(self) -> float:
        """Comparison score from which on two pictures are of one face, as the dossier measured it.

        Raises:
            PolicyError: there is no dossier.
        """
        dossier = self._around.grants.dossier
        if dossier is None:
            problem = "there is no accuracy dossier"
            raise PolicyError(problem, "Look at the page of purposes what is missing.")
        return self._around.site().faces.threshold or dossier.threshold

    def erasures(self) -> Mapping[Purpose, Erasure]:
        """Of purposes whose visitors nobody enrolled, also of those that are stopped or not declared any more.

        Raises:
            StoreError: the folder of keys cannot be read.
        """
        if self._desk is None and not self._keeps():
            return {}
        desk = self._made()
        return {purpose: _Erasing(desk, purpose, self._around.store) for purpose in desk.keeping}

    def _tick(self) -> None:
        around = self._around
        site, granted = around.site(), self._granted()
        if not granted & TEMPLATE_PURPOSES:
            self._steps = None
        # What was declared once may have left templates that have to go.
        if self._desk is None and not granted and not self._keeps():
            return
        desk = self._made()
        desk.reload(site)
        desk.tick()

    def _granted(self) -> set[Purpose]:
        """What may be looked at anywhere now."""
        grants = self._around.grants
        return {purpose for camera in self._around.site().cameras for purpose in grants.granted(camera.id)}

    def _keeps(self) -> bool:
        """Whether there are keys: of what was made while a purpose ran."""
        return any(self._around.keys.glob("*.key"))

    def _keeps_templates(self) -> bool:
        """Whether somebody could be found in what is sealed. Raises StoreError."""
        if not self._keeps():
            return False
        from .recognition.gallery import live_scopes

        now = self._around.clock.now()
        return any(live_scopes(self._place(), purpose, now) for purpose in TEMPLATE_PURPOSES)

    def _place(self) -> Place:
        from .recognition.gallery import Place

        around = self._around
        return Place(around.site().id, around.vaults, around.keys, around.told)

    def _made(self) -> Recognition:
        with self._making:
            if self._desk is None:
                from .recognition.desk import Recognition

                around = self._around
                self._desk = Recognition(
                    around.site(), self._place(), around.grants, around.store, around.clock, greet=around.greet
                )  # fmt: skip
            return self._desk


@dataclass(frozen=True, slots=True)
class _Erasing:
    desk: Recognition
    purpose: Purpose
    store: Visitors

    def erase(self, templates: Sequence[Template]) -> int:
        # First of all from the store: whatever fails or ends then, a face that is shown again finds the rest.
        labels = self.desk.erase(self.purpose, templates, first=self.store.forget)
        self.store.forget(labels)  # what was being written meanwhile
        return len(labels)
