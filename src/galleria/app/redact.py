"""Takes secrets and what names people out of text before it is written down."""

from __future__ import annotations

import re

_HIDDEN = "***"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # rtsp://user:password@host: up to the last @ before the path ends, because passwords may hold an @.
    (re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#'\"<>]*@"), rf"\1{_HIDDEN}@"),
    # A password with a slash in it: what follows `user:` until an @ further on.
    (
        re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#@'\"<>]*:(?!\d{1,5}(?:[/?#\s'\"<>]|$))[^\s'\"<>]*@"),
        rf"\1{_HIDDEN}@",
    ),
    (
        re.compile(
            r"((?<![A-Za-z])(?:[a-z_]*pass(?:word|wd|phrase)?|pwd|pw|[a-z_]*token|[a-z_]*secret|(?:api_?)?key|auth|signature)"
            r"['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&;,)}'\"]+)",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
    (re.compile(r"\b((?:Proxy-)?Authorization['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+", re.IGNORECASE), rf"\1{_HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic|Digest)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"\bgal_[A-Za-z0-9_-]+"), f"gal_{_HIDDEN}"),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), f"{_HIDDEN}@{_HIDDEN}"),
)


def redact(text: str) -> str:
    """The text without logins in addresses, passwords, tokens, and e-mail addresses."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
