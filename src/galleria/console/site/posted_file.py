"""Forms that carry one file, which is kept in a folder of its own for as long as it is read."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from galleria.app.access import CSRF_HEADER
from galleria.domain.errors import AccessError, InputError

from .frame import caller, same_origin

MOST_BYTES = 64 << 20  # of a whole form
_MOST_FIELDS = 10
_KEPT = "sent-"  # begins the names of folders in which files are kept while they are read


@dataclass(frozen=True, slots=True)
class FileSent:
    """What such a form brought; `name` is as the sender calls the file, `path` is gone after the request."""

    name: str
    path: Path


def remove_left(folder: Path) -> None:
    """Remove what was sent when the program ended all at once; nobody reads it any more. At the start, before pages."""
    for left in folder.glob(f"{_KEPT}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)


async def _posted(request: Request) -> AsyncIterator[FileSent]:
    here = caller(request)
    same_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        problem = "this is no form of the console"
        raise AccessError(problem, "Load the page again, and send the form once more.")
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, HTTPException) as error:
        problem = "the form cannot be read, or is larger than the console takes"
        raise InputError(problem, "Send a smaller file, or put it into the watched folder.") from error
    try:
        token = form.get("csrf")
        brought = request.headers.get(CSRF_HEADER) or (token if isinstance(token, str) else "")
        if not secrets.compare_digest(brought.encode(), here.csrf.encode()):
            problem = "this page is older than your sign-in"
            raise AccessError(problem, "Load it again, and send the form once more.")
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            problem = "no file was chosen"
            raise InputError(problem, "Choose one, and send the form once more.")
        with TemporaryDirectory(prefix=_KEPT, dir=here.live.folder) as folder:
            # Of its own name what does no harm; what it is, is found out from what is in it.
            kept = "".join(c for c in sent.filename if c.isalnum() or c in "_-.").lstrip(".")
            path = Path(folder) / (kept[-80:] or "file")
            await run_in_threadpool(_keep, sent, path)
            yield FileSent(sent.filename[:100], path)
    finally:
        await form.close()


def _keep(sent: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(sent.file, file)


PostedFile = Annotated[FileSent, Depends(_posted)]
