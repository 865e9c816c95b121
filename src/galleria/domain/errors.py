"""The tree of errors. Each says what is wrong, where, and what to do next.

```
GalleriaError
├── InputError            something a person gave us cannot be used
│   ├── VideoError        a video or camera cannot be opened or read
│   ├── SiteFileError     a site file is wrong (line, column, remedy)
│   ├── TruthError        a truth file is wrong
│   └── LineError         a line given on the command line is wrong
├── ModelError            a model card or network cannot be used
│   ├── ModelMissingError it is not in the cache yet
│   └── ModelMismatchError a hash, a shape or a golden answer differs
└── StoreError            the journal or an output file cannot be written or read
```
"""


class GalleriaError(Exception):
    """Base of all errors raised on purpose.

    Args:
        problem: what is wrong and where, one sentence without a full stop at its end.
        remedy: what the reader can do next, one sentence.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}. {self.remedy}".strip() if self.remedy else self.problem


class InputError(GalleriaError):
    """Something a person gave us cannot be used."""


class VideoError(InputError):
    """A video or camera cannot be opened or read."""


class SiteFileError(InputError):
    """A site file is wrong."""


class TruthError(InputError):
    """A truth file is wrong."""


class LineError(InputError):
    """A line given on the command line is wrong."""


class ModelError(GalleriaError):
    """A model card or network cannot be used."""


class ModelMissingError(ModelError):
    """The network is not in the cache."""


class ModelMismatchError(ModelError):
    """A hash, a shape or a golden answer differs from what the card says."""


class StoreError(GalleriaError):
    """The journal or an output file cannot be written or read."""
