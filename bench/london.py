"""Writes a list of test pictures for `galleria evaluate`: the labelled London faces, a print and a screen.

`python -m bench.london [FOLDER]` writes `london.csv` (51 adults, neutral enrolled, smiling as probes) and upright
copies of the three pictures of attacks into FOLDER, and prints the command. FOLDER is no place to publish from.
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path

from PIL import Image

DATA = Path(os.environ.get("GALLERIA_DATA", "../shared/data"))
COLUMNS = ("file", "subject", "use", "age", "gender", "group", "condition", "expression", "instrument")
_ATTACKS = {"image_T1": ("probe", ""), "image_F1": ("attack", "print"), "image_F2": ("attack", "screen")}


def write_list(data: Path, folder: Path) -> Path:
    """Write the list; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "london.csv"
    facts = data / "faces_london" / "london_info.csv"
    with path.open("w", newline="", encoding="utf-8") as out, facts.open(encoding="utf-8") as known:
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        for row in csv.DictReader(known):
            who = {"subject": row["face_id"], "age": row["face_age"], "gender": row["face_gender"]}
            for condition, use, number in (("neutral", "enrol", "03"), ("smiling", "probe", "08")):
                file = (data / "faces_london" / condition / f"{row['face_id']}_{number}.jpg").resolve()
                felt = {"condition": condition, "expression": "happy" if condition == "smiling" else "neutral"}
                writer.writerow({"file": file, "use": use, "group": row["face_eth"], **who, **felt})
        for name, (use, instrument) in _ATTACKS.items():
            upright = folder / f"{name}.png"
            with Image.open(data / "spoof" / f"{name}.jpg") as image:  # stored lying on its side
                image.transpose(Image.Transpose.ROTATE_270).save(upright)
            writer.writerow(
                {"file": upright.name, "subject": name, "use": use, "condition": "held up", "instrument": instrument}
            )
    return path


def main() -> None:
    """Write, and print what to run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("out/london"))
    path = write_list(DATA, parser.parse_args().folder)
    networks = "--expression faceapi-expression --liveness liveness-fr"
    print(f"galleria evaluate {path} --out {path.parent} --target 0.0024 {networks}")


if __name__ == "__main__":
    main()
