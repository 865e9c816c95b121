"""The tree of errors. Each says what is wrong, where, and what to do next.

```
GalleriaError
├── InputError            something a person gave us cannot be used
│   ├── VideoError        a video or camera cannot be opened or read
│   │   └── LoginError    it wants another user or password
│   ├── SiteFileError     a site file is wrong (line, column, remedy)
│   ├── TruthError        a truth file is wrong
│   └── LineError         a line given on the command line is wrong
├── ModelError            a model card or network cannot be used
│   ├── ModelMissingError it is not in the cache yet
│   └── ModelMismatchError a hash, a shape or a golden answer differs
├── StoreError            the journal or an output file cannot be written or read
├── AccessError           somebody asked for what they may not do
│   ├── SignInError       nobody is signed in, or the name, password or code is wrong
│   │   └── CodeNeededError the password is right; the second factor is still missing
│   └── TooManyError      too many tries: wait
├── PolicyError           no declared purpose allows it, or not any more
├── NotFoundError         there is no such thing (camera, line, user)
└── ConflictError         somebody else changed it first
```
"""

from typing import NamedTuple


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


class Fault(NamedTuple):
    """One mistake in a site file.

    Attributes:
        loc: the way to the value that is wrong, from the top of the file, e.g. `("cameras", 0, "id")`.
    """

    loc: tuple[str | int, ...]
    what: str
    remedy: str


class LoginError(VideoError):
    """A camera wants another user or password."""


class SiteFileError(InputError):
    """A site file is wrong.

    Args:
        faults: all mistakes one by one, for forms that show each beside what is wrong; may be empty.
    """

    def __init__(self, problem: str, remedy: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(problem, remedy)
        self.faults = faults


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


class AccessError(GalleriaError):
    """Somebody asked for what they may not do, or did not say who they are."""


class SignInError(AccessError):
    """Nobody is signed in, or what was given to sign in is wrong; it is not told which part."""


class CodeNeededError(SignInError):
    """The password is right; a code of the second factor is needed as well."""


class TooManyError(AccessError):
    """There were too many tries.

    Args:
        seconds: to wait.
    """

    def __init__(self, problem: str, remedy: str = "", seconds: float = 0.0) -> None:
        super().__init__(problem, remedy)
        self.seconds = seconds


class PolicyError(GalleriaError):
    """No declared purpose allows it, or not any more."""


class NotFoundError(GalleriaError):
    """There is no such thing."""


class ConflictError(GalleriaError):
    """Somebody else changed it first."""
