"""What the figures of a dossier do not prove, in sentences for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from galleria.domain.dossier import AgeRates, AttackRates, Dossier

from .calibrate import subjects_needed

_DIGITS = 3


def notes_on(dossier: Dossier) -> Dossier:
    """The dossier with its notes."""
    return replace(dossier, notes=tuple(_notes(dossier)))


def _notes(dossier: Dossier) -> Iterator[str]:
    yield from _set(dossier)
    yield from _groups(dossier)
    if dossier.identification and any(gallery.extrapolated for gallery in dossier.identification.galleries):
        yield "Rates of galleries larger than the set are computed from the FMR as if comparisons were independent."
    if dossier.ages:
        yield _ages(dossier.ages)
    if dossier.attacks:
        yield _attacks(dossier.attacks)
    else:
        yield "No presentation attack was tried: nothing is known of photos or screens held before the camera."


def _set(dossier: Dossier) -> Iterator[str]:
    calibration, strict = dossier.calibration, dossier.verification.strict
    yield (
        f"Comparisons that share a subject are not independent: the set is worth its {dossier.set.subjects} subjects, "
        f"not its {dossier.verification.fmr.trials} comparisons. Intervals draw subjects anew, not comparisons."
    )
    yield (
        f"The set can show a false-match rate of {_percent(calibration.floor)} at best ({calibration.pairs} pairs of "
        f"subjects, each counted once), and of {_percent(strict)} if no two comparisons may share a subject. "
        f"To show 0.1 % takes at least {subjects_needed(0.001)} subjects."
    )
    if not dossier.chosen:
        yield (
            "The threshold was found on the same subjects that its rates are measured on: with other subjects the "
            f"false-match rate may be as high as the end of its interval, {_percent(dossier.verification.fmr.high)}."
        )
    yield (
        "The figures are of this set's pictures. At a site light, distance, angle and movement differ, and errors are "
        "more: label some of the site's own footage of people who agreed, and evaluate again."
    )


def _groups(dossier: Dossier) -> Iterator[str]:
    if not dossier.groups:
        yield "Subjects were not asked anything of themselves: differences between groups are not known."
        return
    small = [group for group in dossier.groups if group.small]
    if small:
        names = ", ".join(f"{group.name} ({group.attribute}, {group.subjects})" for group in small)
        yield (
            f"Too few subjects to know a rate: {names}. These groups count in raising the threshold, but that it "
            "protects them is not shown."
        )
    wide = [g for g in dossier.groups if not g.small and not g.supported]
    if wide:
        names = ", ".join(f"{group.name} ({group.attribute}, {group.subjects})" for group in wide)
        yield f"Large enough for a rate, too small to show the target within the group: {names}."
    above = [g for g in dossier.groups if g.fmr and g.fmr.value > dossier.target]
    if above:
        names = ", ".join(
            f"{group.name} ({group.attribute}, {_percent(group.fmr.value)})" for group in above if group.fmr
        )
        yield f"At the chosen threshold the target is missed within: {names}."


def _ages(ages: AgeRates) -> str:
    low, high = ages.span
    return f"Ages under {low:g} and over {high:g} were not in the set: nothing is known of children or the old beyond."


def _attacks(attacks: AttackRates) -> str:
    counts = ", ".join(f"{one.species}: {one.apcer.trials}" for one in attacks.species)
    return (
        f"Attacks tried: {counts}. To show an APCER of at most 5 % takes {attacks.needed} of each species with "
        "none accepted. Of other species nothing is known."
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:.{_DIGITS}g} %"
