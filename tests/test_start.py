"""A start under bad conditions: it works, or ends with one line that says why; never with a traceback of ours, and
never with a process that nobody can end."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kept import few
from tests.terminal import ROOT, Terminal, wait_until
from tests.test_paths import make

pytestmark = pytest.mark.own_shell

Begin = Callable[..., Terminal]


@pytest.fixture
def begin(home: Path) -> Iterator[Begin]:
    """A function that starts gshell by a command line of a system's shell, in a terminal."""
    terminals: list[Terminal] = []

    def begin(line: str, before: str = "", **env: str) -> Terminal:
        line = line.replace("gshell", f"{sys.executable} -m gshell", 1)
        words = ["bash", "--norc", "-c", f"{before}; {line}; echo status $?" if before else f"{line}; echo status $?"]
        environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": "", **env}
        terminals.append(Terminal(words, env=environment, cwd=home))
        return terminals[-1]

    yield begin
    for terminal in terminals:
        print(f"--- the screen of {terminal.pid} ---\n{terminal.text()}\n---")
        terminal.kill()


PLACES = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}


@pytest.mark.parametrize(
    ("redirected", "status"),
    [
        ("<&-", 0),  # nothing to read: as with </dev/null
        (">&-", 2),
        ("<&- >&-", 0),
        ("<&- 2>&-", 0),
        (">&- 2>&-", 2),
        ("<&- >&- 2>&-", 0),
        (">/dev/full", 1),
    ],
)
def test_prompt_without_a_stream_ends(begin: Begin, redirected: str, status: int) -> None:
    terminal = begin(f"gshell --no-gui {redirected}")
    terminal.wait_for(f"^status {status}$")
    assert "Traceback" not in terminal.text()
    if "2>&-" not in redirected and status:
        assert re.search("^gshell: ", terminal.text(), re.MULTILINE)


@pytest.mark.parametrize(("redirected", "status"), [("2>&-", 0), ("2>/dev/full", 120)])  # 120: as in plain Python
def test_prompt_without_standard_error(begin: Begin, redirected: str, status: int) -> None:
    terminal = begin(f"gshell --no-gui {redirected}")
    terminal.wait_for(r"^In \[1\]:$")
    terminal.type("import os; os.write(2, b''); 1 / 0\r")
    terminal.wait_for(r"^In \[2\]:$")
    terminal.type("6 * 7\r")
    terminal.wait_for(r"^Out\[2\]: 42$")
    terminal.type("exit\r")
    terminal.wait_for(f"^status {status}$")


KEEPS = """
import os, sys
class KeepsAFile:
    def find_spec(self, name, path=None, target=None):
        if name == "ctypes": os.open("/bin/sh", os.O_RDONLY)
sys.meta_path.insert(0, KeepsAFile())
"""
"""As some builds of libffi do, which keep themselves open."""


@pytest.mark.parametrize(("redirected", "status"), [("<&-", 0), (">&-", 2), ("<&- >&-", 0), ("<&- 2>&-", 0)])
def test_a_library_that_keeps_a_file_open_gets_no_streams_place(
    begin: Begin, home: Path, redirected: str, status: int
) -> None:
    (home / "libraries").mkdir()
    (home / "libraries" / "sitecustomize.py").write_text(KEEPS)
    path = f"{ROOT}:{home / 'libraries'}"
    terminal = begin(f"gshell --no-gui {redirected}", PYTHONPATH=path)
    terminal.wait_for(f"^status {status}$")
    code = "import os; open('a', 'w').write(str({os.path.realpath(f'/proc/self/fd/{i}') for i in range(3)}))"
    begin(f'gshell -c "{code}" {redirected}', PYTHONPATH=path).wait_for("^status 0$")
    assert "/dev/null" in (home / "a").read_text()
    assert "bin" not in (home / "a").read_text()


@pytest.mark.parametrize(
    "redirected",
    few(
        ["", "<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"],
        "<&-",
        ">&-",
        "2>&-",
        "<&- >&- 2>&-",
    ),
)
def test_code_without_streams(begin: Begin, home: Path, redirected: str) -> None:
    """It runs, and what it opens is none of the three: what is printed does not end in a file of the user's."""
    code = "import sys; f = open('a', 'w'); print('out'); print('err', file=sys.stderr); f.write(str(f.fileno() > 2))"
    terminal = begin(f'gshell -c "{code}" {redirected}')
    terminal.wait_for("^status 0$")
    assert (home / "a").read_text() == "True"
    shown = {name for name, word in {"stdout": "out", "stderr": "err"}.items() if word in terminal.text().split()}
    assert shown == {name for name in ("stdout", "stderr") if PLACES[name] not in redirected.split()}


BROKEN = """
import sys
from gshell import cli
def broken(*args, **keywords):
    raise ValueError('broken on purpose')
import {module} as module
module.{name} = broken
sys.exit(cli.main({words}))
"""


PARTS = {
    "--no-gui": [
        "gshell.console.terminal Terminal.__init__",
        "gshell.console.prompt Prompt.__init__",
        "gshell.console.prompt_console PromptConsole.__init__",
        "gshell.console.at_terminal AtTerminal.install",
        "gshell.console.at_terminal OnDemand.__init__",
        "gshell.threads.worker Worker._start",
        "gshell.session.session start",
    ],
    "-c 1": ["gshell.console.script_console ScriptConsole.__init__", "gshell.threads.worker Worker._start"],
    "-c 1 on a plain terminal": ["gshell.console.batch BatchConsole.__init__"],
}


@pytest.mark.parametrize(("words", "broken"), [(words, part) for words, parts in PARTS.items() for part in parts])
def test_a_start_that_fails_ends(home: Path, words: str, broken: str) -> None:
    """Whatever part can't be made: the process ends, with one line, and the terminal as it was."""
    module, name = broken.split()
    words, _, kind = words.partition(" on a ")
    code = BROKEN.format(module=module, name=name, words=words.split())
    env = {"PYTHONPATH": str(ROOT), "HOME": str(home)} | ({"TERM": "dumb"} if kind else {})
    with Terminal([sys.executable, "-c", code], env=env, cwd=home) as terminal:
        assert terminal.wait() == 1
        assert re.search(r"^gshell: there is no session: ValueError: broken on purpose \(.*\)$", terminal.text(), re.M)
        assert "Traceback" not in terminal.text()


USUAL = ["-n 5", "-n 10", "-n 16", "-n 64", "-v 120000"]
MANY = [*(f"-n {count}" for count in range(6, 32)), *(f"-v {size}" for size in range(20_000, 400_000, 20_000))]
LIMITS = [*USUAL, *(pytest.param(limit, marks=pytest.mark.stress) for limit in MANY if limit not in USUAL)]


END = r"^(?:\^\[\[\d+;\d+R)?status \d+$"
"""The shell around has said how gshell has ended, maybe behind an answer of the terminal's that nobody has read."""


@pytest.mark.parametrize("limit", LIMITS)
def test_too_few_files_or_too_little_memory(begin: Begin, limit: str) -> None:
    """With a prompt or without: never a process that can't be ended."""
    terminal = begin("gshell --no-gui", before=f"ulimit {limit}")
    if terminal.wait_for(rf"^In \[1\]:$|{END}")[0].startswith("In"):
        terminal.type("6 * 7\r")
        if terminal.wait_for(rf"^In \[2\]:$|{END}")[0].startswith("In"):
            terminal.type("exit\r")
    terminal.wait_for(END)
    assert limit != "-n 64" or "42" in terminal.text()


LITTLE = """
import resource, sys
from gshell import cli
from gshell.{module} import {cls}
stock = {cls}.{name}
done = []
def limited(*args, **keywords):
    if not done:
        done.append(True)
        size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        fill()
    return stock(*args, **keywords)
def fill():
    try:
        for size in 10**5, 3000, 400:
            try:
                while True: full.append(bytearray(size))
            except MemoryError: pass
    finally:
        del full[-{freed}:]
full = []
{cls}.{name} = limited
sys.exit(cli.main(["--no-gui"]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc, and macOS does not know this limit")
@pytest.mark.parametrize("freed", few([1, 1000, 10000], 1))
@pytest.mark.parametrize(
    "place",
    [
        "console.console Console run",
        "console.prompt Prompt read",
        "shell.shell Shell run_cell",
        "shell.commands Commands run",
    ],
)
def test_no_memory_from_a_place_on(home: Path, place: str, freed: int) -> None:
    """The shell goes on or ends, with a line: no traceback of ours, and no process that nobody can end."""
    module, cls, name = place.split()
    code = LITTLE.format(module=module, cls=cls, name=name, freed=freed)
    terminal = Terminal([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT), "HOME": str(home)}, cwd=home)
    with terminal:

        def comes(pattern: str) -> bool:
            """Whether that comes, and not the end."""
            wait_until(
                lambda: not terminal.alive() or re.search(pattern, terminal.text(), re.M), f"{pattern} or an end"
            )
            return terminal.alive()

        if comes(r"^In \[1\]:$"):
            terminal.type("6 * 7\r")
            if comes(r"^In \[2\]:$"):
                terminal.type("exit\r")
                if comes(r"^In \[3\]:$"):  # there was no memory to run it
                    terminal.press("c-d")
        status, text = terminal.wait(), terminal.text()
    print(text)
    assert "42" in text or "gshell: the session ends: " in text or "MemoryError" in text
    assert status == 0 or "session ends" in text
    assert not re.search(r"gshell/\w+/\w+\.py|asyncio|prompt_toolkit|Logging|Fatal", text)


BRIM = """
import resource
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + (64 << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
x = []
try:
    while True: x.append(bytearray({size}))
except MemoryError: pass

"""


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc, and macOS does not know this limit")
@pytest.mark.parametrize("size", few([100, 3000, 1_000_000], 100, 1_000_000))
def test_memory_that_a_command_has_filled_to_the_brim_can_be_freed(begin: Begin, size: int) -> None:
    terminal = begin("gshell --no-gui")
    terminal.wait_for(r"^In \[1\]:$")
    terminal.type(f"\x1b[200~{BRIM.format(size=size)}\x1b[201~\r")
    terminal.wait_for(r"^In \[2\]:$")
    terminal.type("del x\r")
    terminal.wait_for(r"^In \[3\]:$")
    terminal.type("len(bytes(30_000_000))\r")
    terminal.wait_for(r"^Out\[3\]: 30000000$")
    terminal.type("exit\r")
    terminal.wait_for("^status 0$")
    assert not re.search(r"gshell/\w+/\w+\.py|asyncio|prompt_toolkit|Logging|Fatal", terminal.text())


PLACES_OF_FILES = [
    ".config/gshell/gshell.toml",
    ".config/gshell/startup/one.py",
    ".local/state/gshell/history.sqlite",
    ".local/state/gshell/bookmarks.json",
    ".cache/gshell/jedi/writable",
    "matplotlibrc",
    ".config/matplotlib/matplotlibrc",
    ".pdbrc",
]


@pytest.mark.parametrize(
    "kind", few(["FIFO", "directory", "endless", "garbage", "deep"], "FIFO", "directory", "garbage")
)
def test_whatever_is_where_the_shell_keeps_its_files(begin: Begin, home: Path, kind: str) -> None:
    """It starts, and completes, and has its history, without an error of its own."""
    for place in PLACES_OF_FILES:
        if place != "matplotlibrc" or kind in ("FIFO", "directory"):  # matplotlib itself reads others
            make(kind, home / place)
    terminal = begin("gshell --no-gui")
    terminal.wait_for(r"^In \[1\]:$")
    terminal.type("import json\r")
    terminal.wait_for(r"^In \[2\]:$")
    terminal.type("json.dum\t")
    terminal.wait_for(r"json\.dump")
    terminal.press("c-c")
    terminal.type("%history\r")
    terminal.wait_for(r"^import json$")
    terminal.wait_for(r"^In \[3\]:$")
    terminal.type("exit\r")
    terminal.wait_for("^status 0$")
    assert not re.search(r"gshell/\w+\.py|asyncio", terminal.text())


@pytest.mark.parametrize("home_is", few(["missing", "read only", "a file", "unset"], "read only", "unset"))
def test_homes_that_nothing_can_be_kept_in(begin: Begin, home: Path, home_is: str) -> None:
    place = home / "it"
    if home_is == "a file":
        place.touch()
    elif home_is == "read only":
        place = Path("/proc")  # so it is for root as well
    before = "unset HOME; export XDG_STATE_HOME=/proc" if home_is == "unset" else f"export HOME={place}"
    terminal = begin("gshell --no-gui", before=before)
    terminal.wait_for(r"^In \[1\]:$")
    terminal.type("6 * 7\r")
    terminal.wait_for(r"^Out\[1\]: 42$")
    terminal.wait_for(r"^In \[2\]:$")
    terminal.type("%history\r")
    terminal.wait_for(r"^In \[3\]:$")
    terminal.type("exit\r")
    terminal.wait_for("^status 0$")
    assert "Traceback" not in terminal.text()
