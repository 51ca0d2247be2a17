"""Pictures: taken in decoded and encoded anew, without metadata, and kept by the digest of exactly those bytes.

Knows no database and no network. Whatever is refused is refused in words, before anything is written.
"""

from editorial.media.clean import Imported, prepare
from editorial.media.errors import MediaDamagedError, MediaRefusedError, MediaStoreError
from editorial.media.folder import MediaFolder
from editorial.media.kinds import LARGEST
from editorial.media.names import display_name

__all__ = [
    "LARGEST",
    "Imported",
    "MediaDamagedError",
    "MediaFolder",
    "MediaRefusedError",
    "MediaStoreError",
    "display_name",
    "prepare",
]
