"""Memory that is short: the toolbar says so, and once in a command the shell does, while there is time to stop it."""

from __future__ import annotations

import os
import re
import resource
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from gshell.console.memory import FRESH, MUCH, MemoryNote, shortage
from gshell.console.status import Watch
from tests.terminal import GShell, wait_until
from tests.test_toolbar import toolbar

GB = 10**9
Files = dict[str, str]
MakeRoot = Callable[[Files], str]


@pytest.fixture
def root(tmp_path: Path) -> MakeRoot:
    """Makes files under a directory that stands for the root, and returns it."""

    def make(files: Files) -> str:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")
        return str(tmp_path)

    return make


def machine(total: int, available: int) -> Files:
    """A machine with so many bytes."""
    return {
        "proc/meminfo": f"MemTotal:       {total // 1024} kB\nMemFree:          104 kB\n"
        f"MemAvailable:   {available // 1024} kB\nSwapFree:   99999999 kB"
    }


def version_2(directory: str, limit: object, used: int, files: int) -> Files:
    """The files of a cgroup, `files` of whose bytes are kept of files."""
    return {
        f"sys/fs/cgroup/{directory}memory.max": str(limit),
        f"sys/fs/cgroup/{directory}memory.current": str(used),
        f"sys/fs/cgroup/{directory}memory.stat": f"anon 5000\nfile {files}\ninactive_file {files - 1024}\n"
        f"active_file 1024\nworkingset_activate_file 77",
    }


def version_1(directory: str, limit: int, used: int, files: int) -> Files:
    """The same as it was before."""
    return {
        f"sys/fs/cgroup/memory/{directory}memory.limit_in_bytes": str(limit),
        f"sys/fs/cgroup/memory/{directory}memory.usage_in_bytes": str(used),
        f"sys/fs/cgroup/memory/{directory}memory.stat": f"inactive_file 5\nactive_file 5\n"
        f"total_inactive_file {files}\ntotal_active_file 0",
    }


LARGE = machine(64 * GB, 32 * GB)
JOB = {"proc/self/cgroup": "0::/batch/job"}
OLD = {"proc/self/cgroup": "9:name=systemd:/\n5:cpu,cpuacct:/job\n4:memory:/batch/job\n0::/"}


@pytest.mark.parametrize(
    ("files", "left"),
    [
        pytest.param({}, None, id="no /proc"),
        pytest.param({"proc/meminfo": "MemTotal: 5 kB"}, None, id="an old kernel"),
        pytest.param(LARGE, None, id="enough"),
        pytest.param(machine(64 * GB, GB + 2048), None, id="enough, though a small share"),
        pytest.param(machine(64 * GB, 409_600_000), 409_600_000, id="a large machine"),
        pytest.param(machine(8_192_000_000, 409_600_000), None, id="as much as is enough on a small one"),
        pytest.param(machine(8_192_000_000, 408_576_000), 408_576_000, id="a small machine"),
        pytest.param(LARGE | JOB, None, id="a cgroup whose files are not there"),
        pytest.param(LARGE | JOB | version_2("batch/job/", "max", 60 * GB, 2048), None, id="no limit"),
        pytest.param(LARGE | JOB | version_2("batch/job/", 4 * GB, 2 * GB, 2048), None, id="a job with enough"),
        pytest.param(LARGE | JOB | version_2("batch/job/", 4 * GB, 4 * GB - 3000, 2048), 5048, id="a job"),
        pytest.param(LARGE | JOB | version_2("batch/job/", 4 * GB, 4 * GB, 2 * GB), None, id="a job that reads files"),
        pytest.param(LARGE | JOB | version_2("batch/job/", 4 * GB, 4 * GB + 9000, 2048), 0, id="a job above its limit"),
        pytest.param(
            LARGE | JOB | version_2("batch/job/", "max", GB, 2048) | version_2("batch/", 4 * GB, 4 * GB - 3000, 2048),
            5048,
            id="the group around the job",
        ),
        pytest.param(LARGE | JOB | version_2("", 4 * GB, 4 * GB - 3000, 2048), 5048, id="a container"),
        pytest.param(
            machine(64 * GB, 409_600_000) | JOB | version_2("batch/job/", 4 * GB, 4 * GB - 3000, 2048),
            5048,
            id="the least",
        ),
        pytest.param(LARGE | OLD | version_1("batch/job/", 2**63 - 4096, GB, 0), None, id="version 1, no limit"),
        pytest.param(LARGE | OLD | version_1("batch/job/", 4 * GB, 4 * GB - 3000, 2048), 5048, id="version 1"),
        pytest.param(LARGE | OLD | version_1("", 4 * GB, 4 * GB - 3000, 2048), 5048, id="version 1, a container"),
        pytest.param(LARGE | {"proc/self/cgroup": "x\n0:"}, None, id="another format"),
    ],
)
def test_shortage(root: MakeRoot, files: Files, left: int | None) -> None:
    assert shortage(root(files)) == left


def test_address_space(root: MakeRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    page = resource.getpagesize()
    directory = root(LARGE | {"proc/self/statm": "1000 500 300 1 0 400 0"})
    for pages, left in ((1010, 10 * page), (1100, None), (999, 0)):
        monkeypatch.setattr(resource, "getrlimit", lambda _: (pages * page, resource.RLIM_INFINITY))  # noqa: B023
        assert shortage(directory) == left


def test_toolbar_looks_once_a_second() -> None:
    left: list[int | None] = [None, 412_000_000, 2_000_000]
    now = [0.0]
    note = MemoryNote(lambda: left.pop(0), lambda: now[0])
    assert note.text() == note.text() == ""
    now[0] += FRESH
    assert note.text() == note.text() == "memory: 412 MB left"
    note.look_again()
    assert note.text() == note.text() == "memory: 2.00 MB left"


def test_command_warns_once() -> None:
    left: list[int | None] = [None, None, 412_000_000, None, 2_000_000]
    watch = Watch(lambda: left.pop(0))
    line = "gshell: 412 MB of memory left; Ctrl-C stops the command, its data stay"
    assert [watch.warning() for _ in range(5)] == ["", "", line, "", ""]


SHORT = f"""
import resource, mmap, time
def fill():
    "Have all of the address space be used but for so much that nothing fails, of a limit that is much larger."
    global filled
    filled = mmap.mmap(-1, {40 * MUCH}, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
    size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + {MUCH * 9 // 10}, resource.RLIM_INFINITY))
def free():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

"""
LINE = r"^gshell: \d+ MB of memory left; Ctrl-C stops the command, its data stay$"

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is known of the memory")


@only_linux
@pytest.mark.own_shell
def test_toolbar_says_that_memory_is_short(shell: GShell) -> None:
    shell.run(SHORT)
    assert "memory" not in toolbar(shell)
    shell.run("fill()")
    wait_until(lambda: re.search(r"^no windows  memory: \d+ MB left  emacs$", toolbar(shell)), "the toolbar to say so")
    shell.run("free()")
    wait_until(lambda: toolbar(shell) == "no windows  emacs", "the toolbar to say so no more")


@only_linux
@pytest.mark.own_shell
def test_line_when_a_command_fills_the_memory(shell: GShell) -> None:
    shell.run(SHORT)
    shell.submit("data = [1, 2, 3]; fill(); print('be' 'gun'); time.sleep(600)")
    shell.wait_for("^begun$")
    shell.wait_for(LINE)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.value("free(), data") == "(None, [1, 2, 3])"
    assert len(re.findall(LINE, shell.text(), re.MULTILINE)) == 1


@only_linux
@pytest.mark.own_shell
def test_no_line_beside_what_has_the_terminal(shell: GShell, home: Path) -> None:
    """Such as an editor, which has all of the screen: it is said when the command has the terminal back."""
    os.mkfifo(home / "go")
    polls = home / "polls"
    shell.run(SHORT)
    shell.run("from gshell.console.prompt_console import PromptConsole; poll = PromptConsole._on_poll")
    shell.run(f"def counted(self):\n    poll(self); open({str(polls)!r}, 'a').write('.')\n\n")
    shell.run("import threading; PromptConsole._on_poll = counted")
    shell.run("threading.Thread(target=lambda: (open('go').close(), fill(), open('full', 'w'))).start()")
    shell.submit("!echo reads; read x; echo got $x\ntime.sleep(600)")
    shell.wait_for("^reads$")
    wait_until(lambda: termios.tcgetattr(shell.process.fd)[3] & termios.ECHO, "the program to have the terminal")
    (home / "go").write_text("")
    wait_until((home / "full").exists, "the memory to be full")
    before = _size(polls)
    wait_until(lambda: _size(polls) >= before + 3, "the console to look")
    assert not re.search(LINE, shell.text(), re.MULTILINE)
    shell.type("typed\r")
    shell.wait_for(LINE)
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert shell.output(shell.number).splitlines()[1:4] == ["reads", "typed", "got typed"]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
