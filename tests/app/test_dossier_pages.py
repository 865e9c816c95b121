"""The pages of a dossier: they need nothing else, say what it says, and can be read in light and dark."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from dossiers import dossier, plain

from galleria.app.dossier_pages import page, summary, write_pages
from galleria.app.dossier_pages.words import between, interval, number, percent, signed, tick
from galleria.domain.accuracy import Method, Rate
from galleria.storage.dossierfile import read_dossier

NARROW = "\N{NARROW NO-BREAK SPACE}"
DOSSIERS = pytest.mark.parametrize("made", [dossier, plain], ids=["everything", "little"])


class Tags(HTMLParser):
    """Checks that every tag is closed, and keeps what each says."""

    EMPTY = frozenset({"meta", "line", "path", "rect", "circle", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@DOSSIERS
def test_a_page_is_whole_and_asks_for_nothing_from_elsewhere(made):
    text = page(made())
    tags = Tags(text).seen
    assert {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert not [attrs for _, attrs in tags if {"src", "href", "onload", "onclick"} & attrs.keys()]
    assert not re.search(r"https?:|url\(|@import", text)


@DOSSIERS
def test_page_and_summary_tell_the_figures_and_what_they_do_not_prove(made):
    found = made()
    words = "".join(Tags(page(found)).words)
    for text in (words, summary(found)):
        assert f"{found.threshold:.4f}" in text
        assert found.digest in text
        assert found.model.sha256 in text
        assert interval(found.verification.fmr) in text
        assert "2027-05-28" in text
        for note in found.notes:
            assert note in text
    for group in found.groups:
        assert group.name in words


@DOSSIERS
def test_page_and_summary_tell_usual_operating_points_as_the_estimates_they_are(made):
    found = made()
    points = found.verification.points
    assert points
    words = "".join(Tags(page(found)).words)
    for text in (words, summary(found)):
        for point in points:
            assert tick(point.rate) in text
            assert interval(point.fnmr) in text
            assert interval(point.fmr) in text
        assert f"This set of {found.set.subjects} subjects can show".lower() in text.lower()
        assert percent(points[0].fmr_best) in text
        assert percent(points[0].fnmr_best) in text
        assert text.count("estimate only") == sum(not point.shown for point in points) > 0


def test_a_dossier_from_before_there_were_operating_points_is_shown_without_them():
    old = replace(dossier(), verification=replace(dossier().verification, points=()))
    assert "operating points" not in page(old)
    assert "estimate only" not in summary(old)


def test_a_summary_is_one_page():
    assert len(summary(dossier()).splitlines()) <= 60
    assert "\n\n\n" not in summary(dossier())


def test_a_group_that_is_too_small_shows_a_bound_and_no_rate():
    few = next(group for group in dossier().groups if group.name == "few")
    assert few.small
    row = re.search(r"<tr[^>]*><th>few.*?</tr>", page(dossier()), re.DOTALL)[0]
    assert "too few subjects" in row
    assert row.count("at most") == 2
    assert "<td>–</td>" in row


def test_names_are_written_as_text():
    nasty = '<script>alert("1")</script>'
    found = dossier(1.0, (nasty, "a|b"))
    assert "<script" not in page(found)
    assert nasty in "".join(Tags(page(found)).words)
    assert "background: a/b" in summary(found)


def test_all_three_files_are_written(tmp_path):
    written = write_pages(tmp_path, dossier())
    assert {path.name for path in tmp_path.iterdir()} == {"dossier.json", "dossier.html", "dossier.md"}
    assert read_dossier(written.dossier) == dossier()
    assert written.page.read_text("utf-8") == page(dossier())
    assert written.summary.read_text("utf-8") == summary(dossier())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_a_browser_shows_it_without_complaint_and_nothing_leaves_its_drawing(chromium, tmp_path, scheme, width):
    written = write_pages(tmp_path, dossier())
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    shown, said = context.new_page(), []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.goto(written.page.as_uri())
    # Text that reaches out of its drawing is cut off.
    out = shown.evaluate("""() => [...document.querySelectorAll("figure svg")].flatMap(svg => {
        const around = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < around.left - 1 || box.right > around.right + 1
                || box.top < around.top - 1 || box.bottom > around.bottom + 1;
        }).map(text => text.textContent);
    })""")
    # Ink that can be told from the ground under it, by the luminances of WCAG 2.
    contrast = shown.evaluate("""() => {
        const light = colour => {
            const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = light(getComputedStyle(document.querySelector("section.caution")).backgroundColor);
        const inks = [...document.querySelectorAll("section p, section li, section td, section th")]
            .filter(e => !e.closest(".heat, .tag")).map(e => light(getComputedStyle(e).color));
        return Math.min(...inks.map(ink => (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)));
    }""")
    wide = shown.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert (said, out) == ([], [])
    assert wide <= width
    assert contrast >= 4.5


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0, "0"), (1, "100"), (0.5, "50.0"), (0.123, "12.3"), (0.0123, "1.2"), (0.00123, "0.12"), (0.000123, "0.012"),
        (0.99996, "99.99"), (0.999, "99.90"),
    ],
)  # fmt: skip
def test_rates_keep_two_digits_and_never_become_none_or_all(rate, words):
    assert percent(rate) == f"{words}{NARROW}%"


def test_numbers_in_words():
    assert between(0.001, 0.02) == f"0.10–2.0{NARROW}%"
    assert tick(1e-4) == f"0.01{NARROW}%"
    assert number(12345) == f"12{NARROW}345"
    assert (signed(-0.04), signed(-1.25)) == ("0.0", "−1.2")
    assert interval(Rate(0, 30, 30, 0.0, 0.1, Method.THREE)) == f"at most 10.0{NARROW}%"
    assert interval(Rate(30, 30, 30, 0.9, 1.0, Method.THREE)) == f"at least 90.0{NARROW}%"
