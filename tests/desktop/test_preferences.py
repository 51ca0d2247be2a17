"""What a person set is kept, and a damaged file does no harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.preferences import Preferences, load_preferences, preferences_path, save_preferences


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "appearance.json"
    save_preferences(path, Preferences("dark", 1.5, True))
    assert load_preferences(path) == Preferences("dark", 1.5, True)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"mode": "pink", "text_scale": 9, "roomy": "yes"}', '{"mode": 1}'])
def test_a_damaged_file_means_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "appearance.json"
    path.write_text(text, encoding="utf-8")
    assert load_preferences(path) == Preferences()


def test_a_partly_good_file_is_partly_used(tmp_path: Path) -> None:
    path = tmp_path / "appearance.json"
    path.write_text(json.dumps({"mode": "light", "text_scale": "big"}), encoding="utf-8")
    assert load_preferences(path) == Preferences("light")


def test_the_file_lies_where_settings_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert preferences_path().name == "appearance.json"
    assert "Signpost" in str(preferences_path())
