"""The vault: templates of one site, purpose and period, sealed and turned, by visitor label.

Plain templates come in to be turned, and never come out; turned ones come out for the gallery of whoever has a
permit. Turned templates have a template space of their own, so that no gallery takes those of another vault.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from galleria.domain.errors import InputError
from galleria.domain.face import Template
from galleria.identity.labels import halves
from galleria.identity.ports import Permit
from galleria.storage.sqlite import Closing

from .keys import Key, KeyStore, Scope
from .opening import finish_erasures, open_scope, shred
from .sealed import Sealed
from .transform import Rotation

STORE = "templates"
_HEAD = struct.Struct(">d16s")  # when it was kept, label


@dataclass(frozen=True, slots=True)
class Kept:
    """What the vault has of a label.

    Attributes:
        templates: turned.
        time: when they were kept, seconds since 1970-01-01 UTC.
    """

    label: str
    templates: tuple[Template, ...] = field(repr=False)
    time: float


@dataclass(frozen=True, slots=True)
class Space:
    """The template space of a network.

    Attributes:
        name: as the embedder's card gives it.
        dimensions: of a template.
    """

    name: str
    dimensions: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants templates: a permit, the camera they are for, and when."""

    permit: Permit
    camera: str
    now: float


class TemplateVault(Closing):
    """The open vault of a scope. Used by one thread after another.

    Args:
        path: the file; made if it is absent.
        keys: where the scope's key lies.
        now: seconds since 1970-01-01 UTC.

    Raises:
        StoreError: see `open_scope`; from every method where the file cannot be read or written.
    """

    def __init__(self, path: Path, keys: KeyStore, scope: Scope, space: Space, now: float) -> None:
        _check(scope)
        self._path, self._keys, self._plain = path, keys, space
        self._file, key = open_scope(path, keys, scope, now)
        self._use(key)

    @property
    def space(self) -> str:
        """The template space of turned templates: nobody else's."""
        return self._space

    def _use(self, key: Key) -> None:
        self._scope = key.scope
        self._rows = Sealed(self._file, key, self._plain.name)
        self._rotation = Rotation(key.derive(f"rotation of {self._plain.name}"), self._plain.dimensions)
        self._space = f"{self._plain.name}~{key.derive('space', 8).hex()}"

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Templates."""
        return len(self._rows)

    def turned(self, template: Template) -> Template:
        """A template of the network, as this vault and its gallery have it.

        Raises:
            InputError: it is of another space.
        """
        if template.space != self._plain.name or len(template.values) != self._plain.dimensions:
            problem = f"a template of the space {template.space} for a vault of the space {self._plain.name}"
            raise InputError(problem, "Use the network that the vault was made with.")
        return Template(self.space, self._rotation.turned(template.values[None])[0])

    def keep(self, label: str, templates: Sequence[Template], asker: Asker) -> None:
        """Keep these turned templates of a label in place of its others; on the disk when this returns.

        Raises:
            GalleriaError: the permit does not hold.
            InputError: a template is of another space, or was not turned by this vault.
            StoreError: rows were taken away or put back; nothing is kept then.
        """
        self._demand(asker)
        self._put(label, templates, asker.now)

    def load(self, asker: Asker) -> list[Kept]:
        """All turned templates, for a gallery in memory; those kept longest ago first.

        Raises:
            GalleriaError: the permit does not hold.
            StoreError: a row does not open, was taken away or put back; nothing is given out then.
        """
        self._demand(asker)
        found: dict[str, tuple[float, list[Template]]] = {}
        for tag, row in self._rows.all():
            time, packed = _HEAD.unpack(row[: _HEAD.size])
            label = packed.hex()
            if self._rows.tag(label) != tag:
                how = "a row belongs to another label"
                raise self._file.damaged(how)
            values = np.frombuffer(row[_HEAD.size :], "<f4").astype(np.float32)
            found.setdefault(label, (time, []))[1].append(Template(self.space, values))
        kept = [Kept(label, tuple(templates), time) for label, (time, templates) in found.items()]
        return sorted(kept, key=lambda one: (one.time, one.label))

    def forget(self, labels: Collection[str]) -> int:
        """Delete the templates of labels; how many labels had some.

        Raises:
            StoreError: rows were taken away or put back; the templates of these labels are deleted all the same.
        """
        return self._rows.drop(labels)

    def renew(self, scope: Scope, asker: Asker) -> None:
        """Carry everything over to a new key and rotation; the old key is destroyed.

        What was copied of the file before cannot be linked to it afterwards. If this is interrupted, either the old
        key still opens everything or the new one does.

        Args:
            scope: the new one, whose key exists; of the same site and purpose.
            asker: whose permit holds.
        """
        _check(scope)
        before = self._scope
        if scope == before or (scope.site, scope.purpose) != (before.site, before.purpose):
            raise ValueError("a vault is renewed for another period of its site and purpose")  # noqa: EM101
        kept, key, old = self.load(asker), self._keys.load(scope, asker.now), self._keys.load(before, asker.now)
        rows, rotation = self._rows, self._rotation
        try:
            with self._file.envelope():
                self._use(key)
                for one in kept:
                    plain = rotation.turned_back(np.stack([template.values for template in one.templates]))
                    self._put(one.label, [Template(self.space, v) for v in self._rotation.turned(plain)], one.time)
                rows.drop(one.label for one in kept)
        except BaseException:
            self._use(old)
            raise
        self._keys.destroy(before)
        finish_erasures(self._file, self._keys, scope)

    def shred(self) -> None:
        """Destroy the key, then the templates; the vault is closed."""
        self.close()
        shred(self._path, self._keys, self._scope)

    def _put(self, label: str, templates: Sequence[Template], time: float) -> None:
        for template in templates:
            if template.space != self.space:
                problem = f"a template of the space {template.space} for the vault {self.space}"
                raise InputError(problem, "Let this vault turn it first.")
        head = _HEAD.pack(time, halves([label]).astype(">u8").tobytes())
        self._rows.put(label, [head + template.values.astype("<f4").tobytes() for template in templates])

    def _demand(self, asker: Asker) -> None:
        asker.permit.demand(self._scope.purpose, asker.camera, asker.now)


def _check(scope: Scope) -> None:
    if scope.store != STORE:
        problem = f"a key of the store {scope.store} for templates"
        raise ValueError(problem)
