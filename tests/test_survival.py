"""Sessions that are killed, hung up, crashed or left: the next one has their values."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from gshell.survival.folder import Folder
from gshell.survival.lock import Holder
from gshell.survival.manifest import Manifest, Unreadable
from tests.conftest import Start
from tests.kept import few
from tests.terminal import GShell, gshell, wait_until
from tests.xserver import XServer

pytestmark = pytest.mark.own_shell

FIT = """
import numpy as np
from gshell import ipbreak
if "i" not in globals():
    i, total, seen, data = 0, 0, [], np.zeros(200_000)
while i < N:
    total += i
    seen.append(i)
    data[i] = i
    i += 1
    for _ in range(5000): pass
    ipbreak()
done = (i, total, len(seen), float(data.sum()))
"""
"""A script that can be stopped where it calls ipbreak(), and only there; what it computes tells whether it was."""

HOSTILE = """
import ctypes, os, time
class Bad:
    def __init__(self, how): self.how = how
    def __getstate__(self): exec(self.how)
"""

CONSISTENT = "(total, len(seen), seen[-1], data.sum()) == (sum(range(i)), i, i - 1, sum(range(i)))"

Begin = Callable[..., GShell]


def sessions(home: Path) -> list[Folder]:
    """Those on the disk, the oldest first."""
    return [Folder(path) for path in sorted((home / ".local/state/gshell/sessions").glob("*"))]


def last(home: Path) -> Manifest | None:
    """The last snapshot of the last session."""
    try:
        return sessions(home)[-1].last()
    except (IndexError, Unreadable):
        return None


def number(home: Path) -> int:
    """That of the last snapshot; 0 if there is none."""
    manifest = last(home)
    return manifest.number if manifest else 0


def wait_for_snapshots(home: Path, count: int) -> None:
    """Wait until so many more are there."""
    wanted = number(home) + count
    wait_until(lambda: number(home) >= wanted, f"snapshot {wanted}", 60)


def wait_for_snapshot_while(home: Path, running: str) -> None:
    """Wait until the last one is of a moment at which a command ran: a script, or the first line of a cell."""
    wait_until(lambda: (it := last(home)) is not None and it.running.startswith(running), f"one while {running}", 60)


@pytest.fixture
def begin(home: Path, start: Start) -> Begin:
    """A function that starts a shell whose session is kept, with an interval of a second."""
    settings = home / ".config" / "gshell" / "gshell.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("session_interval = 1\n")
    (home / "fit.py").write_text(FIT)

    def begin(*arguments: str, gui: bool = False) -> GShell:
        return start(*["--no-gui"] * (not gui), *arguments, env={"GSHELL_SESSION": "on"})

    return begin


def kill(shell: GShell, signum: int = signal.SIGKILL) -> None:
    os.kill(shell.pid, signum)
    shell.wait()


def close_terminal(shell: GShell) -> None:
    process = psutil.Process(shell.pid)
    shell.hang_up()
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "the end")


# Killed


def goes_on(shell: GShell) -> None:
    """A restored session has what the script had at a point where it could be stopped, and comes to the same result."""
    assert shell.value(CONSISTENT).endswith("True)") or shell.value(CONSISTENT).endswith("True")
    shell.run("N = i + 50")
    shell.run("run -i fit.py")
    assert shell.value("done == (N, sum(range(N)), N, float(sum(range(N))))") == "True"


@pytest.mark.parametrize("how", few(["run -i fit.py", "run fit.py"], "run fit.py"))
def test_a_script_goes_on_after_the_kill(begin: Begin, home: Path, how: str) -> None:
    shell = begin()
    shell.run("import builtins; N = builtins.N = 10**6; before = [1]; same = before")
    shell.submit(how)
    wait_for_snapshots(home, 2)
    kill(shell)
    manifest = last(home)
    assert manifest is not None and manifest.running == "fit.py"
    shell = begin("--restore")
    assert "restored: " in shell.text()
    assert shell.value("before, before is same, i > 0") == "([1], True, True)"
    goes_on(shell)
    assert shell.end() == 0


def test_the_next_start_says_what_there_is(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("a, b = 1, [2]")
    shell.submit("while True: a += 1\n")
    wait_for_snapshot_while(home, "while True: a += 1")
    kill(shell)
    shell = begin()
    line = next(line for line in shell.lines() if line.startswith("session of "))
    assert "2 variables" in line and "killed while running while True: a += 1: gshell --restore" in line
    kill(shell)
    assert "session of" not in begin().text()  # once is enough


def test_where_it_crashed_is_kept(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("def crash(): ctypes.string_at(0)\n\nimport ctypes; kept = 7")
    shell.run("%session save")
    shell.submit("crash()")
    shell.wait()
    shell = begin("--restore")
    crash = sessions(home)[0].crash
    assert "in crash" in crash.read_text()
    assert shell.value("kept") == "7"


@pytest.fixture
def little_memory() -> Iterator[Path]:
    """A cgroup in which the kernel kills who takes more than 400 MB."""
    for directory, limit in (("memory", "memory.limit_in_bytes"), ("", "memory.max")):
        group = Path("/sys/fs/cgroup", directory, f"gshell-{os.getpid()}")
        try:
            group.mkdir()
            (group / limit).write_text(str(400 * 10**6))
        except OSError:
            if group.is_dir():
                group.rmdir()
            continue
        processes = group / "cgroup.procs"
        yield processes
        wait_until(lambda processes=processes: not processes.read_text(), "the end of what is in it")  # type: ignore[misc]
        group.rmdir()
        return
    pytest.skip("a cgroup with a limit of memory can't be made")


def test_the_kernel_has_no_memory_left(begin: Begin, home: Path, little_memory: Path) -> None:
    shell = begin()
    shell.run("kept = bytes(range(256)) * 10**5; more = []")
    shell.run("%session save")
    little_memory.write_text(str(shell.pid))
    shell.submit("while True: more.append(bytearray(b'x') * 10**7)\n")
    assert shell.wait() == -signal.SIGKILL
    assert begin("--restore").value("kept == bytes(range(256)) * 10**5") == "True"


# Told to end

ENDS = {
    "idle": "",
    "python": "while True: pass\n",
    "in C": "time.sleep(1000)",
    "deaf": "libc.pthread_mutex_lock(mutex)",
}


@pytest.mark.parametrize("signum", few([signal.SIGTERM, signal.SIGHUP], signal.SIGTERM))
@pytest.mark.parametrize("name", ENDS)
def test_a_last_snapshot_when_it_is_told_to_end(begin: Begin, home: Path, name: str, signum: int) -> None:
    shell = begin()
    shell.run("import ctypes, time; libc = ctypes.CDLL(None); mutex = ctypes.create_string_buffer(64); kept = [1]")
    shell.run("locked = libc.pthread_mutex_lock(mutex)")
    shell.run("kept.append(2)")
    if ENDS[name]:
        shell.submit(f"print('be' 'gun')\n{ENDS[name]}")
        shell.wait_for("^begun$")
        wait_until(lambda: name == "python" or shell.is_asleep(), "its call")
    kill(shell, signum)
    manifest = last(home)
    assert manifest is not None and manifest.why == signal.Signals(signum).name
    assert begin("--restore").value("kept") == "[1, 2]"


def test_the_terminal_is_closed(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("kept = [1]")
    shell.submit("kept[0] += 1; print('be' 'gun')\nwhile True: kept[0] += 1\n")
    shell.wait_for("^begun$")
    close_terminal(shell)
    wait_until(lambda: number(home) > 0, "the snapshot")
    assert begin("--restore").value("kept[0] > 1") == "True"


def test_who_leaves_does_not_wait(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("kept = list(range(100))")
    assert shell.end() == 0
    shell = begin("--restore")  # perhaps before it is written
    assert shell.value("sum(kept)") == "4950"


def test_who_leaves_does_not_wait_for_a_snapshot_that_hangs(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("kept = 1")
    shell.run("%session save")
    shell.run(HOSTILE)
    shell.submit('bad = Bad(\'open("hangs", "w").close(); time.sleep(1000)\'); time.sleep(1000)')
    wait_until((home / "hangs").exists, "the snapshot", 60)
    shell.press("c-c")
    assert shell.end() == 0
    for child in psutil.process_iter(["cwd"]):  # it would end by itself, later
        if child.info["cwd"] == str(home):
            child.kill()
    assert begin("--restore").value("kept") == "1"


def test_the_end_in_the_middle_of_a_snapshot(begin: Begin, home: Path) -> None:
    """The last one has what the other was at when it was broken off."""
    shell = begin()
    shell.run(
        "import time\nclass Slow:\n    def __getstate__(self):\n        open('writes', 'w').close()\n"
        "        time.sleep(1)\n        return {'x': 5}\n"
    )
    shell.submit("slow = Slow(); print('be' 'gun'); time.sleep(1000)")
    shell.wait_for("^begun$")
    wait_until((home / "writes").exists, "the snapshot", 60)
    kill(shell, signal.SIGTERM)
    manifest = last(home)
    assert manifest is not None and manifest.why == "SIGTERM" and manifest.left_out == []
    assert begin("--restore").value("slow.x") == "5"


def test_nothing_is_kept_of_nothing(begin: Begin, home: Path) -> None:
    begin().end()
    shell = begin()
    shell.run("1 + 1")
    shell.end()
    assert last(home) is None


@pytest.mark.own_process
def test_the_first_command_waits_for_no_pickler(begin: Begin, home: Path) -> None:
    """A thread that waits begins with it; what a snapshot needs is imported when one is due."""
    (home / ".config/gshell/gshell.toml").write_text("session_interval = 600\n")
    shell = begin()
    for name in ("gshell.survival.keeper", "snapshots"):
        look = f"{name!r} in [*__import__('sys').modules, *(t.name for t in __import__('threading').enumerate())]"
        assert shell.value(look) == "True"
    assert shell.value("'cloudpickle' in __import__('sys').modules") == "False"


def test_off(begin: Begin, home: Path, start: Start) -> None:
    (home / ".config/gshell/gshell.toml").write_text('session = "off"\nsession_interval = 1\n')
    shell = start("--no-gui", env={"GSHELL_SESSION": ""})
    shell.run("a = 1")
    shell.end()
    assert sessions(home) == []
    done = gshell("-c", "a = 1", home=home, env={"GSHELL_SESSION": "on"})
    assert done.returncode == 0 and sessions(home) == []


# At the prompt


def test_random_numbers_go_on(begin: Begin) -> None:
    shell = begin()
    shell.run("import random, numpy as np; random.seed(5); np.random.seed(6); own = np.random.default_rng(7)")
    shell.run("%session save mine")
    numbers = "random.random(), float(np.random.rand()), float(own.random())"
    drawn = shell.value(numbers)
    shell.run("%session restore mine")
    assert shell.value(numbers) == drawn


def test_undo(begin: Begin) -> None:
    shell = begin()
    shell.run("import numpy as np; x = np.arange(5); y = [x]; z = 'kept'; f = lambda: z")
    shell.run("%session save")
    shell.run("x = None; y.append(1); w = 3")
    assert "back: x, y; gone: w" in shell.run("%session undo")
    assert shell.value("x, y[0] is x, f(), 'w' in globals()") == "(array([0, 1, 2, 3, 4]), True, 'kept', False)"
    shell.run("reset -f")
    assert "back: f, np, x, y, z" in shell.run("%session undo")
    assert shell.value("f(), len(y)") == "('kept', 1)"


def test_undo_goes_by_names(begin: Begin) -> None:
    """The same content may have another name by now; and a class is no change by itself, see test_kept_reading.py."""
    shell = begin()
    shell.run("class C: pass\na, b, data, n = [1], [2], [1, 2, 3], 1\n")
    shell.run("%session save")
    shell.run("a, b = b, a; backup = data; data = None")
    assert "back: a, b, data; gone: backup" in shell.run("%session undo")
    assert shell.value("a, b, data, 'backup' in globals()") == "([1], [2], [1, 2, 3], False)"
    shell.run("c = C(); n = 2")
    assert re.search("back: .*n; gone: c", shell.run("%session undo"))
    assert shell.value("n") == "1"


def test_undo_goes_back_into_a_script(begin: Begin, home: Path) -> None:
    (home / "makes.py").write_text("import time\ndata = [1, 2]\nprint('be' 'gun')\nwhile not done: time.sleep(0.01)\n")
    shell = begin()
    shell.run("done = []")
    shell.submit("run -i makes.py")
    shell.wait_for("^begun$")
    wait_for_snapshots(home, 1)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    shell.run("data = None")
    shell.run("%session undo")
    assert shell.value("data") == "[1, 2]"


def test_what_cannot_be_kept_is_named(begin: Begin) -> None:
    shell = begin()
    shell.run("gen = (i for i in 'ab')")
    shell.run("file = open('fit.py')")
    shell.run("fine = 1")
    saved = shell.run("%session save mine")
    assert "left out: gen (cannot pickle 'generator' object)" in saved and "left out: file (" in saved
    shell.run("reset -f")
    restored = shell.run("%session restore mine")
    assert "not restored: gen (cannot pickle 'generator' object)" in restored
    assert "made by: gen = (i for i in 'ab')" in restored
    assert shell.value("fine, 'gen' in globals()") == "(1, False)"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("ctypes.string_at(0)", "SIGSEGV"),
        ("raise SystemExit", "SystemExit"),
        pytest.param("os._exit(3)", "it has ended, status 3", marks=pytest.mark.stress),
        pytest.param("raise KeyboardInterrupt", "KeyboardInterrupt", marks=pytest.mark.stress),
        pytest.param("os.kill(os.getpid(), 9)", "SIGKILL", marks=pytest.mark.stress),
    ],
)
def test_a_value_that_ends_the_snapshot_is_left_out(begin: Begin, how: str, reason: str) -> None:
    shell = begin()
    shell.run(HOSTILE)
    shell.run(f"fine = [1]; bad = Bad({how!r})")
    saved = shell.run("%session save mine")
    assert "left out: bad (" in saved and reason in saved
    shell.run("fine = None")
    shell.run("%session restore mine")
    assert shell.value("fine") == "[1]"


def test_a_value_that_was_not_at_fault_is_kept_again(begin: Begin, home: Path) -> None:
    """The kernel takes the child when memory is short, whatever it was at; and a name may stand for another value."""
    shell = begin()
    shell.run(HOSTILE)
    shell.run("once = \"os.path.exists('killed') or (open('killed', 'w'), os.kill(os.getpid(), 9))\"")
    shell.run("fine = Bad(once); bad = Bad('ctypes.string_at(0)')")
    shell.wait_for("fine is left out of the session's snapshots: saving it has ended in SIGKILL")
    shell.wait_for("bad is left out of the session's snapshots: saving it has ended in SIGSEGV")
    assert (home / "killed").exists()
    shell.run("x = 1")
    wait_until(lambda: "fine" in kept_names(home), "it to be kept", 60)
    assert "bad" not in kept_names(home)
    shell.run("bad = [1]")
    wait_until(lambda: "bad" in kept_names(home), "the other value", 60)


def kept_names(home: Path) -> list[str]:
    """The variables of the last snapshot."""
    manifest = last(home)
    return manifest.variables if manifest else []


def test_what_cannot_be_read_here_stays_for_another_shell(begin: Begin, home: Path) -> None:
    (home / "model.py").write_text("class Model: pass\n")
    shell = begin()
    shell.run("from model import Model; fitted, x = Model(), 1")
    shell.run("%session save")
    kill(shell)
    folder = sessions(home)[-1]
    (home / "model.py").rename(home / "away.py")
    other = begin("--restore")
    assert f"this goes on as another session, and {folder.name} stays as it is" in other.text()
    assert other.value("x") == "1"
    other.run("x = 2")
    other.run("%session save")
    other.end()
    assert "fitted" in folder.last().variables
    (home / "away.py").rename(home / "model.py")
    assert begin("--restore", folder.name).value("x, type(fitted) is Model") == "(1, True)"


def test_commands_about_sessions(begin: Begin, home: Path) -> None:
    shell = begin()
    assert "no session" in shell.run("%session restore nothing")
    assert "there is no session that could be restored" in shell.run("%session restore")
    assert "no name of a session" in shell.run("%session save ../x")
    assert "usage: %session" in shell.run("%session dance")
    shell.run("x = 1")
    assert "saved as one: 1 variable" in shell.run("%session save one")
    assert re.search("^one ", shell.run("%session list"), re.MULTILINE)
    assert "x" in shell.run("%session show one")
    other = begin("--restore", "one")
    assert other.value("x") == "1"
    assert "another shell has" in shell.run("%session save one")
    assert "a shell has the session one" in shell.run("%session delete one")
    kill(other)
    last = max(sessions(home)[-1].path.glob("snapshot-*.json"), key=lambda path: path.stat().st_mtime_ns)
    last.with_name("snapshot-99.json").write_text(last.read_text()[:100])
    assert "one: the last snapshot can't be read (its list of values is damaged)" in shell.run("%session restore one")
    assert shell.value("x") == "1"
    shell.run("%session delete one")
    assert not re.search("^one ", shell.run("%session list"), re.MULTILINE)


def test_a_directory_that_others_can_write_to(begin: Begin, home: Path) -> None:
    shell = begin()
    shell.run("x = 1")
    shell.run("%session save one")
    shell.end()
    directory = home / ".local/state/gshell/sessions"
    directory.chmod(0o777)
    shell = begin("--restore")
    assert "is not a directory that only you can write to" in shell.text()
    assert "session of" not in shell.text()


# Figures


@pytest.fixture
def figures(begin: Begin, display: XServer) -> Iterator[GShell]:
    """A shell with windows."""
    os.environ["DISPLAY"] = display.display
    yield begin("--qt", "--pylab", gui=True)


def test_figures_come_back(begin: Begin, figures: GShell, display: XServer, home: Path) -> None:
    figures.run("fig, ax = subplots(num='first'); line, = ax.plot([1, 2, 3]); _ = ax.set_xlim(0.5, 1.5); figure(7)")
    display.wait_for_window("Figure 7")
    figures.submit("while True: line.set_ydata(np.random.rand(3))\n")
    wait_for_snapshot_while(home, "while True: line.set_ydata")
    window = display.wait_for_window("first")
    display.drag(window, (0.5, 0.5), (0.6, 0.6))
    kill(figures)
    wait_until(lambda: not display.windows("first"), "the windows to go")
    shell = begin("--qt", "--pylab", "--restore", gui=True)
    display.wait_for_window("Figure 7")
    assert shell.value("line in ax.lines, fig.axes == [ax], ax.get_xlim() == (0.5, 1.5)") == "(True, True, True)"
    assert shell.value("plt.get_fignums(), gcf().number, fig.number in plt.get_fignums()") == "([1, 7], 7, True)"
    assert "Error" not in shell.text()


def test_undo_of_a_figure(figures: GShell, display: XServer) -> None:
    figures.run("fig, ax = subplots(num='first'); line, = ax.plot([1, 2, 3]); other = figure(7)")
    figures.run("%session save")
    figures.run("ax.set_title('wrong'); line.set_ydata([0, 0, 0])")
    assert "back: ax, fig, line" in figures.run("%session undo")
    window = display.wait_for_window("first")
    assert figures.value("fig is figure('first'), other is figure(7), len(plt.get_fignums())") == "(True, True, 2)"
    assert figures.value("ax.get_title(), line.get_ydata()") == "('', array([1, 2, 3]))"
    figures.run("ax.set_facecolor('#00ff00'); fig.canvas.draw_idle()")
    wait_until(lambda: b"\x00\xff\x00" in display.picture(window).convert("RGB").tobytes(), "the colour")


DRAWN = {
    "idle": "1",
    "set_ydata": "while True: line.set_ydata(np.random.rand(3))\n",
    "pause": "while True: plt.pause(0.001)\n",
    "opens": "while True: figure(3); plt.close(3)\n",
    "saves": "while True: fig.savefig('a.png')\n",
}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.stress) for seed in range(1, 20))])
def test_killed_while_figures_are_used(begin: Begin, display: XServer, home: Path, seed: int) -> None:
    """A figure is dragged meanwhile, and snapshots are taken."""
    chance = random.Random(seed)
    shell = begin("--qt", "--pylab", gui=True)
    shell.run("fig, ax = subplots(num='first'); line, = ax.plot([1, 2, 3]); mark = [fig]")
    for round_ in (1, 2) if seed else (1,):
        window = display.wait_for_window("first")
        shell.run(f"ax.set_title({round_})")
        shell.run("%session save")
        shell.submit(DRAWN[chance.choice(sorted(DRAWN))])
        display.press_key(window, "p")
        for step in range(chance.randrange(8)):
            display.drag(window, (0.5, 0.5), (0.6, 0.4 + step / 20))
        kill(shell, chance.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGHUP]))
        wait_until(lambda: not display.windows("first"), "the windows to go")
        shell = begin("--qt", "--pylab", "--restore", gui=True)
        display.wait_for_window("first")
        assert (
            shell.value("ax.get_title(), line in ax.lines, mark[0] is fig is ax.figure") == f"('{round_}', True, True)"
        )
        assert "Error" not in shell.text()


def test_who_comes_back_at_once_waits_for_the_last_snapshot(begin: Begin, home: Path) -> None:
    """A connection was lost: the old shell may still be about to end."""
    shell = begin()
    shell.run("rows = []")
    shell.submit("while True: rows.append(len(rows))\n")
    wait_for_snapshots(home, 1)
    shell.hang_up()
    wait_until(lambda: sessions(home)[-1].holder is not Holder.SHELL, "the shell to know that it ends")
    shell = begin("--restore")
    assert shell.value("rows == list(range(len(rows)))") == "True"


# At random moments


def test_snapshots_beside_matrix_products(begin: Begin, home: Path) -> None:
    """OpenBLAS's own function for a fork would wait for ever."""
    shell = begin()
    shell.run("import numpy as np; big = np.ones((300, 300)); wide = np.ones((2, 200_000))")
    shell.submit("while True: big @ big; wide @ wide.T\n")
    wait_for_snapshots(home, 1)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.value("big.sum()").endswith("90000.0)")


LARGE = """\
import numpy as np, re, time
def large(): return sum(map(int, re.findall(r"AnonHugePages: +(\\d+)", open("/proc/self/smaps").read()))) // 1024
data = np.ones(2**24); before = large()
while before and large() > before // 2: data[::512] += 1
while large() < before - 10: time.sleep(0.1)
print("la" "rge", before)
"""


def test_memory_is_in_large_pages_again(begin: Begin) -> None:
    """Writing beside a child splits them, and the kernel leaves it so: the next fork takes fifty times as long."""
    if tuple(map(int, os.uname().release.split(".")[:2])) < (6, 1):
        pytest.skip("the kernel can't do it")
    said = begin().run(LARGE)
    if "large 0" in said:
        pytest.skip("the kernel gives numpy no large pages")
    assert re.search(r"large \d+", said)


MOMENTS = {
    "idle": "1",
    "python": "for _ in range(10**7): pass\n",
    "grows": "while True: rows.append(len(rows))\n",
    "in C": "time.sleep(0.5)",
    "prints": "for _ in range(3000): print(_)\n",
    "numpy": "for _ in range(50): big @ big\n",
    "script": "run -i fit.py",
    "saves": "%session save",
}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.stress) for seed in range(1, 100))])
def test_killed_at_a_random_moment(begin: Begin, home: Path, seed: int) -> None:
    """Three times each: what was saved before is there, and what comes after does no harm."""
    chance = random.Random(seed)
    rounds = 3 if seed else 1
    deaths = [signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGHUP, signal.SIGABRT, None]
    shell = begin()
    shell.run("import numpy as np, time; N = 10**6; rows = []; big = np.ones((300, 300)); alias = big")
    for round_ in range(1, rounds + 1):
        shell.run(f"mark = {round_}; big[0, 0] = {round_}")
        shell.run("%session save")
        shell.submit(MOMENTS[chance.choice(sorted(MOMENTS))])
        time.sleep(chance.random() * 1.5)  # the moment, not a wait for something
        death = chance.choice(deaths)
        if death is None:
            close_terminal(shell)
        else:
            kill(shell, death)
        shell = begin("--restore")
        assert shell.value("mark, float(big[0, 0]), alias is big") == f"({round_}, {round_}.0, True)", seed
        assert shell.value("rows == list(range(len(rows)))") == "True"
        if shell.value("'i' in globals()") == "True":
            assert shell.value(CONSISTENT).endswith("True")
    assert shell.end() == 0
