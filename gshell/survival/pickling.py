"""Values of the session as bytes, and back: what cloudpickle does, and where a session needs something else.

Why cloudpickle, and not dill: both know functions, lambdas and classes that no module has.  cloudpickle is a subclass
of CPython's pickler in C; dill's is the one in Python, many times as slow on lists of Python's own objects, and has no
buffers out of band.  `python -m benchmarks.kinds` compares them on a table of kinds.

Where this differs from cloudpickle:

- A function of the prompt, or of a script, looks its globals up in the session's names, and does so after restoring.
  cloudpickle would give it copies of those that it uses.  So `_reduce_function()` here says in whose names it lives
  (a *space*), and takes none of them with it.
- Two functions that share a closure's variable share it afterwards.
- A view of an array that has a name is a view afterwards (`pickle` makes it a copy).  Not one inside a DataFrame:
  pandas has marks of its own for what shares memory.
- An array that is mapped from a file is mapped again, and a library that ctypes has opened is opened.
- An open file is refused; cloudpickle would save a text file's content, to be a StringIO.  And `lru_cache` is made
  again, where pickle would look for its function in `__main__`; one of a module's is known by its name.
- A class has the same bytes in every snapshot; see `_untracked()`.
"""

from __future__ import annotations

import ctypes
import functools
import io
import os
import pickle
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePath
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import IO, Any, Protocol

import cloudpickle

from gshell.own_imports import for_user
from gshell.survival.references import LRU_CACHE, reference

Names = dict[str, Any]
Spaces = Mapping[str, Names]
"""The names in which functions live: those of the prompt, those of a script."""

BIG = 2**20
"""Bytes from which a buffer is kept in a file of its own, which can be mapped."""

_restored = ContextVar[Spaces]("_restored")
_IMMUTABLE = (str, bytes, int, float, complex, range, slice, PurePath, ModuleType, BuiltinFunctionType, CodeType)


class Writable(Protocol):
    """Where a pickle can go."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Write all of it."""


@dataclass(frozen=True)
class Dump:
    """What was learned while a value was pickled."""

    buffers: list[pickle.PickleBuffer]
    """The big ones, in the order in which load() wants them.  They are the memory of the value itself."""
    shared: dict[int, object]
    """What another value may have a part in, by its id: objects that can be changed."""
    packages: set[str]
    """The packages whose objects are in it."""
    has_code: bool
    """Whether there is bytecode in it, which another version of Python does not understand."""


def dump(value: object, file: Writable, spaces: Spaces, views: Container[int] = ()) -> Dump:
    """Write a value to `file`, as a pickle.

    `views`: the ids of arrays that may stay views of others.  Raises what `pickle` and the user's code
    raise.
    """
    pickler = _Pickler(file, {id(names): space for space, names in spaces.items()}, views)
    pickler.dump(value)
    shared = {key: kept for key, (_, kept) in pickler.memo.copy().items() if _can_be_shared(kept)}
    return Dump(pickler.buffers, shared, pickler.packages, pickler.has_code)


@for_user
def load(data: IO[bytes], buffers: Sequence[Any], spaces: Spaces) -> Any:
    """The value that dump() has written; its big buffers are those given.  Raises whatever the user's code raises."""
    with _restoring(spaces):
        return pickle.Unpickler(data, buffers=buffers).load()


@contextmanager
def _restoring(spaces: Spaces) -> Iterator[None]:
    token = _restored.set(spaces)
    try:
        yield
    finally:
        _restored.reset(token)


def _can_be_shared(value: object) -> bool:
    """Whether it matters that two have one and the same object: somebody may change it."""
    if isinstance(value, _IMMUTABLE) or type(value).__module__ in ("datetime", "decimal", "enum", "re", "fractions"):
        return False
    if isinstance(value, type):
        return reference("", "", value) is None  # else it is known by its name
    if isinstance(value, FunctionType):
        return value.__module__ == "__main__"
    numpy = sys.modules.get("numpy")
    return not (type(value) is tuple or isinstance(value, pickle.PickleBuffer) or _is_dtype(value, numpy))


def _is_dtype(value: object, numpy: Any) -> bool:
    return numpy is not None and isinstance(value, numpy.dtype | numpy.generic)


class _Pickler(cloudpickle.Pickler):
    """In any thread; used once."""

    def __init__(self, file: Writable, spaces: dict[int, str], views: Container[int]) -> None:
        super().__init__(file, protocol=5, buffer_callback=self._keep)
        self.buffers: list[pickle.PickleBuffer] = []
        self.packages: set[str] = set()
        self.has_code = False
        self._spaces = spaces
        self._views = views
        self._numpy: Any = sys.modules.get("numpy")

    def _keep(self, buffer: pickle.PickleBuffer) -> bool:
        """Whether a buffer is to be written with the rest."""
        try:
            if buffer.raw().nbytes < BIG:
                return True
        except BufferError:  # not contiguous
            return True
        self.buffers.append(buffer)
        return False

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        self.packages.add(kind.__module__.partition(".")[0])
        if kind is FunctionType:
            if (space := self._spaces.get(id(value.__globals__))) is not None:
                return _reduce_function(value, space)
        elif kind is CellType:
            return _new_cell, (), *_state_of_cell(value)
        elif kind is CodeType:
            self.has_code = True
        elif kind is LRU_CACHE:
            if reference("", "", value) is not None:
                return value.__qualname__  # by its name, as a function
            return _cached, (value.__wrapped__, value.cache_parameters())
        elif kind is memoryview:
            return _reduce_memory(value)
        elif isinstance(value, io.IOBase):
            return self._reduce_file(value)
        elif isinstance(value, ctypes.CDLL):  # it has an address
            return kind, (value._name,)
        elif self._numpy is not None and isinstance(value, self._numpy.ndarray):
            return self._reduce_array(value)
        elif isinstance(value, type):
            return _untracked(super().reducer_override(value))
        return super().reducer_override(value)

    def _reduce_file(self, file: io.IOBase) -> Any:
        if isinstance(file, io.StringIO | io.BytesIO):
            return NotImplemented
        for name in ("stdin", "stdout", "stderr"):
            if getattr(sys, name, None) is file:
                return getattr, (sys, name)
        raise pickle.PicklingError(f"an open file: {getattr(file, 'name', file)!r}")

    def _reduce_array(self, array: Any) -> Any:
        numpy = self._numpy
        base = _owner(array)
        if type(array) is numpy.memmap and array.filename and array.mode in ("r", "r+", "w+") and _is_whole(array):
            mode = "r" if array.mode == "r" else "r+"
            return _mapped, (str(array.filename), array.dtype, mode, array.offset, array.shape)
        is_view = base is not array and type(array) is type(base) is numpy.ndarray
        if is_view and id(array) in self._views and _can_be_viewed(base, array):
            flat = base.ravel(order="K")
            if numpy.may_share_memory(flat, base):  # else that is a view with gaps itself
                offset = _address(array) - _address(flat)
                how = (array.dtype, array.shape, array.strides, offset, array.flags.writeable)
                return _view, (base, *how)
        return NotImplemented


def _untracked(reduced: Any) -> Any:
    """The same without the random name by which cloudpickle knows a class again in another pickle.

    Each child would give it another one, so that no snapshot would be the same as the one before, nor anything in it
    that has to do with the class.  Here all that has to do with a class is in one pickle.
    """
    make = cloudpickle.cloudpickle
    if isinstance(reduced, tuple) and reduced[0] in (make._make_skeleton_class, make._make_skeleton_enum):
        *most, _, extra = reduced[1]
        return (reduced[0], (*most, None, extra), *reduced[2:])
    return reduced


def _owner(array: Any) -> Any:
    """The array that has the memory of a view, or that was the first to have it."""
    while type(array.base) is type(array):
        array = array.base
    return array


def _can_be_viewed(base: Any, array: Any) -> bool:
    """Whether a view of an array can be made again as _view() does, of the array as pickle brings it back."""
    # NumPy views no memory with references in it as bytes, makes what can't be changed no writeable view, and before
    # 2.3 pickled what has its axes in another order with these put right.
    return (
        not base.dtype.hasobject
        and (base.flags.writeable or not array.flags.writeable)
        and (base.flags.c_contiguous or base.flags.f_contiguous)
    )


def _address(array: Any) -> int:
    """Where the memory of an array is."""
    return int(array.__array_interface__["data"][0])


def _is_whole(array: Any) -> bool:
    """Whether a mapped array is all that was mapped, and not a part of that."""
    return array.base is not None and not isinstance(array.base, type(array)) and bool(array.flags.c_contiguous)


# What the pickles call.  Their names and arguments are a part of the format.


def _reduce_function(function: FunctionType, space: str) -> Any:
    state = {
        name: getattr(function, name)
        for name in ("__defaults__", "__kwdefaults__", "__module__", "__name__", "__qualname__", "__doc__")
    }
    state["__dict__"] = function.__dict__
    if sys.version_info >= (3, 12):
        state["__type_params__"] = function.__type_params__
    if sys.version_info >= (3, 14):
        state["__annotate__"] = function.__annotate__  # the annotations themselves may not be known yet
    else:
        state["__annotations__"] = function.__annotations__
    return _new_function, (space, function.__code__, function.__closure__), state, None, None, _set_function


def _new_function(space: str, code: CodeType, closure: tuple[CellType, ...] | None) -> FunctionType:
    names = _restored.get().get(space)
    return FunctionType(code, {"__builtins__": __builtins__} if names is None else names, closure=closure)


def _set_function(function: FunctionType, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(function, name, value)


def _state_of_cell(cell: CellType) -> tuple[Any, ...]:
    """What comes after the cell is made: its content may refer to the cell."""
    try:
        return (cell.cell_contents,), None, None, _set_cell
    except ValueError:  # it is empty
        return ()


def _new_cell() -> CellType:
    return CellType()


def _set_cell(cell: CellType, state: tuple[object]) -> None:
    cell.cell_contents = state[0]


def _cached(function: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    return functools.lru_cache(**parameters)(function)


def _reduce_memory(memory: memoryview) -> Any:
    whole = memoryview(memory.obj)
    if memory.nbytes == whole.nbytes and (memory.format, memory.shape) == (whole.format, whole.shape):
        return memoryview, (memory.obj,)
    raise pickle.PicklingError("a memoryview of a part of an object")


def _view(base: Any, dtype: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int, writeable: bool) -> Any:
    import numpy

    view = numpy.ndarray(shape, dtype, base.ravel(order="K").view(numpy.uint8), offset, strides)
    view.setflags(write=writeable)
    return view


def _mapped(path: str, dtype: Any, mode: Any, offset: int, shape: tuple[int, ...]) -> Any:
    import numpy

    if not os.path.exists(path):  # "r+" would say the same, but "r" may not
        raise FileNotFoundError(f"the file that it was mapped from is gone: {path}")
    return numpy.memmap(path, dtype, mode, offset, shape)
