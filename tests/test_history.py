"""The history: what is kept, and the magics that bring it back."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prompt_toolkit.buffer import Buffer

from gshell.console.recall import MOST, PAGE, Recall
from gshell.magics import ranges
from gshell.shell import history_file
from gshell.shell.history import History
from gshell.shell.pasted import without_prompts
from tests.conftest import Start
from tests.terminal import ROOT, GShell, wait_until


def session(path: Path | None, *texts: str, tell: Callable[[str], object] = print) -> History:
    """A session in which some commands were typed."""
    history = History(path, tell=tell)
    for number, text in enumerate(texts, 1):
        history.add(number, text)
    return history


def up(recall: Recall, count: int = MOST * 2) -> list[str]:
    """What the up-arrow brings, one after the other."""

    async def collect() -> list[str]:
        buffer = Buffer()
        recall.fill(buffer)
        assert buffer.text == ""
        found = list(buffer._working_lines)[-2::-1]
        if len(found) < count:
            found += [text async for text in recall.load()]
        return found[:count]

    return asyncio.run(collect())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# The store.


def test_ranges(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history.sqlite"
    for name in "abc":
        session(file, *(f"{name}{n}" for n in range(1, 5))).close()
    history = session(file, "d1", "d2", "d3")

    def texts(word: str, but: int = 0) -> str:
        assert ranges.is_range(word), word
        return " ".join(command.text for command in ranges.commands(history, word, but=but))

    assert texts("2") == "d2"
    assert texts("1-2") == "d1 d2"
    assert texts("1:3") == "d1 d2"
    assert texts("2-") == "d2 d3"
    assert texts("2-", but=3) == "d2"
    assert texts("~0/") == texts("/") == "d1 d2 d3"
    assert texts("~1/") == "c1 c2 c3 c4"
    assert texts("~2/2-3") == "b2 b3"
    assert texts("~3/3-~2/2") == "a3 a4 b1 b2"
    assert texts("~1/4-~0/1") == "c4 d1"
    assert texts("1/1-2") == "a1 a2"
    assert texts("~9/") == texts("77") == texts("3-2") == ""
    for word in ("9" * 20, "", "-", "x", "1.5", "~", "~1", "-3", "1-2-3", "²"):
        assert not ranges.is_range(word), word
    assert [command.place for command in history.search("[ab]2")] == ["1/2", "2/2"]
    assert [command.text for command in history.last(5)] == ["c3", "c4", "d1", "d2", "d3"]
    assert [command.text for command in history.last(2, but=3)] == ["d1", "d2"]


def test_what_was_typed_beside_commands_is_found_and_is_in_no_range(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = session(file, "a1", "a2")
    history.add_beside("beside 1")
    history.add_beside(" beside 2")
    history.add(3, "a3")
    history.add_beside("beside 3")
    assert [command.place for command in history.search("beside*")] == ["beside"] * 3
    history.close()
    history = session(file, "b1")
    assert [command.place for command in history.search("*")] == ["1/1", "1/2", "1/beside", "1/3", "1/beside", "1"]
    assert [text for _, text in history.older(0, 9)] == ["beside 3", "a3", "beside 1", "a2", "a1"]
    assert [command.text for command in history.last(5)] == ["a1", "a2", "a3", "b1"]
    for word in ("~1/", "~1/1-~0/0"):
        assert [command.text for command in ranges.commands(history, word)] == ["a1", "a2", "a3"]


def test_files_are_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history.sqlite"
    file.parent.mkdir(mode=0o755)
    history = session(file, "x", " secret", "y\udcff")
    names = {each.name for each in file.parent.iterdir()}
    assert "history.sqlite" in names
    assert {mode(each) for each in file.parent.iterdir()} == {0o600}
    assert mode(file.parent) == 0o700
    assert history.own[2] == " secret"
    assert b"secret" not in b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert [command.text for command in session(file).last(9)] == ["x", "y?"]
    assert history.search("\udcff")[0].number == 3


def test_up_arrow_has_own_commands_first_and_same_ones_once(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    session(file, "old", "same", "same").close()
    mine, other = session(file, "mine", "mine"), session(file)
    recall = Recall(mine)
    assert up(recall) == ["mine", "same", "old"]
    other.add(1, "of another shell")
    mine.add(3, "same")
    assert up(recall) == ["same", "mine", "same", "old"]
    assert recall.get_strings()[-1] == "same"


def test_a_large_history_is_read_newest_first_and_in_pages(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    session(file, "x").close()
    with sqlite3.connect(file) as database:
        rows = ((2, n, 0.0, f"command {n}") for n in range(100_000))
        database.executemany("INSERT INTO commands (session, number, at, text) VALUES (?, ?, ?, ?)", rows)
    database.close()
    history = session(file)
    recall = Recall(history)
    assert up(recall, 3) == ["command 99999", "command 99998", "command 99997"]
    assert len(recall.get_strings()) == PAGE
    assert len(up(recall)) == MOST
    assert len(history.search("command 1234?")) == 10


@pytest.mark.parametrize("broken", ["text", "other", "version", "middle"])
def test_a_broken_file_is_set_aside(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "history.sqlite"
    (tmp_path / "history.sqlite.broken-1").write_text("an older one")
    session(file, *(f"command {n}" for n in range(1000))).close()
    if broken == "text":
        file.write_text("not a database, but long enough to be taken for one\n" * 100)
    elif broken == "middle":
        content = file.read_bytes()
        file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    else:
        with sqlite3.connect(file) as database:
            database.execute("DROP TABLE commands" if broken == "other" else "PRAGMA user_version = 1000")
        database.close()
    before = file.read_bytes()
    told: list[str] = []
    history = History(file, tell=told.append)
    assert history.last(5) == [] or broken == "middle"
    history.add(1, "after")
    history.add(2, "and after that")
    assert len(told) == 1
    assert "the old one is kept as history.sqlite.broken-2" in told[0]
    assert (tmp_path / "history.sqlite.broken-2").read_bytes() == before
    assert [command.text for command in session(file).last(5)] == ["after", "and after that"]


def test_a_file_that_breaks_in_the_session_loses_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = session(file, "first")
    history.close()
    file.write_text("no database any more\n" * 100)
    history.add(2, "second")
    assert [command.text for command in session(file).last(5)] == ["first", "second"]


def test_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    history = History(tmp_path / "file" / "history.sqlite", tell=told.append)
    for number in (1, 2):
        history.add(number, f"command {number}")
    assert len(told) == 1
    assert "history is not kept" in told[0]
    assert [command.text for command in history.search("command")] == ["command 1", "command 2"]
    full = session(tmp_path / "full" / "history.sqlite", "one", tell=told.append)
    database = full._database()
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    full.add(2, "x" * 100_000)
    full.add(3, "three")
    assert len(told) == 2
    assert "full" in told[1]
    assert [command.text[:5] for command in full.last(3)] == ["one", "xxxxx", "three"]
    database.execute("PRAGMA max_page_count = 10000")
    full.add(4, "four")  # there is room again: nothing is missing
    assert len(session(tmp_path / "full" / "history.sqlite").last(9)) == 4


def test_another_shell_that_holds_the_file(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = session(file, "one")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    history.add(2, "two")
    other.execute("COMMIT")
    other.close()
    history.add(3, "three")
    assert [command.text for command in session(file).last(9)] == ["one", "two", "three"]


def test_last_command_that_had_to_wait_is_saved_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gshell.shell.history_file.PATIENCE", 0.01)
    file = tmp_path / "history.sqlite"
    history = session(file)
    history.add(1, "one")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    history.add(2, "two")
    other.execute("COMMIT")
    other.close()
    history.close()
    assert [command.text for command in session(file).last(9)] == ["one", "two"]


def test_python_without_sqlite(start: Start, home: Path) -> None:
    (home / "sqlite3.py").write_text("raise ImportError('no sqlite here')\n")
    shell = start("--no-gui", env={"PYTHONPATH": f"{home}:{ROOT}"})
    shell.run("x = 6")
    assert shell.value("x * 7") == "42"
    flat = " ".join(shell.text().split())
    assert flat.count("this session's history is not kept") == 1
    assert shell.end() == 0


def test_several_shells_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gshell.shell.history_file.PATIENCE", 30)
    file = tmp_path / "history.sqlite"
    begin = threading.Barrier(4)

    def type_much(name: int) -> None:
        begin.wait()
        session(file, *(f"{name} {n}" for n in range(100))).add(101, "end")

    threads = [threading.Thread(target=type_much, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = session(file)
    for ago in range(1, 5):
        texts = [command.text for command in ranges.commands(history, f"~{ago}/")]
        name = texts[0].split()[0]
        assert texts == [*(f"{name} {n}" for n in range(100)), "end"]


def test_history_of_all_sessions_without_a_pattern(start: Start) -> None:
    first = start("--no-gui")
    first.run("a = 1")
    assert first.end() == 0
    shell = start("--no-gui")
    shell.run("b = 2")
    assert shell.run("%history -g -l 2").splitlines() == ["1/1: a = 1", "  1: b = 2"]
    assert shell.run("%hist -l 1 -g").splitlines() == ["2: %history -g -l 2"]


def test_two_threads_that_open_it_have_one_connection(tmp_path: Path) -> None:
    for number in range(20):
        history = session(tmp_path / f"{number}.sqlite")
        both, got = threading.Barrier(2), list[object]()

        def use(history: History = history, both: threading.Barrier = both, got: list[object] = got) -> None:
            both.wait()
            history.last(1)
            got.append(history._database())

        threads = [threading.Thread(target=use) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 2
        assert got[0] is got[1]
        history.add(1, "a")
        history.close()
        assert [command.text for command in session(tmp_path / f"{number}.sqlite").last(1)] == ["a"]


def test_shells_that_make_the_same_file_at_once(tmp_path: Path) -> None:
    def connect(path: Path, ready: threading.Barrier) -> sqlite3.Connection:
        ready.wait()
        return history_file.connect(path)

    for number in range(30):
        path, ready = tmp_path / f"{number}.sqlite", threading.Barrier(4)
        history_file.create(path)
        with ThreadPoolExecutor(4) as threads:
            for connection in threads.map(connect, [path] * 4, [ready] * 4):
                assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
                connection.close()


def test_the_slower_of_two_threads_takes_the_connection_of_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = session(tmp_path / "history.sqlite")
    stock, opened = history_file.connect, list[object]()

    def connect(path: Path | None) -> sqlite3.Connection:
        mine = stock(path)
        if not opened:
            opened.append(mine)
            thread = threading.Thread(target=lambda: opened.append(history._database()))
            thread.start()
            thread.join()
        return mine

    monkeypatch.setattr(history_file, "connect", connect)
    assert history._database() is opened[1]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
        ("  >>> for i in range(2):\n  ...     print(i)\n  ...\n  0\n  1\n", "for i in range(2):\n    print(i)"),
        (
            "In [3]: if x:\n   ...:     y = 1\n   ...:\n\nIn [10]: y\nOut[10]: 1\n",
            "if x:\n    y = 1\n\ny",
        ),
        ("    a = 1\n    if a:\n        b = 2\n", "a = 1\nif a:\n    b = 2"),
        ("x = '''\n>>> no prompt'''", "x = '''\n>>> no prompt'''"),
        (">>> f()\nTraceback (most recent call last):\n  ...\nE: 1\n>>> g()", "f()\ng()"),
        ("", ""),
    ],
)
def test_prompts_are_stripped(text: str, code: str) -> None:
    assert without_prompts(text).rstrip("\n") == code


# In the shell.


def ran(shell: GShell, cell: str) -> str:
    """What is on the screen after a cell that runs others, from its own line to the prompt."""
    shell.run(cell)
    shell.wait_for_prompt()  # run() may have taken the line of one of those for it
    lines = shell.lines()
    start = max(index for index, line in enumerate(lines) if line.startswith(f"In [{shell.number}]: "))
    end = max(index for index, line in enumerate(lines) if re.fullmatch(r"In \[\d+\]:", line))
    return "\n".join(lines[start + 1 : end])


def database(home: Path) -> Path:
    return home / ".local" / "state" / "gshell" / "history.sqlite"


def test_a_command_is_on_disk_before_it_runs(start: Start, home: Path) -> None:
    shell = start("--no-gui")
    shell.run("x = 1")
    shell.submit("import os; os.kill(os.getpid(), 9)")
    assert shell.wait() == -signal.SIGKILL
    history = History(database(home), tell=print)
    assert [command.text for command in history.last(9)] == ["x = 1", "import os; os.kill(os.getpid(), 9)"]
    again = start("--no-gui")
    assert again.run("history -n ~1/1") == "1/1: x = 1"
    again.press("up", "up")
    again.wait_for(r"^In \[2\]: import os; os.kill\(os.getpid\(\), 9\)$")


def test_numbers_and_variables(shell: GShell) -> None:
    shell.run("a = 'first'")
    shell.run("b = 'second'")
    assert shell.value("_i, _ii, _iii, _i1, In[2]") == (
        "(\"b = 'second'\", \"a = 'first'\", '', \"a = 'first'\", \"b = 'second'\")"
    )
    assert shell.run("%history -n") == ("1: a = 'first'\n2: b = 'second'\n3: _i, _ii, _iii, _i1, In[2]")
    assert shell.run("hist -p 1-2") == ">>> a = 'first'\n>>> b = 'second'"
    shell.run("6 * 7")
    assert shell.run("hist -o 6") == "6 * 7\n42"
    shell.run("for i in range(1):\n    print(i)\n")
    assert shell.run("hist -n 8") == "8: for i in range(1):\n       print(i)"
    shell.run("a = 'first'")
    assert shell.run("hist -u 1 10 2") == "a = 'first'\nb = 'second'"
    assert shell.run("hist -g a = 'fi*") == " 1: a = 'first'\n10: a = 'first'"
    assert shell.run("hist -l 1") == "hist -g a = 'fi*"
    assert shell.run("hist -t 4").startswith("__gshell__('history', '-n')")
    assert shell.run("hist -f all.txt ~0/") == "14 commands written to all.txt"
    assert "is there already; -y overwrites it" in shell.run("hist -f all.txt 1")
    assert shell.run("hist -y -f all.txt 1") == "1 command written to all.txt"


def test_bad_input(shell: GShell) -> None:
    lines = [
        ("hist -l x", "-l takes a number, not x"),
        ("hist nonsense", "nonsense is no range of commands"),
        ("rerun 99", "99: there are no such commands"),
        ("save", "into which file?"),
        ("save a.py nonsense", "nonsense is neither a range"),
        ("macro m", "a name, and which commands?"),
        ("macro 1m 1", "a name, and which commands?"),
        ("load", "what?"),
        ("load missing", "no such script: missing"),
        ("load http://127.0.0.1:1/x.py", "refused"),
        ("edit nonsense", "nonsense is no file"),
        ("edit -p", "nothing was edited yet"),
        ("paste", "there is no display"),
        ("logstop", "nothing is logged"),
        ("logstart a.py sideways", "the mode is one of append"),
        ("logstart missing/a.py", "No such file or directory"),
        ("recall there_is_no_such", "no command has there_is_no_such in it"),
    ]
    for line, message in lines:
        output = shell.run(line)
        assert message in output
        assert "\n" not in output, output


def test_recall(shell: GShell) -> None:
    shell.run("x = 1")
    shell.run("def f():\n    return 'what f returns'\n")
    shell.run("f()")
    shell.submit("%recall")
    shell.wait_for(r"^In \[5\]: what f returns$")
    shell.press("c-c")
    shell.submit("recall 1")
    shell.wait_for(r"^In \[6\]: x = 1$")
    shell.type("0\r")
    assert shell.value("x") == "10"
    shell.submit("rep return")
    shell.wait_for(r"^In \[9\]: def f\(\):\n +\.\.\.: +return 'what f returns'$")
    shell.press("c-c")
    shell.run("text = 'of a variable'")
    shell.submit("recall text")
    shell.wait_for(r"^In \[11\]: of a variable$")


def test_rerun_and_macro(shell: GShell) -> None:
    shell.run("n = 1")
    shell.run("n += 1")
    shell.run("n")
    assert ran(shell, "rerun 2-3") == "In [5]: n += 1\nIn [6]: n\nOut[6]: 3"
    assert ran(shell, "rerun -l 2") == "In [8]: n += 1\nIn [9]: n\nOut[9]: 4"
    assert ran(shell, "rerun -g +=") == "In [11]: n += 1"
    assert ran(shell, "rerun") == "In [13]: n += 1"
    assert shell.value("n, In[13], _i") == "(6, 'n += 1', 'n += 1')"
    assert shell.run("%macro more 2-3") == "more runs:\nn += 1\nn"
    assert shell.run("more") == "Out[18]: 7"
    assert shell.value("more.value") == "'n += 1\\nn'"
    assert shell.run("macro") == "more"
    shell.run("1 / 0")
    assert "line 1, in <module>\n----> 1 1 / 0" in ran(shell, "rerun")
    assert ran(shell, "rerun 1 21 2").count("\nIn [") == 1  # the first that fails is the last
    assert shell.value("n") == "1"


def test_rerun_is_broken_by_ctrl_c(shell: GShell) -> None:
    shell.run("import time; naps = 0")
    shell.run("naps += 1; print('nap', naps); time.sleep(0.1 if naps < 2 else 1000)")
    shell.submit("rerun 2 2 2")
    shell.wait_for("^nap 2$")
    shell.press("c-c")
    shell.wait_for("^KeyboardInterrupt")
    assert shell.value("naps") == "2"


def test_saved_magics_run_again(shell: GShell, home: Path) -> None:
    (home / "half.py").write_text("half = whole / 2\n")
    shell.run("whole = 84")
    shell.run("run -i half.py")
    shell.run("seen = !echo out")
    shell.run("half")
    shell.run("save again.ipy 1-4")
    assert (home / "again.ipy").read_text() == "whole = 84\n%run -i half.py\nseen = !echo out\nhalf\n"
    shell.run("del whole, half, seen")
    assert shell.run("run again.ipy") == ""
    assert shell.value("whole, half, seen") == "(84, 42.0, ['out'])"
    (home / "again.ipy").write_text("1 +\n")
    assert 'File "again.ipy", line 1' in shell.run("run again")


def test_save_load_and_log(shell: GShell, home: Path) -> None:
    assert "gshell_log.py (mode rotate, with values)" in shell.run("%logstart -o")
    shell.run("a = 1")
    shell.run("a + 41")
    assert shell.run("save kept 2-3") == "2 commands written to kept.py"
    assert (home / "kept.py").read_text() == "a = 1\na + 41\n"
    assert "-f overwrites it, -a adds to it" in shell.run("save kept 2")
    shell.run("save -a kept 2")
    assert (home / "kept.py").read_text() == "a = 1\na + 41\na = 1\n"
    shell.run("save -f kept 3")
    shell.submit("load kept.py")
    shell.wait_for(r"^In \[9\]: # %load kept.py\n +\.\.\.: a \+ 41$")
    shell.press("enter")
    shell.wait_for(r"^Out\[9\]: 42$")
    shell.run(" secret = 1")
    shell.run("rerun 2")
    shell.run("logoff")
    shell.run("unseen = 1")
    shell.run("logon")
    assert "gshell_log.py is complete" in shell.run("logstop")
    lines = (home / "gshell_log.py").read_text().splitlines()[1:]
    assert lines[:3] == ["a = 1", "a + 41", "#[Out]# 42"]
    assert lines[-4:] == ["# rerun 2", "a = 1", "# logoff", "# logstop"]
    shell.run("logstart -t -r gshell_log.py append")
    assert "logging to" in shell.run("logstate")
    text = (home / "gshell_log.py").read_text()
    assert "unseen = 1" in text
    assert re.search(r"^# \d{4}-\d\d-\d\d ", text, re.MULTILINE)
    shell.run("logstop")
    # What is no file stays where it is.
    (home / "directory").mkdir()
    assert shell.run("logstart directory").endswith("directory: Is a directory")
    assert "Is a directory" in shell.run("logstart ''")
    assert (home / "directory").is_dir()
    assert shell.run("save whole").endswith("commands written to whole.py")
    assert "a + 41\n" in (home / "whole.py").read_text()


EDITOR = """#!/bin/sh
for last; do :; done
echo "$@" >> {home}/calls
cat "$last" >> {home}/seen
{command}
"""


def test_edit(start: Start, home: Path) -> None:
    editor = home / "vi"

    def becomes(command: str) -> None:
        editor.write_text(EDITOR.format(home=home, command=command))
        editor.chmod(0o755)

    shell = start("--no-gui", env={"EDITOR": str(editor), "VISUAL": ""})
    becomes("echo 'x = 41' > $last; echo 'x + 1' >> $last")
    assert ran(shell, "%edit") == "In [2]: x = 41\n   ...: x + 1\nOut[2]: 42"
    shell.press("up")
    shell.wait_for(r"^In \[3\]: x = 41$")
    shell.press("c-c")
    becomes("sed -i s/41/51/ $last")
    assert shell.run("edit -x 2") == ""
    assert ran(shell, "edit -p") == "In [5]: x = 51\n   ...: x + 1\nOut[5]: 52"
    (home / "module.py").write_text("# a comment\n\ndef f():\n    return 'old'\n")
    shell.run("from module import f")
    becomes("sed -i s/old/new/ $last")
    shell.run("edit f")
    assert (home / "calls").read_text().splitlines()[-1] == f"+3 {home}/module.py"
    assert shell.value("f()") == "'new'"
    shell.run("def g():\n    return 'of a cell, old'\n")
    shell.run("edit g")
    assert shell.value("g()") == "'of a cell, new'"
    becomes("echo 'made = 1' > $last")
    shell.run("edit fresh.py")
    assert shell.value("made") == "1"
    becomes("exit 1")
    assert "ended with status 1; nothing is run" in shell.run("edit 2")


def test_paste(start: Start, home: Path) -> None:
    program = home / "xclip"
    program.write_text("#!/bin/sh\ncat " + str(home / "clipboard") + "\n")
    program.chmod(0o755)
    (home / "clipboard").write_text(">>> for i in range(2):\n...     print('pasted', i)\n...\npasted 0\n")
    shell = start("--no-gui", env={"PATH": f"{home}:{os.environ['PATH']}", "DISPLAY": ":77"})
    assert ran(shell, "%paste").endswith("print('pasted', i)\npasted 0\npasted 1")
    shell.run("paste kept")
    assert shell.value("kept.count('print')") == "1"
    shell.submit("%cpaste")
    shell.wait_for("^paste, and end with --")
    shell.type("    if True:\r        y = 5\r    y * 2\r--\r")
    shell.wait_for(r"^Out\[\d+\]: 10$")
    shell.submit("cpaste -s END")
    shell.wait_for("^paste, and end with END")
    shell.type("6 * 7\r--1\rEND\r")
    shell.wait_for(r"^Out\[\d+\]: 1$")
    shell.submit("cpaste")
    shell.wait_for(r"(?s)In \[\d+\]: cpaste$.*^paste, and end with --")
    shell.type("".join(f"long_{n} = {n}\r" for n in range(1000)) + "--\r")
    shell.wait_for_end_of(shell.number)
    assert shell.value("sum(name.startswith('long_') for name in list(globals())), long_999") == "(1000, 999)"
    shell.submit("cpaste unkept")
    shell.wait_for(r"(?s)In \[\d+\]: cpaste unkept$.*^paste, and end with --")
    shell.type("half a li")
    shell.press("c-c")
    shell.wait_for("KeyboardInterrupt")
    assert shell.value("'unkept' in globals()") == "False"
    (home / "clipboard").unlink()
    assert "xclip: cat: " in shell.run("paste")


def test_a_broken_history_is_said_and_does_not_stop_the_shell(start: Start, home: Path) -> None:
    database(home).parent.mkdir(parents=True)
    database(home).write_text("not a database\n" * 100)
    shell = start("--no-gui")
    shell.wait_for("^gshell: a new history is begun, the old one is kept as history.sqlite.broken-1 ")
    assert shell.value("1 + 1") == "2"
    assert mode(database(home)) == 0o600


def test_a_line_that_is_pasted_with_a_space_is_not_kept(shell: GShell, home: Path) -> None:
    """One space, as somebody types it who means that; code that was copied has more, or a prompt."""
    for line in (" password = 'secret'", "    indented = 'code'", " >>> prompt = 'copied'"):
        number = shell.wait_for_prompt()
        shell.type(f"\x1b[200~{line}\x1b[201~\r")
        shell.wait_for_end_of(number)
    assert shell.value("password, indented, prompt") == "('secret', 'code', 'copied')"
    texts = [command.text for command in History(database(home), tell=print).last(9)]
    assert texts == ["indented = 'code'", "prompt = 'copied'", "password, indented, prompt"]


def test_a_script_that_forks_leaves_the_history_alone(shell: GShell, home: Path) -> None:
    shell.run("import os, sys")
    shell.run("pid = os.fork(); os.waitpid(pid, 0) if pid else sys.exit(0)")
    shell.run("last = 1")
    wait_until(lambda: shell.prompt_number() == 4, "the prompt")
    assert [command.number for command in History(database(home), tell=print).last(9)] == [1, 2, 3]


def test_sqlite_is_not_imported_before_the_prompt(home: Path) -> None:
    import subprocess

    code = "import sys, gshell.session; print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
