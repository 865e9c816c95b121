"""Declared purposes in the site file's text: what stands around them stays."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from galleria.domain.purpose import Declaration, Purpose
from galleria.storage.sitefile_purposes import first_day, last_day

from .setup_yaml import Document

_KEY = "purposes"


def set_profile(document: Document, name: str) -> None:
    """Choose a profile."""
    document.root["site"]["profile"] = name


def set_declaration(document: Document, declaration: Declaration, zone: ZoneInfo) -> None:
    """Write a declaration, in the place of the one of that purpose if there is one; its remarks stay."""
    declared = document.root.get(_KEY)
    if not isinstance(declared, CommentedSeq) or not declared:
        declared = document.root[_KEY] = CommentedSeq()
    block = next((one for one in declared if one.get("purpose") == declaration.purpose.value), None)
    if block is None:
        block = CommentedMap(purpose=declaration.purpose.value)
        declared.append(block)
    for key, value in _written(declaration, zone).items():
        if not value:
            block.pop(key, None)
        elif str(block.get(key)) != str(value):  # a day may stand there with or without quotes
            block[key] = value


def drop_declaration(document: Document, purpose: Purpose) -> bool:
    """Remove a declaration; whether there was one."""
    declared = document.root.get(_KEY) or []
    found = [n for n, one in enumerate(declared) if one.get("purpose") == purpose.value]
    for n in reversed(found):
        del declared[n]
    if found and not declared:
        del document.root[_KEY]
    return bool(found)


def _written(declaration: Declaration, zone: ZoneInfo) -> dict[str, object]:
    notice = CommentedMap(version=declaration.notice.version, place=declaration.notice.place)
    notice.fa.set_flow_style()
    cameras = CommentedSeq(declaration.cameras)
    cameras.fa.set_flow_style()
    return {
        "basis": declaration.basis.value,
        "notice": notice if any(notice.values()) else None,
        "begins": first_day(declaration, zone).isoformat(),
        "ends": last_day(declaration, zone).isoformat(),
        "cameras": cameras,
        "dpia": declaration.dpia,
        "equal_way": declaration.equal_way,
        "panel": declaration.panel,
        "staff_notice": declaration.staff_notice,
    }
