"""How a script has ended: one line says it, to who sits at a prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bare_shell import bare_shell
from tests.conftest import Start
from tests.terminal import gshell

ENDS = {
    "pass": "",
    "import sys; sys.exit()": "",
    "import sys; sys.exit(0)": "",
    "import sys; sys.exit(False)": "",
    "import sys; sys.exit(4)": "exit status 4\n",
    "import sys; sys.exit(True)": "exit status 1\n",
    "import sys; sys.exit(-1)": "exit status 255\n",
    "import sys; sys.exit(256)": "",
    "import sys; sys.exit('why')": "why\n",
    "raise SystemExit(3)": "exit status 3\n",
    "exit(5)": "exit status 5\n",
    "from gshell.threads.flag import stop_at; stop_at('item 1')": "",
    "from gshell.threads.flag import flag; import gshell; flag.press(flag.command); gshell.ipbreak()": (
        "stopped by ipbreak at script.py:1\n"
    ),
    "import gshell\nfor i in gshell.track(range(9)):\n    if i == 6: gshell.KBINT = True\n": (
        "stopped by ipbreak at item 7\n"
    ),
}


@pytest.mark.parametrize("source", ENDS)
def test_end_of_a_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shell = bare_shell()
    for owner, name, value in shell.hooks():
        monkeypatch.setattr(owner, name, value, raising=False)
    (tmp_path / "script.py").write_text(source)
    for run in ("run script.py", "run -i script.py", "run -t script.py"):
        assert not shell.run_cell(run).leave
        assert capsys.readouterr().err == ENDS[source]


def test_end_of_the_script_before_the_prompt(start: Start, home: Path) -> None:
    (home / "script.py").write_text("import sys; sys.exit(4)")
    shell = start("--no-gui", "-i", "script.py")
    assert "exit status 4" in shell.text()
    end = gshell("--no-gui", "script.py", home=home)
    assert (end.returncode, end.stderr) == (4, "")
