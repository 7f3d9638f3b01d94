"""Extensions: `load_ext`, `unload_ext`, `reload_ext`."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from gshell.magics.registry import Given, magic, magics
from gshell.own_imports import import_named, reload
from gshell.shell.errors import UsageError
from gshell.streams import show

if TYPE_CHECKING:
    from gshell.shell.shell import Shell

_BUILT_IN = ("autoreload",)
"""Extensions of IPython's whose magics are there anyway."""


class Extensions(dict[str, ModuleType]):
    """The modules that %load_ext has loaded, by their names."""


@magic("load_ext", "MODULE")
def load_ext(shell: Shell, given: Given) -> None:
    """Load an extension: import a module, and call its function load_gshell_extension(shell).

    There it can add magics with gshell.magics.registry.magic, and names to shell.namespace.
    """
    name = _extension("load_ext", given)
    if name in _BUILT_IN:
        return  # it is there
    extensions = shell.magics.state(Extensions)
    if name in extensions:
        show(f"{name} is loaded; reload_ext {name} loads it anew")
        return
    extensions[name] = _loaded(shell, name)


@magic("unload_ext", "MODULE")
def unload_ext(shell: Shell, given: Given) -> None:
    """Call an extension's function unload_gshell_extension(shell), if it has one."""
    name = _extension("unload_ext", given)
    extensions = shell.magics.state(Extensions)
    if name not in extensions:
        raise UsageError(f"{name} is not loaded")
    _unload(shell, extensions.pop(name))


@magic("reload_ext", "MODULE")
def reload_ext(shell: Shell, given: Given) -> None:
    """Unload an extension, load its module anew, and load it again."""
    name = _extension("reload_ext", given)
    if name in _BUILT_IN:
        return
    extensions = shell.magics.state(Extensions)
    if name in extensions:
        module = extensions.pop(name)
        _unload(shell, module)
        reload(module)
    extensions[name] = _loaded(shell, name)


def _extension(magic: str, given: Given) -> str:
    if not given.rest:
        raise magics[magic].error("which module?")
    return module_name(given.rest)


def module_name(name: str) -> str:
    """A name that import takes.  Raises UsageError."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise UsageError(f"{name} is not the name of a module")
    return name


def _loaded(shell: Shell, name: str) -> ModuleType:
    """The module of an extension, after its function was called.  Raises UsageError if it is not one."""
    try:
        module = import_named(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # something else that it needs
        raise UsageError(f"there is no module {name}") from None
    load: Callable[[Shell], object] | None = getattr(module, "load_gshell_extension", None)
    if load is None:
        other = " (it is one of IPython's)" if hasattr(module, "load_ipython_extension") else ""
        raise UsageError(f"{name} is no extension of gshell's{other}: it has no load_gshell_extension")
    load(shell)
    return module


def _unload(shell: Shell, module: ModuleType) -> None:
    unload: Callable[[Shell], object] | None = getattr(module, "unload_gshell_extension", None)
    if unload is not None:
        unload(shell)
