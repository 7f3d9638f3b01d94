"""What the user types, and the Python that is made of it."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

import pytest

from gshell.shell import transform as language
from gshell.shell.pasted import without_prompts
from tests.bare_shell import bare_shell

C = "__gshell__"
MAGICS = bare_shell().magics


def transform(text: str, variables: Container[str] = (), *, automagic: bool = True) -> str:
    return language.transform(text, MAGICS, variables, automagic=automagic)


is_complete = partial(language.is_complete, magics=MAGICS)


@pytest.mark.parametrize(
    ("typed", "python"),
    [
        ("1 + 1", "1 + 1"),
        ("%timeit -n 3 f(x)", f"{C}('timeit', '-n 3 f(x)')\n"),
        ("timeit f(x)", f"{C}('timeit', 'f(x)')\n"),
        ("timeit = 3", "timeit = 3"),
        ("%%gui\nw = 1\nw.show()", f"{C}('gui', '', 'w = 1\\nw.show()')\n"),
        (" %%gui\nw = 1", f"{C}('gui', '', 'w = 1')\n"),
        ("\n\n  %%gui\nw = 1", f"{C}('gui', '', 'w = 1')\n"),
        ("run 'a b.py' -i", f"""{C}('run', "'a b.py' -i")\n"""),
        ("!ls -l", f"{C}('!', 'ls -l')\n"),
        ("!!ls -l", f"{C}('!!', 'ls -l')\n"),
        ("files = !ls *.py", f"files = {C}('!!', 'ls *.py')\n"),
        ("t = %timeit -o f()", f"t = {C}('timeit', '-o f()')\n"),
        ("a.b[0] = !ls", f"a.b[0] = {C}('!!', 'ls')\n"),
        ("x = 5 %y", "x = 5 %y"),
        ("x = (5\n%y)", "x = (5\n%y)"),
        ("np.sin?", f"{C}('pinfo', 'np.sin')\n"),
        ("np.sin??", f"{C}('pinfo2', 'np.sin')\n"),
        ("?np.sin", f"{C}('pinfo', 'np.sin')\n"),
        ("??np", f"{C}('pinfo2', 'np')\n"),
        ("?", f"{C}('introduction', '')\n"),
        (" ?? ", f"{C}('introduction', '')\n"),
        ("np.*load*?", f"{C}('psearch', 'np.*load*')\n"),
        ("%timeit?", f"{C}('pinfo', '%timeit')\n"),
        ("%%gui?", f"{C}('pinfo', '%%gui')\n"),
        ("run?", f"{C}('pinfo', 'run')\n"),
        ("d['a b'].x?", "d['a b'].x?"),
        ("d['a'].x?", f"""{C}('pinfo', "d['a'].x")\n"""),
        ("a = 1  # why?", "a = 1  # why?"),
        ("for i in 1, 2:\n    !echo $i\n", f"for i in 1, 2:\n    {C}('!', 'echo $i')\n"),
        ("if x:\n    y = %timeit f\n", f"if x:\n    y = {C}('timeit', 'f')\n"),
        ('s = """\n%no\n!no\nno?\n"""\n!ls', f's = """\n%no\n!no\nno?\n"""\n{C}(\'!\', \'ls\')\n'),
        ("x = [\n    5\n    %3,\n]\n!ls", f"x = [\n    5\n    %3,\n]\n{C}('!', 'ls')\n"),
        ("x = 5 \\\n%3\n!ls", f"x = 5 \\\n%3\n{C}('!', 'ls')\n"),
        ("!ls \\\n  -l", f"{C}('!', 'ls   -l')\n"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("exit", "exit()\n"),
        (">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
        (">>> for i in x:\n...     print(i)\n...\n1\n>>> y", "for i in x:\n    print(i)\n\ny"),
        (
            "In [3]: def f():\n   ...:     return 1\n   ...:\n\nIn [4]: f()\nOut[4]: 1\n",
            "def f():\n    return 1\n\nf()",
        ),
        ("    >>> x = 1\n    >>> y = 2\n    3", "x = 1\ny = 2"),
        (">>> !ls", f"{C}('!', 'ls')\n"),
        ("await f()\n!ls", f"await f()\n{C}('!', 'ls')\n"),
        ("await f()  # what?", "await f()  # what?"),
    ],
)
def test_transform(typed: str, python: str) -> None:
    assert transform(typed) == python


def test_automagic_can_be_off() -> None:
    assert transform("timeit f(x)", automagic=False) == "timeit f(x)"
    assert transform("%timeit f(x)", automagic=False) != "%timeit f(x)"


def test_variables_come_before_automagic() -> None:
    assert transform("run -i", {"run"}) == "run -i"
    assert transform("run x.py", {"run"}) == f"{C}('run', 'x.py')\n"


BLOCKS = {
    "a loop": "for i in range(2):\n    print(i)\n\n    print(-i)",
    "two functions": "def f():\n    return 1\n\n\ndef g():\n    return 2",
    "a string": "s = '''one\n\n\n  two'''",
    "brackets": "x = [\n    1,\n\n    2,\n]",
}


@pytest.mark.parametrize(
    ("prompt", "further"),
    [
        (">>> ", "... "),
        ("In [3]: ", "   ...: "),
        ("In [10]: ", "    ...: "),
        ("In [10]: ", "   ....: "),
        ("[ins] In [3]: ", "         ...: "),
    ],
)
@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("empty", ["as shown", "without its blank", "bare"])
def test_pasted_block_with_prompts_keeps_its_lines(prompt: str, further: str, block: str, empty: str) -> None:
    lines = block.split("\n")
    after = {"as shown": further, "without its blank": further.rstrip(), "bare": ""}[empty]
    shown = [prompt + lines[0], *(further + line if line else after for line in lines[1:]), after, ""]
    output = ["7", "...", "   ...", "", "8"]
    code = without_prompts("\n".join([*shown, *output, "", f"{prompt}f(2)", "9"]))
    lines = [line for line in code.split("\n") if line]
    assert lines == [*filter(None, block.split("\n")), "f(2)"]
    assert without_prompts("\n".join(shown)).rstrip("\n") == block


def test_paste_from_the_middle_of_an_input() -> None:
    assert without_prompts("   ...:     x = 1\n   ...:     y = 2\n   ...:\n\nOut[3]: 5") == "x = 1\ny = 2\n"


def test_what_is_no_copy_of_a_session_stays() -> None:
    for text in ("a > b", "x = '''\n>>> 1\n'''", "...", "... = 1", "'In [3]: x'"):
        assert transform(text) == text
    assert without_prompts("") == ""


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("1 + 1", True),
        ("1 +", True),  # wrong, and no line after it makes it right
        ("f(", False),
        ("for i in x:", False),
        ("for i in x:\n    i", False),
        ("for i in x:\n    i\n", True),
        ("'''", False),
        ("np.sin?", True),
        ("files = !ls", True),
        ("%%gui", False),
        ("%%gui\nx", False),
        ("%%gui\nx\n", True),
        ("%%gui?", True),
        ("await f()", True),
        ("async with a:", False),
        ("async with a:\n    pass\n", True),
    ],
)
def test_is_complete(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


def test_match_is_a_block() -> None:
    text = "match x:\n    case 1:\n        y = 1"
    assert not is_complete(text)
    assert not is_complete(f"{text}\n    case 2:\n        y = 2")
    assert is_complete(f"{text}\n")


def test_cell_magic_after_a_space_goes_on() -> None:
    assert not is_complete(" %%bash")
    assert is_complete(" %%bash\necho x\n")


@pytest.mark.parametrize("text", ["+".join(["1"] * 10_000), "-" * 10_000 + "1", "(" * 10_000 + ")" * 10_000])
def test_too_deep_for_the_compiler(text: str) -> None:
    assert is_complete(text)
    assert transform(f"{text}  # !") == f"{text}  # !"
