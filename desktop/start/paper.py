"""Putting a sheet, the recovery sheet or the key sheet, on paper or into a file that a person chose."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from editorial.errors import DeskError
from editorial.store.database import make_private

RECOVERY = "recovery sheet"


def print_page(
    parent: QWidget,
    html: str,
    done: Callable[[], object],
    failed: Callable[[DeskError], object],
    sheet: str = RECOVERY,
) -> None:
    """Opens the system's print dialog. `sheet`: what is printed, as people call it."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

    if not QPrinterInfo.availablePrinters():
        failed(DeskError("No printer was found", "Nothing was printed.", "Save the sheet, or write it down."))
        return
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"Print the {sheet} – Signpost")

    def accepted() -> None:
        document(html).print_(printer)
        done()

    dialog.accepted.connect(accepted)
    dialog.setModal(True)
    dialog.show()


def save_page(
    parent: QWidget,
    text: str,
    html: str,
    done: Callable[[str], object],
    failed: Callable[[DeskError], object],
    sheet: str = RECOVERY,
) -> None:
    """Asks where to, and writes a PDF, or plain text for a name that ends in .txt."""
    dialog = QFileDialog(parent, f"Save the {sheet} – Signpost")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["PDF (*.pdf)", "Text (*.txt)"])
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(f"signpost-{sheet.replace(' ', '-')}.pdf")

    def chosen(name: str) -> None:
        path = Path(name)
        try:
            write(path, text, html, sheet)
        except OSError as error:
            what = f"{path.name}: {error.strerror or 'the disk refused'}. Nothing was written."
            failed(DeskError("The sheet could not be saved", what, "Choose another folder."))
        else:
            done(path.name)

    dialog.fileSelected.connect(chosen)
    dialog.open()


def write(path: Path, text: str, html: str, sheet: str = RECOVERY) -> None:
    """Writes the sheet for its owner's eyes only. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    make_private(path)
    if path.suffix.lower() == ".txt":
        path.write_text(text, encoding="utf-8")
        return
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setTitle(f"Signpost {sheet}")
    document(html).print_(writer)


def document(html: str) -> QTextDocument:
    """The sheet as Qt lays it out."""
    made = QTextDocument()
    made.setHtml(html)
    return made
