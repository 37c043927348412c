"""A mistake of Headway's own: one clear message, and the details where only the user reads them."""

import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

import headway

STATUS = 3
_OURS = Path(headway.__file__).parent


def message(error: BaseException, details: Path) -> str:
    """What the user is told. Not the error's own words: they may quote the record."""
    return (
        f"headway: internal error: {type(error).__name__} in {place(error)}.\n"
        "This is a mistake of Headway, not yours; please report it with the line above, the command and\n"
        f"Headway {headway.__version__}, Python {platform.python_version()}, {sys.platform}.\n"
        f"Details: {details}\n"
        "They may quote patient data: read the file before you send it to anyone. `headway --debug …` shows\n"
        "the details on the screen instead.\n"
    )


def place(error: BaseException) -> str:
    """The innermost line of Headway's own code that the error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _OURS in Path(frame.filename).parents]
    if not own:
        return "a library"
    return f"{Path(own[-1].filename).relative_to(_OURS.parent).as_posix()}, line {own[-1].lineno}"


def written(error: BaseException) -> Path:
    """A new file with the traceback, which only its owner may read."""
    handle, name = tempfile.mkstemp(prefix="headway-error-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"Headway {headway.__version__}, Python {sys.version}, {platform.platform()}\n\n")
        file.write("".join(traceback.format_exception(error)))
    return Path(name)
