"""Whether several templates are of one face: for pictures that somebody takes of themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.face import Template


def agree(templates: Sequence[Template], threshold: float) -> bool:
    """Whether each of them is as near each other one as the threshold asks, a cosine; also of none, and of one.

    Raises:
        ValueError: they are of different spaces.
    """
    if len({template.space for template in templates}) > 1:
        raise ValueError("templates of two spaces are never compared")  # noqa: EM101
    if len(templates) < 2:  # noqa: PLR2004 - nothing to compare with
        return True
    values = np.stack([template.values for template in templates]).astype(np.float64)
    return bool((values @ values.T).min() >= threshold)
