"""track(), and the progress bars of other libraries."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.terminal import GShell


def test_track(shell: GShell) -> None:
    shell.run("import gshell, time; done = []")
    shell.run("for i in gshell.track(range(50), label='reading'): done.append(i)\n")
    shell.wait_for(r"^reading: 100%\|.*\| 50/50 \[.*it/s\]$")
    assert shell.value("done == list(range(50))") == "True"
    shell.run("for i in gshell.track(iter('ab'), total=4): done.append(i)\n")
    shell.wait_for(r" 50%\|.*\| 2/4 \[")
    assert shell.value("done[-2:]") == "['a', 'b']"


def test_ctrl_c_stops_between_two_items(shell: GShell) -> None:
    shell.run("import gshell, time; begun, ended = [], []")
    shell.submit("for i in gshell.track(range(10**6)):\n    begun.append(i); time.sleep(0.01); ended.append(i)\n")
    shell.wait_for(r" \d\d+/1000000 \[")
    shell.press("c-c")
    shell.wait_for_end_of(shell.number)
    assert "KeyboardInterrupt" not in shell.text()
    (number,) = re.findall(r"^stopped by ipbreak at item (\d+)$", shell.text(), re.MULTILINE)
    assert shell.value("len(ended)") == number
    assert shell.value("begun == ended and len(begun) > 0") == "True"


def test_track_without_a_terminal() -> None:
    code = "import gshell; print(sum(gshell.track(range(10))))"
    end = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (end.stdout, end.stderr) == ("45\n", "")


def test_bars_of_other_libraries(shell: GShell) -> None:
    shell.run("from tqdm import tqdm, trange; from rich.progress import track; import time")
    shell.run("for i in trange(30, desc='outer'):\n    for j in trange(2, leave=False): time.sleep(0.001)\n")
    shell.wait_for(r"^outer: 100%\|.*\| 30/30 \[")
    assert shell.text().count("outer:") == 1
    shell.run("for i in track(range(30), description='rich'): time.sleep(0.01)\n")
    shell.wait_for(r"^rich .* 100%")
    assert shell.text().count("rich ") == 1
    assert shell.value("i") == "29"
