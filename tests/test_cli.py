"""The command line: exit statuses, messages, and that nothing is a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from headway import __version__
from headway.cli import main

COHORT = """\
patient_id,diagnosis_date,last_alive_date,death_date
P1,2020-01-01,2021-06-30,
P2,2020-01-15,,2020-12-24
"""
STUDY = 'title = "Two"\nrecord = "record"\n[[report.survival]]\nendpoint = "OS"\nsince = "diagnosis"\n'


@pytest.fixture
def two(tmp_path) -> Path:
    """A folder with a study of two patients."""
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "patients.csv").write_text(COHORT, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def process(two):
    """The command as the shell starts it."""

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "headway.cli", *words]
        return subprocess.run(program, cwd=two, capture_output=True, text=True, check=False)

    return command


@pytest.fixture
def headway(two, monkeypatch, capfd):
    """The same in this process: to start Python takes longer than most commands."""

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(two)
        monkeypatch.setattr(sys, "argv", ["headway", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return subprocess.CompletedProcess(words, ended.value.code or 0, *capfd.readouterr())

    return command


def test_run_ends_with_the_path_of_the_report(process):
    done = process("run", "study.toml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("out/report.html")
    assert "P1" not in done.stdout  # summaries carry counts, not identifiers


def test_quiet_prints_nothing(headway):
    assert headway("run", "study.toml", "--quiet").stdout == ""


def test_check_exits_1_when_rows_are_set_aside(headway, tmp_path):
    assert headway("check", "record").returncode == 0
    with (tmp_path / "record" / "patients.csv").open("a", encoding="utf-8") as file:
        file.write("P3,2020-13-45,,\n")
    done = headway("check", "record", "--findings", "findings.csv")
    assert done.returncode == 1
    assert (
        "patients.csv, line 4, patient P3: patients.diagnosis_date '2020-13-45' is not a day. " in done.stdout
    )
    assert "2020-13-45" in (tmp_path / "findings.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "nowhere.toml"], "There is no study file"),
        (["explain", "study.toml", "P9"], "Patient 'P9'"),
        (["check", "nowhere"], "nowhere"),
    ],
)
def test_a_mistake_is_one_message_and_exit_status_2(headway, words, said):
    done = headway(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_ends_the_process_with_status_2(process):
    done = process("run", "nowhere.toml")
    assert done.returncode == 2
    assert "There is no study file" in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_shows_the_source_line_of_each_fact(headway):
    done = headway("explain", "study.toml", "P2")
    assert "patients.csv, line 3" in done.stdout
    assert "event on 2020-12-24: death" in done.stdout


def test_explain_prints_a_patient_of_every_bundled_example(headway):
    study = Path(__file__).parents[1] / "examples" / "tcga-hnsc" / "study.toml"
    done = headway("explain", str(study), "TCGA-CN-4741")
    assert done.returncode == 0, done.stderr
    assert "Lines of therapy" in done.stdout or "Derived" in done.stdout


BROKEN = """\
import headway.run
from headway.cli import main
class Panic(BaseException): ...
def explain(study, patient):
    raise {kind}(f"SmithJohn died on 2020-12-24: {{patient}}")
headway.run.explain = explain
main()
"""


@pytest.fixture
def broken(tmp_path):
    """`headway explain` with a mistake of Headway's own in it, which quotes the record."""

    def command(kind: str, *options: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-c", BROKEN.format(kind=kind), *options, "explain", "study.toml", "P1"]
        env = {**os.environ, "TMPDIR": str(tmp_path)}
        return subprocess.run(program, env=env, capture_output=True, text=True, check=False)

    return command


@pytest.mark.parametrize("kind", ["ValueError", "Panic"])
def test_a_mistake_of_our_own_is_one_message_that_quotes_no_patient(broken, tmp_path, kind):
    done = broken(kind)
    assert done.returncode == 3
    assert done.stderr.startswith(f"headway: internal error: {kind} in headway/cli.py, line ")
    assert f"Headway {__version__}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "SmithJohn" not in done.stdout + done.stderr
    (details,) = tmp_path.glob("headway-error-*.txt")
    assert f"Details: {details}" in done.stderr
    assert "read the file before you send it" in done.stderr
    assert "SmithJohn" in details.read_text(encoding="utf-8")
    assert details.stat().st_mode & 0o077 == 0  # for its owner's eyes


def test_with_debug_the_traceback_is_shown_and_nothing_is_written(broken, tmp_path):
    done = broken("ValueError", "--debug")
    assert "Traceback" in done.stderr
    assert "SmithJohn" in done.stderr
    assert list(tmp_path.glob("headway-error-*")) == []


def test_a_folder_that_may_not_be_written_is_no_mistake_of_ours(broken):
    done = broken("PermissionError(13, 'Permission denied', '/x/out') or")
    assert (done.returncode, done.stderr) == (2, "headway: Permission denied: /x/out\n")


def test_a_template_can_be_written_and_read_back(headway, tmp_path):
    assert headway("template", "cohort.xlsx").returncode == 0
    assert (tmp_path / "cohort.xlsx").stat().st_size > 5_000
