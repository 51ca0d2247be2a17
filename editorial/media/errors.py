"""What can go wrong with a picture, in words. No file name stands in them: file names often name patients."""

from editorial.errors import DeskError


class MediaRefusedError(DeskError):
    """The file is not taken in. Nothing of it was written."""

    code = "E-MEDIA"


class MediaDamagedError(DeskError):
    """The stored picture is not the one whose digest is known: it must not be shown or sent."""

    code = "E-MEDIA-DAMAGED"


class MediaStoreError(DeskError):
    """The picture could not be written or read, for a reason of the computer's. Nothing is left half done."""

    code = "E-MEDIA-STORE"
