"""Whom we believe when a server shows its certificate."""

from __future__ import annotations

import ssl

from galleria.domain.errors import InputError


def tls_context(authority: str = "") -> ssl.SSLContext:
    """Certificates and names are checked, always.

    Args:
        authority: path of a PEM file with the only authority that is trusted; empty: those of the machine.

    Raises:
        InputError: the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=authority or None)
    except OSError as error:
        problem = f"the authority's certificate {authority} cannot be used ({error.strerror or error})"
        raise InputError(problem, "Name a PEM file that the program may read.") from error
