"""What the user can set: in gshell.toml, for good; with `%config`, for the session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from gshell.paths import read_file


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass
class Settings:
    """The settings of a session, each with its default.  Read live, from any thread; set in the worker."""

    editing: Literal["emacs", "vi"] = _setting("emacs", "the keys that edit the line")
    mouse: bool = _setting(False, "whether the mouse moves the cursor (the terminal's own selection then needs Shift)")
    toolbar: bool = _setting(
        True, "whether the bottom line shows the toolkit, what runs, memory if it is short, exit status, editing mode"
    )
    suggestions: bool = _setting(True, "whether the prompt suggests the rest of a line from the history")
    confirm_leave: bool = _setting(True, "whether Ctrl-D asks before variables or figures are lost")
    complete_while_typing: bool = _setting(False, "whether completions are shown without Tab")
    signatures: bool = _setting(True, "whether the signature of a function is shown while its call is typed")
    beside_key: str = _setting("c-g", "the key of the prompt beside a running command: c- and a letter, or none")
    colors: str = _setting("default", "the pygments style of code and tracebacks; none for no colours")
    automagic: bool = _setting(True, "whether magics work without their %")
    pretty: bool = _setting(True, "whether containers are shown with line breaks and indentation")
    max_lines: int = _setting(1000, "lines of a value that are shown at most; 0 for all")
    pager: bool = _setting(True, "whether long help is shown in a pager")
    tracebacks: Literal["plain", "context", "verbose", "minimal"] = _setting(
        "context", "how much a traceback shows, as %xmode"
    )
    session: Literal["on", "off"] = _setting("on", "whether the session is kept on the disk, for gshell --restore")
    session_interval: int = _setting(60, "seconds between two snapshots of the session while code runs")
    session_seconds: int = _setting(10, "seconds that the last snapshot may take when the shell is told to end")
    session_gb: int = _setting(20, "gigabytes that sessions may take on the disk; 0 for no limit")
    session_days: int = _setting(14, "days after which a session is deleted")
    pdb: bool = _setting(False, "whether the debugger starts after an exception")

    def set(self, name: str, value: object) -> None:
        """Set one.  Raises ValueError with a message for the user."""
        kinds = get_type_hints(Settings)
        if name not in kinds:
            import difflib

            close = difflib.get_close_matches(name, kinds, 1)
            raise ValueError(f"there is no setting {name}" + (f"; did you mean {close[0]}?" if close else ""))
        kind = kinds[name]
        if get_origin(kind) is Literal:
            if value not in get_args(kind):
                raise ValueError(f"{name} is one of {', '.join(get_args(kind))}, not {value!r}")
        elif type(value) is not kind or (kind is int and int(str(value)) < 0):
            what = {bool: "true or false", int: "a number, 0 or more", str: "a text"}[kind]
            raise ValueError(f"{name} is {what}, not {value!r}")
        if name == "colors" and value not in ("none", *_styles()):
            raise ValueError(f"colors is none or a style of pygments, not {value!r}")
        setattr(self, name, value)

    def describe(self) -> list[tuple[str, object, object, str]]:
        """Name, value, default and meaning of every setting."""
        return [(each.name, getattr(self, each.name), each.default, each.metadata["meaning"]) for each in fields(self)]


def as_toml(settings: Settings) -> str:
    """The settings as a TOML file, with what they mean.  Settings that have their default are comments."""
    lines = []
    for name, value, default, meaning in settings.describe():
        lines += [f"# {meaning}", f"{'# ' * (value == default)}{name} = {json.dumps(value)}", ""]
    return "\n".join(lines)


def _styles() -> Iterator[str]:
    from pygments.styles import get_all_styles

    return get_all_styles()


def load(path: Path) -> tuple[Settings, list[str]]:
    """The settings in a TOML file, and a line for whatever is wrong there: a setting has its default then.

    A file that is not there is like an empty one.
    """
    settings = Settings()
    try:
        text = read_file(path)
    except FileNotFoundError:
        return settings, []
    except OSError as error:
        return settings, [f"{path}: {error.strerror}; the settings have their defaults"]
    import tomllib

    try:
        values = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or too deep
        return settings, [f"{path}: {error}; the settings have their defaults"]
    problems = []
    for name, value in values.items():
        try:
            settings.set(name, value)
        except ValueError as error:
            problems.append(f"{path}: {error}")
    return settings, problems
