"""A signed document in a window of its own: shown from memory, written to disk only where a person says so."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.text import Label
from editorial.authorizations.catalogue import Row
from editorial.authorizations.documents import kind_of
from editorial.errors import DeskError


class DocumentDialog(Dialog):
    """Shows a scanned picture. A PDF can be saved: Signpost has no part that shows one."""

    def __init__(self, parent: QWidget, context: Context, row: Row, scan: bytes) -> None:
        super().__init__(
            parent,
            f"Document of {row.name}, {row.label}",
            "Opening it was logged with your name.",
            icon="file-lock",
            width="lg",
            window_title="Document",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._scan, self._kind = context, scan, kind_of(scan)
        self._stem = f"authorization-{row.name}"
        self.picture = QLabel()
        self.picture.setAccessibleName(f"Scan of the signed authorization {row.name}")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        image = QImage.fromData(scan)
        if image.isNull():
            self.picture.hide()
            words = "This is a PDF. Save a copy to read it with another program."
            self.body.addWidget(Label(words, "body", wrap=True))
        else:
            wide = look().px(look().tokens.size["dialog"]["lg"] - 60)
            smooth = Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(QPixmap.fromImage(image.scaledToWidth(min(wide, image.width()), smooth)))
            self.body.addWidget(self.picture)
        warning = "A copy is not encrypted, and nobody sees who opens it. Delete it when you have read it."
        self.body.addWidget(Banner("warning", "", warning, inline=True))
        self.save = self.add_button("Save a copy…")
        self.save.clicked.connect(self._ask)
        self.close_button = self.add_button("Close", "primary", default=True)
        self.close_button.clicked.connect(self.reject)

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Save a copy", f"{self._stem}.{self._kind}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Writes a copy that its owner alone can read."""
        scan = self._scan

        def write() -> None:
            try:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(scan)
            except OSError:
                raise DeskError("The copy could not be saved", "", "Choose a folder that you may write to.") from None

        self._context.bridge.run_slow(write, lambda _: self._context.say("The copy was saved."), owner=self)
