"""Writing a report's folder: all of it, or nothing."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from headway.errors import HeadwayError


def all_or_nothing(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a temporary folder beside the target, then put it in the target's place.

    An older report is replaced only when the new one is complete. A folder that Headway did not
    write is never replaced.
    """
    if folder.exists() and not _ours(folder):
        raise HeadwayError(
            f"{folder} exists and is not a report of Headway; choose another folder with --out."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".headway-") as temporary:
        made = Path(temporary) / "report"
        made.mkdir()
        fill(made)
        (made / MARK).write_text("written by headway\n", encoding="utf-8")
        if folder.exists():
            shutil.move(folder, Path(temporary) / "before")
        shutil.move(made, folder)


MARK = ".headway"


def _ours(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MARK).is_file() or not any(folder.iterdir()))
