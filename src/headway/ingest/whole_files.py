"""Files that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headway.errors import RecordError


@contextmanager
def written_whole(path: Path | str) -> Iterator[Path]:
    """A file beside `path` to write to; it takes the place of `path` when all went well, else it goes.

    What stood at `path` before stays until then.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise RecordError(f"There is no folder {target.parent} to write {target.name} to.")
    if target.is_dir():
        raise RecordError(f"{target} is a folder; give the name of a file.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".headway-") as beside:
            written = Path(beside) / target.name
            yield written
            os.replace(written, target)
    except OSError as reason:
        raise RecordError(f"{target} cannot be written: {reason.strerror or reason}.") from reason
