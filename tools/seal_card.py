"""Prints what a card must say about the networks made from its source: hashes and golden answers.

    python tools/seal_card.py CARD_ID

Run after a change of conversion, quantisation or ranges, and copy the result into the card.
"""

from __future__ import annotations

import sys

from galleria.models import find_card
from galleria.models.cache import keep_source, kept_source, sha256
from galleria.models.engines import start
from galleria.models.golden import golden_input, summary
from galleria.models.obtain import build, fetch_source

# Runtimes differ in the last bits of fp32, and by a quantisation step in int8 (scores, then boxes).
TOLERANCES = {"fp32": (1e-3, 5e-3), "int8": (1e-1, 4e-1)}


def main() -> None:
    """Print TOML."""
    entry = find_card(sys.argv[1])
    source = entry.table.source
    files = kept_source(source) or fetch_source(source)
    keep_source(source, files)
    made = build(entry, files)
    for variant, content in made.items():
        outputs = start(content, "onnxruntime", 1).run(golden_input(entry.card.input, entry.card.task))
        print(f'[variants.{variant}]\nsha256 = "{sha256(content)}"')
        for number, output in enumerate(outputs):
            tolerance = TOLERANCES[variant][0 if number < len(outputs) // 2 else 1]
            values = ", ".join(f"{value:.5g}" for value in summary(output))
            print(f"[[variants.{variant}.golden]]\nvalues = [{values}]\ntolerance = {tolerance}\n")


if __name__ == "__main__":
    main()
