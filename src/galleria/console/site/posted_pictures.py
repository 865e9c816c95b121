"""Forms that carry pictures. They are read into memory and never lie on a disk, not even for a moment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from galleria.app.access import CSRF_HEADER
from galleria.domain.errors import AccessError, InputError

from .frame import caller, same_origin

MOST_PICTURES = 8
MOST_BYTES = 24 << 20  # of a whole form
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Pictures:
    """What such a form brought.

    Attributes:
        files: contents of pictures; empty ones, of fields that were left empty, are left out.
    """

    values: Mapping[str, str] = field(repr=False)
    files: tuple[bytes, ...] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()


class _InMemory(MultiPartParser):
    """Keeps files in memory: the usual one writes those of a megabyte to the disk."""

    spool_max_size = MOST_BYTES + 1


async def _posted(request: Request) -> Pictures:
    here = caller(request)
    same_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        problem = "this is no form of the console"
        raise AccessError(problem, "Load the page again, and send the form once more.")
    parser = _InMemory(request.headers, request.stream(), max_files=MOST_PICTURES, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, HTTPException) as error:
        problem = "the form cannot be read, or is larger than the console takes"
        raise InputError(problem, "Send fewer or smaller pictures.") from error
    try:
        values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        brought = request.headers.get(CSRF_HEADER) or values.get("csrf", "")
        if not secrets.compare_digest(brought.encode(), here.csrf.encode()):
            problem = "this page is older than your sign-in"
            raise AccessError(problem, "Load it again, and send the form once more.")
        files = [await file.read() for _, file in form.multi_items() if isinstance(file, UploadFile)]
    finally:
        await form.close()
    return Pictures(values, tuple(content for content in files if content))


PostedPictures = Annotated[Pictures, Depends(_posted)]
