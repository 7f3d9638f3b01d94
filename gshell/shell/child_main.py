"""In a process that multiprocessing has started anew: makes its `__main__`.  Runs by its path, without the shell.

`script()` runs a script once more, as multiprocessing itself does.  But if that fails (it starts processes while it is
imported, most often) the process does not end: a Pool would start another one in its place, for ever.  It has stand-ins
for all that the script should have defined, and they raise an error that says why where they are used.

`prompt()` makes what was defined at the shell's prompt.

Ctrl-C reaches these processes, too.  None of them prints a traceback that says only that.
"""

from __future__ import annotations

import ast
import importlib
import io
import linecache
import multiprocessing.process
import pickle
import sys
from collections.abc import Callable
from typing import Any

INTERRUPTED = 130


def _end_quietly() -> None:
    base = multiprocessing.process.BaseProcess
    stock = base.run

    def run(self: multiprocessing.process.BaseProcess) -> None:
        try:
            stock(self)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)

    base.run = run  # type: ignore[method-assign]


_end_quietly()


def script(names: dict[str, Any], path: str, package: str) -> None:
    """Run a script in `names`, which are to be those of `__main__`; a module of a package, if it has one."""
    names["__file__"] = path
    try:
        if package:
            names["__package__"] = package
            importlib.import_module(package)
        with open(path, "rb") as file:
            source = file.read()
        exec(compile(source, path, "exec", dont_inherit=True), names)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        why = f"{path} can't be run in another process: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        if isinstance(error, RuntimeError) and "bootstrapping" in str(error):
            why = f'{path} starts processes, but not inside of `if __name__ == "__main__":`, so each would start others'
        for name in [name for name in names if not name.startswith("__")]:
            del names[name]
        _stand_in_for_the_rest(names, RuntimeError, lambda name: why)
    else:
        _stand_in_for_the_rest(names, NameError, lambda name: f"{path} does not define {name} in another process")


def prompt(names: dict[str, Any], path: str) -> None:
    """Define in `names` what a file has: statements, and pickled values; each when what it needs is there."""
    with open(path, "rb") as file:
        statements, values, modules = pickle.load(file)
    for name, module in modules.items():
        names[name] = importlib.import_module(module)
    left: list[Callable[[], None]] = [_loading(name, data, names) for name, data in values.items()]
    left += [_executing(filename, text, index, names) for filename, text, index in statements]
    problems: list[str] = []
    while left:
        problems, again = [], []
        for step in left:
            try:
                step()
            except Exception as error:  # the user's own, most likely a name that is not there yet
                problems.append(f"{type(error).__name__}: {error}")
                again.append(step)
        if len(again) == len(left):
            break
        left = again

    def why(name: str) -> str:
        more = f" ({problems[-1]})" if problems else ""
        return f"this process has no {name}: what is defined later than it is started is not in it{more}"

    _stand_in_for_the_rest(names, NameError, why)


def _loading(name: str, data: bytes, names: dict[str, Any]) -> Callable[[], None]:
    class Unpickler(pickle.Unpickler):
        def find_class(self, module_name: str, global_name: str, /) -> Any:
            if module_name not in ("__main__", "__mp_main__"):
                return super().find_class(module_name, global_name)
            first, *attributes = global_name.split(".")
            found = names[first]
            for attribute in attributes:
                found = getattr(found, attribute)
            return found

    def load() -> None:
        names[name] = Unpickler(io.BytesIO(data)).load()

    return load


def _executing(filename: str, text: str, index: int, names: dict[str, Any]) -> Callable[[], None]:
    def execute() -> None:
        linecache.cache.setdefault(filename, (len(text), None, text.splitlines(keepends=True), filename))
        tree = ast.parse(text, filename)
        tree.body = [
            *(each for each in tree.body if isinstance(each, ast.ImportFrom) and each.module == "__future__"),
            tree.body[index],
        ]
        exec(compile(tree, filename, "exec", dont_inherit=True), names)

    return execute


def _stand_in_for_the_rest(names: dict[str, Any], kind: type[Exception], why: Callable[[str], str]) -> None:
    """Have a stand-in for every name of the module that is not there.

    A task names its function, and the worker of a Pool that does not find it ends, without a word to who waits for the
    task.  Objects of a class that is not there can be unpickled, for the same reason.
    """

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        class Missing(type):
            def __call__(cls, *args: object, **kwargs: object) -> Any:
                raise kind(why(name))

        return Missing(name, (), {"__setstate__": lambda self, state: None, "__module__": "__main__"})

    names["__getattr__"] = __getattr__
