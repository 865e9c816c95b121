"""Line drawings, 24 x 24, drawn for the console; they take the colour of the text beside them."""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "overview": '<path d="M4 20V10M10 20V4M16 20v-7M21 20H3"/>',
    "flows": '<path d="M3 17l5-6 4 3 5-8 4 5"/><path d="M3 21h18"/>',
    "visitors": '<circle cx="8" cy="9" r="3"/><path d="M2.500 19c.5-3.500 2.500-5 5.500-5s5 1.500 5.500 5"/>'
    '<circle cx="16.500" cy="8" r="2.500"/><path d="M15.500 13.200c3-.5 5.500 1 6 4.300"/>',
    "routes": '<path d="M4 5c8 0 8 6 16 6M4 11c8 0 8-6 16-6M4 19c8 0 8-4 16-4"/>',
    "queues": '<circle cx="4.500" cy="9" r="2"/><circle cx="11" cy="9" r="2"/><path d="M2.500 19v-5h4v5M9 19v-5h4v5"/>'
    '<path d="M17 4v16M21 8h-4M21 14h-4"/>',
    "heat": '<rect x="3" y="4" width="18" height="16" rx="1.500"/><path d="M9 4v16M15 4v16M3 9.500h18M3 15h18"/>'
    '<path d="M10 11.500h4M10 13h4"/>',
    "floor": '<path d="M7 5h10l5 14H2z"/><path d="M12 5v14M4.500 12h15"/>',
    "sales": '<path d="M5 3h14v18l-3.500-2-3.500 2-3.500-2L5 21z"/><path d="M9 8h6M9 12h6"/>',
    "compare": '<path d="M5 20V9h4v11M15 20V4h4v16M3 20h18"/>',
    "live": '<circle cx="12" cy="12" r="2.500"/><path d="M7 7a7 7 0 0 0 0 10M17 7a7 7 0 0 1 0 10"/>',
    "cameras": '<path d="M3 7.500l13-3 2 7-13 3z"/><path d="M9 13.500V18H4"/><path d="M18.500 8.500l2.500 1"/>',
    "health": '<path d="M3 12h4l2.500-6 4 12 2.500-6H21"/>',
    "purposes": '<path d="M12 3l8 3v6c0 4.500-3.500 7.500-8 9-4.500-1.500-8-4.500-8-9V6z"/>'
    '<path d="M8.500 12l2.500 2.500 4.500-5"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1"/><circle cx="15" cy="7" r="2"/>'
    '<circle cx="9" cy="12" r="2"/><circle cx="17" cy="17" r="2"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="M20 20l-4.500-4.500"/>',
    "pen": '<path d="M4 20l1-4L16 5l3 3L8 19z"/>',
    "film": '<rect x="3" y="5" width="18" height="14" rx="1.500"/><path d="M8 5v14M16 5v14M3 12h18"/>',
    "undo": '<path d="M8 5L4 9l4 4"/><path d="M4 9h10a5 5 0 0 1 0 10h-4"/>',
    "redo": '<path d="M16 5l4 4-4 4"/><path d="M20 9H10a5 5 0 0 0 0 10h4"/>',
    "delete": '<path d="M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"/>',
    "line": '<path d="M5 19L19 5"/><circle cx="5" cy="19" r="2"/><circle cx="19" cy="5" r="2"/>',
    "zone": '<path d="M5 8l8-4 6 7-4 8-9-2z"/>',
    "mask": '<path d="M5 8l8-4 6 7-4 8-9-2z"/><path d="M7 15l8-9M10 18l7-8"/>',
    "lane": '<path d="M5 8l8-4 6 7-4 8-9-2z" stroke-dasharray="4 2 1 2"/>'
    '<circle cx="12" cy="10" r="2"/><path d="M8.500 15.500c.5-2 2-3 3.500-3s3 1 3.500 3"/>',
    "flip": '<path d="M7 4v14l-3-3M17 20V6l3 3"/>',
    "arrow": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "check": '<path d="M5 12.500l4.500 4.500L19 7.500"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8M16 7l3 3"/>',
    "members": '<circle cx="9" cy="8" r="3.500"/><path d="M3 19c.7-3.500 3-5 6-5s5.300 1.500 6 5"/>'
    '<path d="M16 11l2 2 4-4.500"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 20c1-4 4-6 8-6s7 2 8 6"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M4 20h16"/>',
    "refresh": '<path d="M20 11a8 8 0 0 0-14-4L4 9M4 13a8 8 0 0 0 14 4l2-2"/><path d="M4 4v5h5M20 20v-5h-5"/>',
    "warning": '<path d="M12 4l9 16H3z"/><path d="M12 10v5M12 17.500v.5"/>',
    "select": '<path d="M6 4l12 8-5 1.500L10 19z"/>',
    "up": '<path d="M7 14l5-5 5 5"/>',
    "more": '<circle cx="5.500" cy="12" r="1.500"/><circle cx="12" cy="12" r="1.500"/>'
    '<circle cx="18.500" cy="12" r="1.500"/>',
}


def icon(name: str) -> Markup:
    """An icon; hidden from screen readers: a word beside it (or the button's label) says the same."""
    head = (
        '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.7" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
    )
    return Markup(head + _PATHS[name] + "</svg>")  # noqa: S704  # all of it stands in this file
