"""Scripts that were made from notebooks: get_ipython() and display()."""

from __future__ import annotations

from pathlib import Path

import pytest

from gshell.shell.shell import Shell
from tests.bare_shell import bare_shell
from tests.terminal import GShell, gshell

HEAD = "#!/usr/bin/env python\n# coding: utf-8\n\n# # Title\n\n# In[1]:\n\n\n"

# What nbconvert makes of a cell, and what is printed.
CELLS = {
    "%time f()": ("def f(): return 5\nget_ipython().run_line_magic('time', 'x = f()')\nprint(x)", "5"),
    "%%time": ("a = 2\nget_ipython().run_cell_magic('time', '', 'b = a + 1\\nprint(b)\\n')\nprint('b', b)", "b 3"),
    "%%capture": ("get_ipython().run_cell_magic('capture', 'c', 'print(8)')\nprint('kept', str(c))", "kept 8"),
    "in a function": (
        "def f(y):\n    get_ipython().run_line_magic('time', 'print(a + 1)')\na = 2\nf(1)",
        "3",
    ),
    "%config": ("get_ipython().run_line_magic('config', \"InlineBackend.figure_format = 'retina'\")\nprint(1)", "1"),
    "%load_ext autoreload": (
        "get_ipython().run_line_magic('load_ext', 'autoreload')\n"
        "get_ipython().run_line_magic('autoreload', '0')\nprint(1)",
        "1",
    ),
    "magic": ("get_ipython().magic('time x = 3')\nprint(x)", "3"),
    "!command": ("word = 'a'\nget_ipython().system('echo $word > file')\nprint(open('file').read())", "a"),
    "x = !command": ("x = get_ipython().getoutput('echo a; echo b')\nprint(x, x.n)", "['a', 'b'] a\nb"),
    "not split": ("print(get_ipython().getoutput('echo a; echo b', split=False))", "a\nb"),
    "display": ("display({'a': 1}, 'text')\ndisplay([1], metadata=None)", "{'a': 1}\n'text'\n[1]"),
    "display of what has its own text": (
        "class T:\n    def _repr_mimebundle_(self, **kwargs): return {'text/plain': 'its text'}\ndisplay(T())",
        "its text",
    ),
    "display of nothing": ("display(None)", "None"),
    "page": (
        "get_ipython().run_cell_magic('html', '', '<b>x</b>')\nprint('on')",
        "%%html is for the page of a notebook",
    ),
    "page's settings": ("get_ipython().run_line_magic('autosave', '60')\nprint('on')", "on"),
    "user_ns": ("x = 4\nprint(get_ipython().user_ns['x'], get_ipython().ev('x + 1'))", "4 5"),
    "whether it is a notebook": (
        "try:\n    kind = get_ipython().__class__.__name__\nexcept NameError:\n    kind = ''\n"
        "print(kind in ('ZMQInteractiveShell', 'TerminalInteractiveShell'))",
        "False",
    ),
}


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """A shell of this process."""
    monkeypatch.chdir(tmp_path)
    shell = bare_shell()
    for owner, name, value in shell.hooks():
        monkeypatch.setattr(owner, name, value, raising=False)
    return shell


@pytest.mark.parametrize("cell", CELLS)
def test_script_made_from_a_notebook(
    language: Shell, tmp_path: Path, capfd: pytest.CaptureFixture[str], cell: str
) -> None:
    source, printed = CELLS[cell]
    (tmp_path / "notebook.py").write_text(HEAD + source + "\n")
    assert language.run_cell("run notebook.py").status == 0
    out, err = capfd.readouterr()
    assert (printed in out, err) == (True, "")
    assert language.run_cell(source).status == 0  # at the prompt, too
    assert printed in capfd.readouterr().out


def test_unknown_magic_of_a_notebook(language: Shell, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notebook.py").write_text("get_ipython().run_line_magic('no_such_magic', '')\n")
    assert language.run_cell("run notebook.py").status == 2
    assert "no magic %no_such_magic" in capfd.readouterr().err


def test_script_made_from_a_notebook_without_a_prompt(home: Path) -> None:
    source = (
        "get_ipython().run_line_magic('matplotlib', 'inline')\nimport matplotlib.pyplot as plt\n"
        "line, = plt.plot([1, 2])\ndisplay(line)\nget_ipython().system('echo said')\n"
    )
    (home / "notebook.py").write_text(HEAD + source)
    end = gshell("--no-gui", "notebook.py", home=home)
    assert end.returncode == 0
    assert "Line2D" in end.stdout and "said" in end.stdout and "Error" not in end.stderr


def test_introduction(shell: GShell) -> None:
    for line in ("?", " ? ", "introduction"):
        assert shell.run(line).startswith("gshell: a Python shell for people who plot.")
    assert all(
        word in shell.run("quickref") for word in ("Ctrl-T", "Ctrl-\\", "F2", "debug", "track", "ipbreak", "protect")
    )
