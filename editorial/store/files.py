"""Small files that have to survive a crash: whole under their name or as they were before."""

import os
import tempfile
from pathlib import Path


def put_file(path: Path, data: bytes) -> None:
    """Writes a file of its owner's alone, on the disk when this returns. Its folder has to exist. Raises OSError."""
    handle, part = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)  # with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def add_file(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet, also where the folder takes new files only and changes none of them.

    Raises FileExistsError, and the other kinds of OSError.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Makes new and changed names in the folder durable. Windows does that by itself and opens no folders."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
