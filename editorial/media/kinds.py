"""Which kind of file this is, by its bytes, and the words for every kind that is not taken in."""

from dataclasses import dataclass
from typing import Final

from editorial.media.errors import MediaRefusedError
from editorial.media.names import display_name, ending_of

LARGEST: Final = 50 * 1024 * 1024  # bytes of one file

_NOTHING = "Nothing was added."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture that is taken in."""

    form: str  # Pillow's name
    mime: str
    endings: tuple[str, ...]


JPEG = Kind("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Kind("PNG", "image/png", ("png",))
GIF = Kind("GIF", "image/gif", ("gif",))
WEBP = Kind("WEBP", "image/webp", ("webp",))
_KINDS = (JPEG, PNG, GIF, WEBP)

_EXPORT = "Export it as JPEG or PNG and add that."
_REFUSED = {
    "svg": ("This is a drawing (SVG)", "Networks do not take drawings, and they can hold programs.", _EXPORT),
    "pdf": ("This is a PDF document", "Only pictures can be added.", "Export the page as JPEG or PNG and add that."),
    "video": ("This is a video", "Only pictures can be added.", "Add a picture from the video as JPEG or PNG."),
    "heic": (
        "This is a HEIC or AVIF picture", "Most networks do not take this format.",
        "Export it as JPEG and add that. On an iPhone: Settings, Camera, Formats, Most Compatible.",
    ),
    "tiff": ("This is a TIFF picture", "Networks do not take this format.", _EXPORT),
    "bmp": ("This is a BMP picture", "Networks do not take this format.", _EXPORT),
    "photoshop": ("This is a Photoshop file", "Networks do not take this format.", _EXPORT),
    "archive": ("This is a document or an archive", "Only pictures can be added.", "Take the picture out, add that."),
}  # fmt: skip
_MAGIC = (
    (0, b"%PDF-", "pdf"), (0, b"II*\0", "tiff"), (0, b"MM\0*", "tiff"), (0, b"BM", "bmp"), (0, b"8BPS", "photoshop"),
    (0, b"PK\3\4", "archive"), (0, b"\x1a\x45\xdf\xa3", "video"), (8, b"AVI ", "video"), (0, b"\0\0\1\xba", "video"),
    (0, b"FLV", "video"), (4, b"moov", "video"), (4, b"mdat", "video"),
)  # fmt: skip
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_ENDINGS = {
    "svg": "svg", "svgz": "svg", "pdf": "pdf", "heic": "heic", "heif": "heic", "avif": "heic",
    "tif": "tiff", "tiff": "tiff", "bmp": "bmp", "psd": "photoshop",
    "mp4": "video", "m4v": "video", "mov": "video", "avi": "video", "webm": "video", "mkv": "video", "mpg": "video",
    "zip": "archive", "docx": "archive", "pptx": "archive",
}  # fmt: skip
_DICOM_ENDINGS = ("dcm", "dicom", "dcom")


def _refused(title: str, what: str, advice: str) -> MediaRefusedError:
    return MediaRefusedError(title, f"{what} {_NOTHING}", advice)


def _dicom() -> MediaRefusedError:
    return MediaRefusedError(
        "This is a medical image file (DICOM)",
        "Such files carry the patient's name and record number. Nothing was added and no copy was kept.",
        "If the picture may be shown, ask radiology for a JPEG or PNG without patient data and let the privacy officer "
        "see it.",
        code="E-MEDIA-DICOM",
    )


def _picture(data: bytes) -> Kind | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    return None


def _other(data: bytes, ending: str) -> str | None:
    """Which known kind besides pictures the bytes are; where they tell nothing, the one that the name says."""
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in _BRANDS else "video"
    for at, magic, kind in _MAGIC:
        if data.startswith(magic, at):
            return kind
    if b"<svg" in data[:4096].lower():
        return "svg"
    return _ENDINGS.get(ending)


def _check_size(data: bytes) -> None:
    if not data:
        raise _refused("This file is empty", "It has no content.", "Save or download it again, then add it.")
    if len(data) > LARGEST:
        raise too_large(len(data))


def too_large(size: int) -> MediaRefusedError:
    """The refusal of a file of `size` bytes, more than `LARGEST`."""
    megabytes = -(-size // (1024 * 1024))
    return _refused(
        "This file is too large",
        f"It has {megabytes:,} MB; a picture may have {LARGEST // (1024 * 1024)} MB.",
        "Save a smaller copy of the picture and add that.",
    )


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of picture that `data` is. Raises MediaRefusedError, in words, for everything else.

    `name` must agree with the bytes where it has an ending: a file that pretends is refused.
    """
    ending = ending_of(display_name(name))
    _check_size(data)
    if data.startswith(b"DICM", 128) or ending in _DICOM_ENDINGS or display_name(name).upper() == "DICOMDIR":
        raise _dicom()
    kind = _picture(data)
    if kind is None:
        if other := _other(data, ending):
            raise _refused(*_REFUSED[other])
        raise _refused(
            "This is not a picture that Signpost can read",
            "Signpost takes JPEG, PNG, GIF and WebP.",
            "If it should be one of these, the file is damaged: save or download it again.",
        )
    if ending and ending not in kind.endings:
        raise _mislabelled(kind, ending)
    return kind


def _mislabelled(kind: Kind, ending: str) -> MediaRefusedError:
    claimed = next((other.form for other in _KINDS if ending in other.endings), f"“.{ending[:10]}”")
    return _refused(
        f"The name says {claimed}, the content is {kind.form}",
        "A file whose name and content disagree may be damaged or disguised.",
        f"If you know where it comes from, let its name end in “.{kind.endings[0]}” and add it again.",
    )
