"""What a picture file says besides its picture, in words: shown on import, so that people know what was removed."""

from PIL import ExifTags, Image

from editorial.media.anatomy import ALLOWED_PARTS, Anatomy

LOCATION = "location"
CAMERA = "camera details"
THUMBNAIL = "thumbnail"
DESCRIPTION = "description and rights (XMP)"
CAPTION = "caption and keywords (IPTC)"
COMMENT = "comments"
NOTES = "text notes"
SECOND = "second picture in the file"
TRAILER = "data behind the picture"
OTHER = "other hidden data"

_WORDS = {
    "Exif": CAMERA, "eXIf": CAMERA, "EXIF": CAMERA,
    "XMP": DESCRIPTION, "XMP ": DESCRIPTION, "application XMP DataXMP": DESCRIPTION,
    "IPTC": CAPTION, "COM": COMMENT, "comment": COMMENT,
    "tEXt": NOTES, "zTXt": NOTES, "iTXt": NOTES, "plain text": NOTES,
    "MPF": SECOND, "trailer": TRAILER,
}  # fmt: skip
# Parts that only say how the pixels are to be shown; no words are made of their removal.
_TECHNICAL = {
    "Adobe", "gAMA", "cHRM", "sRGB", "pHYs", "bKGD", "sBIT", "hIST", "sPLT", "cICP", "mDCV", "cLLI",
    "application ANIMEXTS1.0",
}  # fmt: skip
_ORDER = (LOCATION, CAMERA, THUMBNAIL, DESCRIPTION, CAPTION, COMMENT, NOTES, SECOND, TRAILER, OTHER)


def _inside_exif(image: Image.Image) -> set[str]:
    exif = image.getexif()
    found = {LOCATION: exif.get_ifd(ExifTags.IFD.GPSInfo), THUMBNAIL: exif.get_ifd(ExifTags.IFD.IFD1)}
    return {word for word, content in found.items() if content}


def metadata_words(image: Image.Image, anatomy: Anatomy, form: str) -> tuple[str, ...]:
    """What will be gone after encoding anew, the most private first; empty when the file held only its picture."""
    extra = anatomy.parts - ALLOWED_PARTS[form] - _TECHNICAL
    found = {_WORDS.get(part, OTHER) for part in extra} | _inside_exif(image)
    xmp = image.info.get("xmp", b"")
    if b"GPSL" in (xmp if isinstance(xmp, bytes) else str(xmp).encode()):
        found.add(LOCATION)
    return tuple(word for word in _ORDER if word in found)
