"""Forms of the integrations and of retention: fields into the settings as the records keep them, and back.

A password is taken out of the form, kept in a file of its own, and stands in the settings as a reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from galleria.app.setup_secrets import Secrets

from .frame import Fields

KINDS = ("crossing", "stay", "condition", "queue-long", "capacity", "member")


def retention_of(fields: Fields) -> dict[str, Any]:
    """Days to keep."""
    return {key: whole(fields[key]) for key in ("events", "conditions", "measures")}


def logs_of(fields: Fields) -> dict[str, Any]:
    """Of the log files."""
    return {"level": fields["level"], "days": whole(fields["log_days"])}


def mqtt_of(fields: Fields, before: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Of the broker."""
    value: dict[str, Any] = {
        "host": fields["host"],
        "port": whole(fields["port"]),
        "tls": "tls" in fields,
        "authority": fields["authority"],
        "username": fields["username"],
        "password": _secret("mqtt", fields, before, folder),
        "prefix": fields["prefix"],
        "discovery": fields["discovery"] if "announce" in fields else "",
    }
    if not fields["username"]:
        value["password"] = ""
    return value


def mail_of(fields: Fields, before: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Of the daily and weekly reports."""
    value: dict[str, Any] = {
        "host": fields["host"],
        "port": whole(fields["port"]),
        "security": fields["security"],
        "authority": fields["authority"],
        "username": fields["username"],
        "password": _secret("mail", fields, before, folder),
        "recipients": [each for each in fields["recipients"].replace(",", "\n").split("\n") if each.strip()],
        "at": fields["at"],
        "weekly": "weekly" in fields,
    }
    value["recipients"] = [each.strip() for each in value["recipients"]]
    if fields["sender"]:
        value["sender"] = fields["sender"]
    if not fields["username"]:
        value["password"] = ""
    return value


def with_hook(fields: Fields, before: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Of the webhooks, with the one of the form added or changed."""
    hooks = [dict(hook) for hook in before.get("hooks", ())]
    old = next((hook for hook in hooks if hook["id"] == fields["id"]), {})
    hook: dict[str, Any] = {
        "id": fields["id"],
        "address": fields["address"],
        "secret": _secret(f"webhook-{fields['id'][:20]}", fields, {"password": old.get("secret", "")}, folder),
        "kinds": [kind for kind in KINDS if kind in fields.all("kinds")],
        "private": "private" in fields,
        "enabled": "enabled" in fields,
    }
    if old:
        hooks[hooks.index(old)] = hook
    else:
        hooks.append(hook)
    return {**before, "hooks": hooks}


def without_hook(name: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Of the webhooks, without one."""
    return {**before, "hooks": [hook for hook in before.get("hooks", ()) if hook["id"] != name]}


def whole(text: str) -> int | str:
    """A whole number; other text as it is, to be refused where it is checked."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text  # noqa: PLR2004  # digits


def _secret(name: str, fields: Fields, before: Mapping[str, Any], folder: Path) -> str:
    typed = fields.raw("password")
    if not typed:
        return str(before.get("password", ""))
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    return Secrets(folder, folder, "settings").keep(safe, typed)
