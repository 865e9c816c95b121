"""SVG marks of which a page has thousands, written as text at once: in a template each would take ten times as long."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def share(part: float) -> str:
    """A share, [0,1], as a length."""
    return f"{part * 100:.3f}%"


def bars(bars: Iterable[tuple[str, float, float]], width: float, part: str) -> Markup:
    """Bars that stand on the foot of a plot.

    Args:
        bars: class, left edge and height of each, in shares of the plot.
        width: of all of them, likewise.
        part: id of the pattern that bars of the class `part` are filled with.
    """
    filled = f' fill="url(#{escape(part)})"'
    wide = share(width)
    return Markup(  # noqa: S704  classes are ours
        "\n".join(
            f'<rect class="bar {kind}" x="{share(left)}" y="{share(1 - height)}" width="{wide}"'
            f' height="{share(height)}"{filled if kind == "part" else ""}/>'
            for kind, left, height in bars
        )
    )


def pieces(pieces: Iterable[tuple[str, float, float, float, str]], high: int) -> Markup:
    """Pieces of a strip of time, one beside the other.

    Args:
        pieces: class, left edge and width (shares of the strip), height (share of `high`), and what each says.
        high: of the strip, pixels.
    """
    return Markup(  # noqa: S704  classes are ours, and what pieces say is escaped
        "\n".join(
            f'<rect class="piece {kind}" x="{share(left)}" width="{share(width)}" y="{round(high * (1 - tall) / 2, 1)}"'
            f' height="{round(high * tall, 1)}"><title>{escape(says)}</title></rect>'
            for kind, left, width, tall, says in pieces
        )
    )
