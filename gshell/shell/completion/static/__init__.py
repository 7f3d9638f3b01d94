"""What objects are and have, found without running any code of theirs.

`dir()`, `getattr()` and `isinstance()` run what a class defines: `__dir__`, `__getattr__`, properties, `__class__`.
Completion happens while the user types, so anything could happen then: a query over the network, a figure drawn, an
endless loop that no Ctrl-C breaks, since it is not in the worker.  So here only the dictionaries of objects and of
their classes are read, with the descriptors of `type` and `object` themselves, which nobody can override.

The same goes for modules: the `__getattr__` and `__dir__` of a module are not called.  Lazy modules (scipy, skimage)
say what they have in `__all__`, and their submodules are files.

Code is run for a few known kinds only: getters of numpy's arrays (they are C), and the labels of pandas's objects,
which are read by pandas's own functions.

    dictionaries.py  the dictionaries of objects and classes, read without their help
    members.py       names, keys, labels and columns
    tables.py        pandas's labels and accessors
    expressions.py   what an expression stands for
    kinds.py         what the menu calls a value
"""

from gshell.shell.completion.static.dictionaries import (
    MISSING,
    Known,
    class_attribute,
    class_dict,
    class_module,
    class_name,
    instance_dict,
    is_a,
    is_class,
    known,
    mro,
    one_of,
)
from gshell.shell.completion.static.expressions import attribute, resolve
from gshell.shell.completion.static.kinds import kinds
from gshell.shell.completion.static.members import keys, names, written
from gshell.shell.completion.static.tables import kind_of_table, labels

__all__ = [
    "MISSING",
    "Known",
    "attribute",
    "class_attribute",
    "class_dict",
    "class_module",
    "class_name",
    "instance_dict",
    "is_a",
    "is_class",
    "keys",
    "kind_of_table",
    "kinds",
    "known",
    "labels",
    "mro",
    "names",
    "one_of",
    "resolve",
    "written",
]
