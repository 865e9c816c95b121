"""A report as PDF: A4, text that can be searched, the pictures drawn as lines."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from galleria.notify.digest import share

from .facts import Grid, PeriodReport, Picture, Section, made_text
from .layout import Column, layout
from .letters import Font, Letters, machine_font

_INK, _QUIET, _GRID, _NOW, _AGO, _HATCH = (27, 33, 39), (86, 97, 109), (227, 230, 234), (0, 114, 178), (213, 94, 0), (195, 201, 208)  # fmt: skip  # noqa: E501
_HIGH, _AXIS = 52.0, 16.0  # mm: of a picture, and of its ticks' words
_AIR = 0.18
_WESTERN = frozenset(map(ord, bytes(range(32, 127)).decode() + bytes(range(160, 256)).decode("latin-1")))


def pdf(report: PeriodReport, font: Font | None = None) -> bytes:
    """Write it.

    Args:
        report: what it says.
        font: None: one of the machine's.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every table that it leaves out
    paper = _Paper(font or machine_font(), report)
    paper.head()
    for section in report.sections:
        paper.section(section)
    paper.foot()
    return bytes(paper.pdf.output())


class _Paper:
    """The pages so far."""

    def __init__(self, font: Font | None, report: PeriodReport) -> None:
        self._report = report
        self.pdf = FPDF(format="A4")
        self.pdf.set_margins(18, 16, 18)
        self.pdf.set_auto_page_break(auto=True, margin=16)
        if font:
            self._family = "report"
            self.pdf.add_font(self._family, "", font.regular)
            self.pdf.add_font(self._family, "B", font.bold)
            faces = [face for face in self.pdf.fonts.values() if isinstance(face, TTFFont)]
            self._letters = Letters(frozenset(faces[0].cmap).intersection(*(face.cmap for face in faces)))
        else:
            self._family, self._letters = "helvetica", Letters(_WESTERN)
        self.pdf.set_creation_date(datetime.fromtimestamp(report.made, UTC))
        self.pdf.set_title(report.title)
        self.pdf.set_creator("Galleria")
        self.pdf.set_lang("en")
        self.pdf.add_page()

    def head(self) -> None:
        report = self._report
        self._write(report.title, 17, bold=True)
        made = made_text(report)
        self._write(f"Made {made}, times of {report.site.zone}.", 9, _QUIET)
        if report.site.simulated:
            self._write("Simulated: this site does not exist, and every number below is made up.", 11, _AGO, bold=True)

    def section(self, section: Section) -> None:
        if self.pdf.will_page_break(40 + (_HIGH if section.picture else 0)):
            self.pdf.add_page()
        self.pdf.ln(5)
        self._write(section.title, 13, bold=True)
        seen = f" Seen: {share(section.coverage)} of the opening hours." if section.coverage is not None else ""
        self._write(section.meaning + seen, 9, _QUIET)
        if section.why:
            self._write(f"No numbers. {section.why}", 10, bold=True)
        else:
            if section.large:
                self._write("   ".join(f"{words}: {value}" for words, value in section.large), 11, bold=True)
            if section.picture:
                self._picture(section.picture)
            if section.grid and section.grid.rows:
                self._grid(section.grid)
        for note in section.notes:
            self._write(note, 8, _QUIET)

    def foot(self) -> None:
        """What a reader must know of all of it, and of what could not be written."""
        self.pdf.ln(4)
        gap = "A dash is a gap: nothing was seen then, or there is nothing to tell; it is never a zero."
        self._write(f"{gap} Nothing is scaled up. Written by Galleria on this site.", 8, _QUIET)
        if missing := sorted(self._letters.missing):
            points = ", ".join(f"U+{ord(letter):04X}" for letter in missing)
            self._write(f"A question mark stands for letters that the font does not have: {points}.", 8, _QUIET)

    def _write(self, words: str, size: float, colour: tuple[int, int, int] = _INK, *, bold: bool = False) -> None:
        self.pdf.set_font(self._family, "B" if bold else "", size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(0, size * 0.5, self._letters.of(words), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def _grid(self, grid: Grid) -> None:
        self.pdf.ln(1)
        self.pdf.set_font(self._family, "", 9)
        self.pdf.set_text_color(*_INK)
        self.pdf.set_draw_color(*_GRID)
        self.pdf.set_fill_color(255)
        self.pdf.set_line_width(0.2)
        wide = (2, *(1 for _ in grid.headings[1:]))
        align = ("LEFT", *("RIGHT" for _ in grid.headings[1:]))
        style = FontFace(emphasis="", color=_QUIET)
        with self.pdf.table(
            col_widths=wide, text_align=align, headings_style=style, line_height=5.2,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        ) as table:  # fmt: skip
            for cells in (grid.headings, *grid.rows):
                row = table.row()
                for cell in cells:
                    row.cell(self._letters.of(cell))

    def _picture(self, picture: Picture) -> None:
        plan, pdf = layout(picture.bars), self.pdf
        if pdf.will_page_break(_HIGH + 16):
            pdf.add_page()
        left, top = pdf.l_margin + _AXIS, pdf.get_y() + 3
        wide, base = pdf.epw - _AXIS, pdf.get_y() + 3 + _HIGH
        pdf.set_font(self._family, "", 7)
        pdf.set_text_color(*_QUIET)
        pdf.set_line_width(0.2)
        for height, words in plan.ticks:
            y = base - height * _HIGH
            pdf.set_draw_color(*_GRID)
            pdf.line(left, y, left + wide, y)
            written = self._letters.of(words)
            pdf.text(left - 2 - pdf.get_string_width(written), y + 0.9, written)
        for column in plan.columns:
            self._column(column, left, top, wide)
        pdf.set_draw_color(*_INK)
        pdf.line(left, base, left + wide, base)
        pdf.set_y(base + 5)
        key = picture.words + (" Strokes: a week before." if plan.compared else "")
        self._write(key + (" Hatched: not all was seen." if plan.hatched else ""), 8, _QUIET)

    def _column(self, column: Column, left: float, top: float, wide: float) -> None:
        pdf, base = self.pdf, top + _HIGH
        x, w = left + (column.left + column.width * _AIR) * wide, column.width * (1 - 2 * _AIR) * wide
        pdf.set_line_width(0.2)
        if column.hatched:
            pdf.set_draw_color(*_HATCH)
            for n in range(int(_HIGH / 3)):
                y = top + n * 3.0
                pdf.line(x, min(y + min(w, 3.0), base), x + min(w, 3.0), y)
            pdf.rect(x, top, w, _HIGH)
        if column.height:
            pdf.set_fill_color(*_NOW)
            pdf.rect(x, base - column.height * _HIGH, w, column.height * _HIGH, style="F")
        if column.before is not None:
            pdf.set_draw_color(*_AGO)
            pdf.set_line_width(0.6)
            y = base - column.before * _HIGH
            pdf.line(left + column.left * wide, y, left + (column.left + column.width) * wide, y)
        if column.label:
            words = self._letters.of(column.label)
            pdf.text(
                left + (column.left + column.width / 2) * wide - pdf.get_string_width(words) / 2, base + 3.4, words
            )
