"""Adding pictures, showing them small, describing, moving and removing them; decoding is done off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.look import look
from desktop.screens.compose.alt import PICTURE, AltDialog
from desktop.screens.compose.media import HEIGHT, WIDTH, MediaStrip
from desktop.screens.compose.workbench import Workbench
from desktop.widgets.announce import announce
from editorial.changes import Changes
from editorial.content import MediaItem
from editorial.errors import DeskError
from editorial.media import LARGEST, Imported, MediaRefusedError

FILTER = "Pictures (*.jpg *.jpeg *.png *.gif *.webp);;All files (*)"
Added = tuple[Imported, MediaItem, Changes]


class Pictures(QObject):
    """Connects the media strip with the workbench."""

    def __init__(self, bench: Workbench, strip: MediaStrip, refuse: Callable[[str, DeskError], None]) -> None:
        super().__init__(strip)
        self._bench, self._strip, self._refuse = bench, strip, refuse
        self._adding = 0
        self.dialog: AltDialog | None = None
        strip.asked.connect(self._on_asked)
        strip.asked_add.connect(self.ask)
        strip.dropped.connect(self.add_files)
        strip.pasted.connect(self.add_image)
        strip.wants_picture.connect(self._on_wanted)

    # ---- adding ------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Lets a person choose files."""
        if not self._bench.editable:
            return
        dialog = QFileDialog(self._strip.window(), "Add pictures", "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def add_files(self, paths: list[Path]) -> None:
        """Adds files, one after the other, away from this thread; what is refused is said in words."""
        for path in paths:
            self._add(partial(_read, path), path.name)

    def add_image(self, image: QImage) -> None:
        """Adds a picture from the clipboard."""
        store = QByteArray()
        buffer = QBuffer(store)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"PNG").write(image)
        self._add(lambda: bytes(store.data()), "Pasted picture.png")

    def _add(self, read: Callable[[], bytes], name: str) -> None:
        if not self._bench.editable:
            return
        context, post_id = self._bench.context, self._bench.post.id
        actor = context.actor
        self._count(+1)

        def add() -> Added:
            return context.drafting.add_picture(actor, read(), name)

        context.bridge.run_slow(add, partial(self._on_added, post_id), partial(self._on_refused, name), owner=self)

    def _on_added(self, post_id: str, added: Added) -> None:
        self._count(-1)
        imported, item, _ = added
        if post_id != self._bench.post.id:
            return
        media = self._bench.post.body.media
        if any(each.sha256 == item.sha256 for each in media):
            self._bench.context.say(f"{imported.name} is in this post already.", tone="info", icon="info")
            return
        self._bench.set_media((*media, item))
        removed = f" Removed from it: {', '.join(imported.removed)}." if imported.removed else ""
        self._bench.context.say(f"{imported.name} was added.{removed}")

    def _on_refused(self, name: str, error: DeskError) -> None:
        self._count(-1)
        self._refuse(name, error)

    def _count(self, step: int) -> None:
        self._adding += step
        self._strip.add.set_busy(self._adding)

    # ---- small pictures ----------------------------------------------------------------------------------------------

    def _on_wanted(self, sha256: str) -> None:
        ratio = self._strip.devicePixelRatioF()
        size = (round(look().px(WIDTH) * ratio), round(look().px(HEIGHT) * ratio))
        self._bench.context.bridge.work(
            self._bench.context.desk.media.thumbnail,
            sha256,
            *size,
            then=partial(self._on_picture, sha256),
            failed=lambda error: None,
            owner=self,
        )

    def _on_picture(self, sha256: str, data: bytes) -> None:
        thumb = self._strip.thumb(sha256)
        if thumb is not None:
            thumb.show_picture(data)

    # ---- each picture ------------------------------------------------------------------------------------------------

    def _on_asked(self, command: str, sha256: str) -> None:
        media = list(self._bench.post.body.media)
        place = next((index for index, item in enumerate(media) if item.sha256 == sha256), -1)
        if place < 0:
            return
        if command == "alt":
            self.describe(sha256)
        elif command == "remove":
            self._remove(place)
        else:
            self._move(place, place + (1 if command == "later" else -1))

    def describe(self, sha256: str = "") -> None:
        """Opens the words of a picture; without one, of the first that lacks them, else of the first."""
        media = self._bench.post.body.media
        found = [item for item in media if item.sha256 == sha256] if sha256 else []
        found = found or [item for item in media if not item.alt and not item.decorative] or list(media[:1])
        if not found or not self._bench.editable:
            return
        item = found[0]
        limits = [place.limits.alt for key, place in self._bench.post.places.items() if self._goes_to(key)]
        dialog = AltDialog(self._strip.window(), item, media.index(item) + 1, min(limits, default=0))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(self._on_described)
        self.dialog = dialog
        dialog.destroyed.connect(self._on_closed)
        dialog.open()
        ratio = self._strip.devicePixelRatioF()
        size = tuple(round(look().px(side) * ratio) for side in PICTURE)
        self._bench.context.bridge.work(
            partial(self._bench.context.desk.media.thumbnail, cover=False),
            item.sha256,
            *size,
            then=dialog.picture.show_picture,
            failed=self._bench.context.tell,
            owner=dialog,
        )

    def _on_closed(self) -> None:
        self.dialog = None

    def _goes_to(self, account_id: str) -> bool:
        return account_id in self._bench.post.body.accounts

    def _on_described(self, item: MediaItem) -> None:
        media = self._bench.post.body.media
        said = partial(replace, alt=item.alt, decorative=item.decorative)
        self._bench.set_media(tuple(said(each) if each.sha256 == item.sha256 else each for each in media))

    def _remove(self, place: int) -> None:
        media = self._bench.post.body.media
        if not self._bench.editable:
            return
        post_id = self._bench.post.id
        self._bench.set_media(media[:place] + media[place + 1 :])

        def undo() -> None:
            if post_id == self._bench.post.id and media[place] not in self._bench.post.body.media:
                now = self._bench.post.body.media
                self._bench.set_media((*now[:place], media[place], *now[place:]))

        self._bench.context.say(f"Photo {place + 1} was removed.", action=("Undo", undo))
        thumbs = self._strip.thumbs
        neighbour: QWidget = thumbs[min(place, len(thumbs) - 1)] if thumbs else self._strip.add
        neighbour.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, place: int, target: int) -> None:
        media = list(self._bench.post.body.media)
        if not 0 <= target < len(media):
            return
        media.insert(target, media.pop(place))
        self._bench.set_media(tuple(media))
        announce(self._strip, f"Now photo {target + 1} of {len(media)}")


def _read(path: Path) -> bytes:
    """The bytes of a file. Raises MediaRefusedError for one that is too large or cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise MediaRefusedError(
                "This file is too large",
                f"It has more than {LARGEST // (1024 * 1024)} MB. Nothing was added.",
                "Make it smaller and add it again.",
            )
        return path.read_bytes()
    except OSError as error:
        raise MediaRefusedError(
            "This file cannot be read",
            f"The computer said: {error.strerror or type(error).__name__}. Nothing was added.",
            "Copy the picture to a folder of your own and add it from there.",
        ) from error
