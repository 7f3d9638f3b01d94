"""The everyday magics: names, files, processes, time, the session."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from gshell.magics.aliases import _filled
from gshell.magics.processes import Lines
from gshell.shell.errors import UsageError
from tests.conftest import Start
from tests.terminal import GShell, wait_until


def test_names(shell: GShell) -> None:
    assert shell.run("who") == "The session has no variables yet."
    shell.run("import numpy as np, pandas as pd; a = np.zeros((3, 4)); df = pd.DataFrame({'x': [1, 2]}); n = 5; _p = 1")
    shell.run("class H:\n    def __repr__(self): raise SystemExit\n    __len__ = __repr__\n\n")
    shell.run("h = H(); text = 'x' * 10**8; long = list(range(10**6)); n")
    assert shell.run("who").split() == ["H", "a", "df", "h", "long", "n", "np", "pd", "text"]
    assert shell.run("who int str").split() == ["n", "text"]
    assert shell.run("who complex") == "No variables of type complex."
    assert shell.value("%who_ls int") == "['n']"
    lines = shell.run("whos").splitlines()
    assert lines[0].split() == ["Variable", "Type", "Size", "Data/Info"]
    table = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[2:-1]}
    assert table["a"] == "ndarray 96 B 3x4: 12 elems, type `float64`"
    assert table["df"].endswith("B shape: (2, 1)")
    assert table["h"] == "H <H whose repr failed>"
    assert re.fullmatch(r"list > 8\.\d\d MB n=1000000", table["long"])
    assert table["n"] == "int 28 B 5"
    assert table["text"].startswith("str 100 MB 'xxx") and table["text"].endswith("...")
    assert lines[-1] == "9 variables, > 108 MB"
    # Gone from everywhere, or only by its name.
    shell.run("big = object()")
    shell.run("other = big")
    shell.run("big")
    shell.run("import weakref, gc; x = H(); y = x; ref = weakref.ref(x)")
    shell.run("xdel x")
    assert shell.value("ref() is None, 'y' in globals()") == "(True, False)"
    shell.run("xdel -n big")
    assert shell.value("'big' in globals(), 'other' in globals()") == "(False, True)"
    assert shell.run("xdel big") == "there is no variable big"
    shell.run("reset_selective -f ^(a|df)$")
    assert shell.value("'a' in globals(), 'df' in globals(), n") == "(False, False, 5)"
    assert "is not a regular expression" in shell.run("reset_selective -f (")
    shell.submit("reset")
    shell.wait_for(r"\(y/\[n\]\)\?$")
    shell.type("n\r")
    shell.wait_for("^Nothing done")
    assert shell.value("n") == "5"
    shell.run("reset -f -s")
    assert shell.value("5 in Out.values(), 'n' in globals()") == "(True, False)"
    shell.run("reset -f")
    assert shell.value("len(Out), set(In[:-1]), __name__") == "(0, {''}, '__main__')"
    assert shell.run("reset -f nonsense").startswith("%reset: what is nonsense?; usage")


def test_names_of_pylab_are_not_the_users(start: Start) -> None:
    shell = start("--no-gui", "--pylab")
    assert shell.run("who") == "The session has no variables yet."
    shell.run("sin = 5; mine = 1")
    assert shell.run("who").split() == ["mine", "sin"]


def test_directories(shell: GShell, home: Path) -> None:
    for name in ("one", "two", "with space"):
        (home / name).mkdir()
    (home / "two" / "beside.py").write_text("value = 42\n")
    assert shell.run("cd one") == str(home / "one")
    assert shell.value("pwd") == repr(str(home / "one"))
    assert shell.run("cd ../two") == str(home / "two")
    assert shell.run("import beside; beside.value").endswith("42")
    assert shell.run("cd -") == str(home / "one")
    assert shell.run("cd") == str(home)
    assert shell.run("cd -q with space") == ""
    assert shell.value("%pwd") == repr(str(home / "with space"))
    assert shell.run("cd '~/with space'") == str(home / "with space")
    assert shell.run("dhist").splitlines()[0] == f"0: {home}"
    assert shell.run("cd -2") == str(home / "two")
    assert shell.run("cd --on") == str(home / "one")
    assert shell.run("cd -77") == "%dhist has no entry 77"
    assert shell.run("cd nowhere") == "cd: nowhere: No such file or directory"
    assert shell.value("%pwd") == repr(str(home / "one"))
    # A stack of them.
    assert shell.run("pushd ~/two") == str(home / "two")
    assert shell.run("dirs").endswith(f"['{home / 'one'}']")
    assert shell.run("popd") == str(home / "one")
    assert shell.run("popd") == "the stack is empty"
    # Bookmarks last.
    shell.run("bookmark here")
    shell.run("bookmark there ~/two")
    assert re.findall(r"\w+", shell.run("bookmark -l"))[0] == "here"
    file = home / ".local" / "state" / "gshell" / "bookmarks.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert shell.run("cd -b there") == str(home / "two")
    assert shell.run("cd here") == str(home / "one")
    assert shell.run("bookmark -d nonsense") == "there is no bookmark nonsense; bookmark -l lists them"
    shell.run("bookmark -d here")
    assert shell.run("bookmark -l").split() == ["there", str(home / "two")]
    file.write_text("nonsense")
    assert "bookmarks.json: Expecting value" in shell.run("bookmark -l")
    # The directory goes away.
    shell.run("import os; os.rmdir(os.getcwd())")
    assert "is gone" in shell.run("pwd")
    assert shell.run("cd") == str(home)


def test_environment(shell: GShell) -> None:
    assert shell.run("env SPAM=1 2") == "env: SPAM=1 2"
    assert shell.value("env SPAM") == "'1 2'"
    shell.run("set_env SPAM eggs")
    assert shell.run("!echo $SPAM") == "eggs"
    assert shell.run("env NO_SUCH") == "the environment has no NO_SUCH"
    shell.run("%env")
    assert shell.value("_['SPAM']") == "'eggs'"


def test_files(shell: GShell, home: Path) -> None:
    assert shell.run("%%writefile a.py\nx = 1\n").endswith("\nWrote a.py")
    assert shell.run("%%writefile -a a.py\ny = 2\n").endswith("\nAppended to a.py")
    assert (home / "a.py").read_text() == "x = 1\ny = 2\n"
    assert shell.run("pycat a.py") == "x = 1\ny = 2"
    assert shell.run("pycat b.py") == "b.py: No such file or directory"
    assert shell.run("cat a.py") == "x = 1\ny = 2"
    assert shell.run("mkdir sub") == ""
    shell.run("cp a.py sub/c.py")
    assert "c.py" in shell.run("ls sub")
    assert "c.py" in shell.run("ll sub")
    shell.run("mv sub/c.py .")
    assert (home / "c.py").exists()
    shell.submit("rm c.py")
    shell.wait_for("remove.*c.py")
    shell.type("y\r")
    shell.wait_for_end_of(shell.number)
    assert not (home / "c.py").exists()
    assert "No such file" in shell.run("cat nothing")
    assert shell.value("_exit_code") == "1"
    shell.run("ls = 5")
    assert shell.value("ls") == "5"  # the user's


def test_aliases(shell: GShell) -> None:
    assert _filled("a", "echo", "x  y") == "echo x  y"
    assert _filled("a", "echo %s and %s", "x y z") == "echo x and y z"
    assert _filled("a", "echo '<%l>'", "x y") == "echo '<x y>'"
    assert _filled("a", "date +%%s", "") == "date +%s"
    with pytest.raises(UsageError):
        _filled("a", "echo %s and %s", "x")
    shell.run("alias say echo I say")
    assert shell.run("say hello") == "I say hello"
    assert shell.run("alias say").split() == ["say", "echo", "I", "say"]
    assert shell.run("%pinfo say").startswith("%say")
    assert shell.run("alias run ls") == "run is a magic; an alias needs another name"
    shell.run("unalias say")
    assert shell.run("%say hello") == "no magic %say"
    assert shell.run("unalias say") == "there is no alias say"


def test_time(shell: GShell) -> None:
    output = shell.run("time sum(range(1000))")
    assert re.fullmatch(r"CPU times: user .*, sys .*, total .*\nWall time: \d.* [nµm]?s\nOut\[1\]: 499500", output), (
        output
    )
    shell.run("%time x = 5")
    assert shell.value("x") == "5"
    output = shell.run("%%time\ny = 1\ny + 41\n")
    assert "Wall time: " in output and output.endswith("Out[4]: 42")
    output = shell.run("time 1 / 0")
    assert "Wall time: " in output and "ZeroDivisionError" in output
    assert shell.value("43") == "43"  # it is shown again
    shell.submit("import time as t; print('begun'); t.sleep(1000)".join(("%time ", "")))
    shell.wait_for("^begun$")
    shell.press("c-c")
    shell.wait_for("^Wall time: ")
    shell.wait_for("KeyboardInterrupt")
    assert shell.run("time").startswith("%time: which statement?; usage: %time")


def test_timeit(shell: GShell) -> None:
    assert re.search(r"per loop \(mean ± std. dev. of 2 runs, 3 loops each\)", shell.run("timeit -n3 -r2 sum([1])"))
    shell.run("runs = []")
    assert "1 run, 1 loop each" in shell.run("%%timeit -n 1 -r 1 k = 5\nruns.append(k)\nruns.append(k + 1)\n")
    assert shell.value("runs") == "[5, 6]"
    assert shell.value("%timeit -o -q -n2 -r3 -p 5 pass").startswith("<")
    assert shell.value("len(_.timings), _.loops, _.best <= _.average <= _.worst") == "(3, 2, True)"
    assert "invalid literal" in shell.run("timeit -n x pass")


def test_profile(shell: GShell, home: Path) -> None:
    shell.run("def slow(n):\n    return sorted(range(n))\n")
    output = shell.run("prun slow(10)")
    assert "function calls" in output and "(slow)" in output and "shell.py" not in output
    assert "(slow)" in shell.run("prun -s cumulative -l 5 slow(10)")
    assert "tottime" in shell.run("prun -l sorted slow(10)")
    assert shell.run("prun -s nonsense slow(10)").startswith("the table can't be sorted by nonsense")
    shell.run("prun -q -T table.txt -D data.prof slow(10)")
    assert "(slow)" in (home / "table.txt").read_text()
    assert (home / "data.prof").exists()
    assert "Stats object" in shell.value("%prun -q -r slow(10)")
    assert "(slow)" in shell.run("%%prun\nfor i in range(3):\n    slow(i)\n")
    output = shell.run("prun slow(10); 1 / 0")
    assert "(slow)" in output and "ZeroDivisionError" in output
    assert "(slow)" in shell.run("prun slow(10)")  # the profiler is off again


def test_run_options(shell: GShell, home: Path) -> None:
    (home / "a.py").write_text("import sys\nname = __name__\ndef work(): pass\nwork()\nargs = sys.argv[1:]\n")
    assert "Wall time: " in shell.run("run -t a.py")
    assert shell.value("name") == "'__main__'"
    assert "(work)" in shell.run("run -p -s calls a.py")
    shell.run("run -n a.py 1 -2")
    assert shell.value("name, args") == "('a', ['1', '-2'])"
    package = home / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("value = 42\n")
    (package / "__main__.py").write_text("from .part import value\nmain = __name__, __spec__.name, __package__\n")
    shell.run("run -m package x")
    assert shell.value("value, main") == "(42, ('__main__', 'package.__main__', 'package'))"
    assert shell.run("run -m package.part") == ""
    assert shell.run("run -m nonsense").startswith("no module nonsense")
    assert shell.run("run -m nonsense.more").startswith("no module nonsense.more")
    assert "has no Python file" in shell.run("run -m math")
    assert shell.value("__name__, '__spec__' in globals()").startswith("('__main__'")


def test_capture(shell: GShell, home: Path) -> None:
    code = "import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7\n"
    assert shell.run(f"%%capture kept\n{code}").endswith("6 * 7")
    assert shell.value("kept.stdout, kept.stderr, str(kept) == kept.stdout") == r"('out\nOut[1]: 42\n', 'err\n', True)"
    assert shell.run("kept.show()") == "out\nOut[1]: 42\nerr"
    assert shell.run(f"%%capture --no-stderr kept\n{code}").endswith("6 * 7\nerr")
    assert "ZeroDivisionError" in shell.run("%%capture kept\nprint('before')\n1 / 0\n")
    assert shell.run("print(kept)").startswith("before")
    assert "can't be a variable" in shell.run("%%capture 1x\npass\n")
    # Undone also when Ctrl-C ends it.
    shell.submit("%%capture kept\nprint('begun')\nopen('begun', 'w').close()\nimport time; time.sleep(1000)\n")
    wait_until((home / "begun").exists, "its begin")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    assert shell.run("print('seen')") == "seen"


def test_lines() -> None:
    lines = Lines(["a 3 x", "b 20", "A 1 y"])
    assert (lines.n, lines.s, lines.l) == ("a 3 x\nb 20\nA 1 y", "a 3 x b 20 A 1 y", ["a 3 x", "b 20", "A 1 y"])
    assert lines.grep("^a") == ["a 3 x", "A 1 y"]
    assert lines.grep("^a", prune=True) == ["b 20"]
    assert lines.grep("y", field=2) == ["A 1 y"]
    assert lines.grep(lambda line: "20" in line).fields(0) == ["b"]
    assert lines.fields(0, -1) == ["a x", "b 20", "A y"]
    assert lines.fields()[1] == ["b", "20"]
    assert lines.sorted(1, nums=True)[0] == "A 1 y"


def test_output_of_commands(shell: GShell, home: Path) -> None:
    assert shell.value("%sx printf 'a b\\nc'; echo err >&2; exit 3") == "['a b', 'cerr']"
    assert shell.value("_.s, _exit_code") == "('a b cerr', 3)"
    assert shell.value("%!! echo x") == "['x']"
    shell.run("sc -l names=echo one")
    assert shell.value("names") == "['one']"
    shell.submit("%sx touch begun; sleep 1000")
    wait_until((home / "begun").exists, "the command has begun")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    assert shell.value("6 * 7") == "42"


def test_cells_for_programs(shell: GShell, home: Path) -> None:
    assert shell.run("%%bash\nfor i in 1 2; do echo line $i; done\n").endswith("\nline 1\nline 2")
    assert shell.run("%%sh\nexit 3\n").endswith("%%sh: sh has ended with exit status 3")
    assert shell.run("%%sh\nkill -9 $$\n").endswith("%%sh: sh was ended by SIGKILL")
    assert shell.run("%%sh\nkill -40 $$\n").endswith("%%sh: sh was ended by signal 40")
    assert shell.run("%%bash --no-raise-error\nexit 4\n").endswith("exit 4")
    assert shell.value("_exit_code") == "4"
    shell.run("%%bash --out out --err err\necho one; echo two >&2\n")
    assert shell.value("out, err") == r"('one\n', 'two\n')"
    assert shell.run("%%python\nimport sys\nprint(sys.argv, 6 * 7)\n").endswith("['-'] 42")
    assert shell.run("%%script cat -n\nx\n").endswith("1  x")
    assert shell.run("%%script no-such-program\nx\n").endswith("%%script: there is no program no-such-program")
    assert "for a cell" in shell.run("%bash echo")
    shell.submit("%%bash\nsleep 1000\n")
    wait_until(lambda: "sleep" in shell.children(), "the program")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    assert "pip" in shell.run("pip --version")


def test_deleted_values_do_not_come_back(shell: GShell) -> None:
    shell.run("import weakref\nclass A: pass\n\n")
    shell.run("a = A(); ref = weakref.ref(a)")
    shell.run("a")
    shell.run("xdel a")
    shell.run("5")
    assert shell.value("__, ref()") == "(None, None)"
    shell.run("[1, 2, 3]")
    shell.run("reset -f")
    shell.run("5")
    assert "1, 2, 3" not in shell.value("__, ___")


def test_variables_in_commands(shell: GShell, home: Path) -> None:
    shell.run("name = 'outer'")
    shell.run("def f(name):\n    !echo $name {name * 2}\n    lines = !echo $name\n    return lines\n\n")
    assert shell.run("f('in')").endswith("in inin\nOut[3]: ['in']")
    (home / "own.ipy").write_text("name = 'of the script'\nfound = !echo $name\n")
    shell.run("run own.ipy")
    assert shell.value("found") == "['of the script']"
    shell.run("name = 'outer'")
    assert shell.run("!echo $name '$name' \"$name\"").endswith("outer $name outer")


def test_ignored_sigchld(shell: GShell) -> None:
    shell.run("import signal, os; signal.signal(signal.SIGCHLD, signal.SIG_IGN)")
    assert shell.run("!echo one").endswith("one")
    assert shell.run("os.system('echo two')").count("Error") == 0
    assert shell.value("6 * 7") == "42"


def test_odd_arguments(start: Start, home: Path) -> None:
    shell = start("--no-gui", env={"EDITOR": ' "', "VISUAL": " "})
    assert shell.value("_dh") == repr([str(home)])
    (home / "p(1)'s").mkdir()
    assert shell.run(r"cd p\(1\)\'s").endswith("p(1)'s")
    assert shell.value("_dh[-1]").endswith("""p(1)'s\"""")
    shell.run("cd -q ..")
    shell.run("%%writefile a.txt\none\n")
    assert shell.run("%%writefile a.txt -a\ntwo\n").endswith("Appended to a.txt")
    assert (home / "a.txt").read_text() == "one\ntwo\n"
    assert shell.run("%load_ext .foo") == ".foo is not the name of a module"
    assert shell.run("%aimport .foo") == ".foo is not the name of a module"
    assert "Error" not in shell.run("%history -l 99999999999999999999")
    assert "nonnumeric port" in shell.run("%load http://localhost:abc")
    shell.run("globals()[1] = 2")
    assert shell.run("macro") == "no macros"
    assert "ascii" in shell.run("a*?").split()
    assert shell.value("__import__('collections').Counter(a='x', b='y')") == "Counter({'a': 'x', 'b': 'y'})"
    assert "ended with status" in shell.run("%edit 1")
