"""Runs the fault scripts that lie beside the project, and judges what they print.

Run ``python tests/house/faults.py [NN ...] [--keep FOLDER]``. It needs ``../shared/faults`` beside the project, which
nothing in the product does. Every script gets an empty private home and a folder of its own; two run at a time. Each
README says what is right; the judges below read the scripts' output by that. ``--keep`` leaves each output in a file.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FAULTS = TOP.parent / "shared" / "faults"

_TOGETHER = 2
_LIMIT_S = 900
_BOMB_LIMIT_S = 180
_BOMB_MEMORY = 4 << 30
"""A reader that falls for a bomb ends here, not when the machine has no memory left."""

_BOMBS = """
import os, sys, time; sys.path.insert(0, {lib!r}); from kit import *
for name in ("forms_6x10.pdf", "forms_10x10.pdf", "elems_small.docx"):
    root = case("bomb-" + name.split(".")[0].replace("_", "-"), [("medal", name, Path(name).read_bytes(), "")])
    begin = time.time()
    try: rc, out, err = wb("case", "check", root, timeout={limit_s})
    except subprocess.TimeoutExpired: rc, out, err = "time-out", "", ""
    lines = [line for line in (out + err).splitlines() if name in line]
    print("BOMB", json.dumps([name, rc, round(time.time() - begin, 1), lines, "Traceback" in out + err]))
"""

_SLOW_HEADS_S = 45
_LONGEST_LOG = 100_000


class FaultsMissingError(Exception):
    """Scripts that are not there."""


@dataclass(frozen=True)
class Verdict:
    """Judgement of one script's output.

    Attributes:
        right: Whether it printed what its README calls right.
        words: The line that says so, or says what is wrong.
    """

    right: bool
    words: str


@dataclass(frozen=True)
class Outcome:
    """Row of the table."""

    number: str
    name: str
    seconds: float
    verdict: Verdict


# ---- judges, by number: what the script printed, to a verdict


def judge_verdict(output: str) -> Verdict:
    """Reads the last line that begins with VERDICT."""
    lines = [line for line in output.splitlines() if line.startswith("VERDICT")]
    return Verdict(bool(lines) and lines[-1].startswith("VERDICT passes"), lines[-1] if lines else "no verdict")


def judge_lines(output: str, wanted: int, is_right: Callable[[str], bool], pattern: str) -> Verdict:
    """Judges each line that matches a pattern; all must be right, and so many must be there."""
    lines = [line for line in output.splitlines() if re.search(pattern, line)]
    wrong = [line for line in lines if not is_right(line)]
    if len(lines) != wanted:
        return Verdict(False, f"{len(lines)} of {wanted} lines were printed")
    return Verdict(not wrong, wrong[0] if wrong else f"all {wanted} lines right: {lines[-1]}")


def judge_docx(output: str) -> Verdict:
    """06: the paragraph is read in each file."""
    return judge_lines(output, 4, lambda line: "rc=0" in line and "Tidewater Medal" in line, r" rc=")


def judge_names(output: str) -> Verdict:
    """09: findings where they are wanted; the attorney's own slip is found."""
    rows = judge_lines(output, 9, lambda line: re.search(r"want=\w+ +ok ", line) is not None, r"want=|^\w.* rc=2")
    own = re.search(r"^own slip.*findings: (\[.*\]) case check: (\d)", output, re.MULTILINE)
    if not rows.right or own is None:
        return rows if not rows.right else Verdict(False, "the attorney's own slip was not tried")
    return rows if own[1] != "[]" else Verdict(False, own[0])


def judge_endings(output: str) -> Verdict:
    """22: what means "cut off" is said to be; eos is an end; nothing is paid five times."""

    def is_right(line: str) -> bool:
        requests = int(re.search(r"requests=(\d+)", line)[1])  # type: ignore[index]
        if line.startswith("eos"):
            return "'completed', []" in line and requests <= 2
        return "cut off" in line and requests <= 3

    return judge_lines(output, 5, is_right, r" requests=\d")


def judge_thoughts(output: str) -> Verdict:
    """23: no section holds the thought."""
    return judge_lines(
        output, 3, lambda line: "letter=False" in line and "begins='Dr. Okvale" in line, r"thought kept in the letter"
    )


def judge_errors(output: str) -> Verdict:
    """24: each drafts, or says the server's own reason; a wrong key is called one."""
    says = {
        "gemini-bad-key-list": ("refuses the key", "API key not valid"),
        "vllm-no-system-role": ("status=completed",),
        "plain-text-402": ("no credit left", "top up your balance"),
        "limit-too-large": ("status=completed",),
    }
    return judge_lines(
        output, 4, lambda line: all(word in line for word in says[line.split(" ")[0]]), f"^({'|'.join(says)}) "
    )


def judge_tables(output: str) -> Verdict:
    """31: no cell begins a formula, and a BOM lets Excel read the accents."""
    lines = [line for line in output.splitlines() if "begin a formula" in line]
    # The script lists empty cells, too: "" is in every text.
    cells = [cell for line in lines for cell in ast.literal_eval(re.search(r"formula: (\[.*?\]) BOM", line)[1])]  # type: ignore[index]
    shown = "choice" in output and "Zoë" in output
    right = len(lines) == 2 and not any(cells) and all("BOM: True" in line for line in lines) and shown
    return Verdict(right, " / ".join(line[:110] for line in lines) or "no table was printed")


def judge_budget(output: str) -> Verdict:
    """38: the tokens are counted, and the run pauses at the limit."""
    verdict = judge_verdict(output)
    first = next((line for line in output.splitlines() if line.startswith("rc ")), "")
    return verdict if " paused " in first or not verdict.right else Verdict(False, f"the run did not pause: {first}")


def judge_addresses(output: str) -> Verdict:
    """39: each address stands in the PDF as it was written."""
    rows = judge_lines(output, 3, lambda line: "as it is in the PDF: True" in line, r"^https://")
    clean = "U+200B in PDF 0 " in output
    return rows if clean or not rows.right else Verdict(False, "zero-width spaces are left")


def judge_bombs(output: str) -> Verdict:
    """40: one clear line names the exhibit, in time; or the file is read."""
    rows = [json.loads(line.removeprefix("BOMB ")) for line in output.splitlines() if line.startswith("BOMB ")]
    if len(rows) != 3:
        return Verdict(False, f"{len(rows)} of 3 files were tried")
    wrong = [row for row in rows if row[4] or not (row[1] == 0 or (row[1] == 2 and len(row[3]) == 1))]
    words = "; ".join(f"{name} rc={status} {seconds} s" for name, status, seconds, _lines, _crashed in rows)
    return Verdict(not wrong, f"case check: {words}" + (f"; {wrong[0][3][:1]}" if wrong else ""))


def judge_redaction(output: str) -> Verdict:
    """41: no line is a leak."""
    return judge_lines(output, 7, lambda line: line.startswith("ok "), r"^(LEAK|ok  )")


def judge_slow_heads(output: str) -> Verdict:
    """42: others are served all the while, slow heads are cut off, the log stays short."""
    probes = re.findall(r"\((b'[^']*'|'\w+'), [\d.]+\)", output)
    served = [probe for probe in probes if probe.startswith("b'HTTP/1.1 200")]
    alive = [int(number) for number in re.findall(r"alive (\d+)", output)]
    logged = int(next(iter(re.findall(r"^LOG (\d+)", output, re.MULTILINE)), _LONGEST_LOG))
    right = len(probes) >= 4 and served == probes and bool(alive) and alive[-1] == 0 and logged < _LONGEST_LOG
    return Verdict(right, f"{len(served)} of {len(probes)} probes served, heads alive {alive}, {logged} bytes logged")


def judge_times(output: str) -> Verdict:
    """43: the time does not double with each character."""
    times = {int(n): float(s) for n, s in re.findall(r"^(\d+) ([\d.]+) s$", output, re.MULTILINE)}
    right = len(times) == 5 and times[26] <= max(0.05, 8 * times[18])
    return Verdict(right, f"26 characters take {times.get(26)} s, 18 take {times.get(18)} s (through a shim)")


JUDGES: Mapping[str, Callable[[str], Verdict]] = {
    **dict.fromkeys(("01", "02", "19", "20", "21"), judge_verdict),
    "06": judge_docx,
    "09": judge_names,
    "22": judge_endings,
    "23": judge_thoughts,
    "24": judge_errors,
    "31": judge_tables,
    "38": judge_budget,
    "39": judge_addresses,
    "40": judge_bombs,
    "41": judge_redaction,
    "42": judge_slow_heads,
    "43": judge_times,
}


# ---- the scripts

_SHIMS = {
    "41": "import workbench.live.snapshot as module\nmodule.Letter = module.LetterHead\n",
    "43": "import sys, types\nfrom workbench.text.sentences import find_sentences\n"
    "sys.modules['workbench.checks.prose'] = types.SimpleNamespace(find_sentences=find_sentences)\n",
}
"""Names that the scripts use and that have changed since; a script cannot be changed."""


def find_faults(numbers: Sequence[str] = ()) -> list[Path]:
    """Finds the folders of the scripts, all or those of the numbers.

    Raises:
        FaultsMissingError: There is no such folder.
    """
    folders = sorted(path for path in FAULTS.glob("[0-9][0-9]-*") if path.is_dir()) if FAULTS.is_dir() else []
    if not folders:
        raise FaultsMissingError(f"{FAULTS} is missing: the fault scripts are handed out beside the project")
    unknown = set(numbers) - {folder.name[:2] for folder in folders}
    if unknown:
        known = ", ".join(folder.name[:2] for folder in folders)
        raise FaultsMissingError(f"no fault {', '.join(sorted(unknown))}; there are {known}")
    return [folder for folder in folders if not numbers or folder.name[:2] in numbers]


def run_fault(folder: Path, keep: Path | None = None) -> Outcome:
    """Runs one script in a home of its own, and judges its output."""
    number, _, name = folder.name.partition("-")
    begin = time.monotonic()
    # A short path: a Unix socket lies in it.
    place = Path(tempfile.mkdtemp(prefix="wf"))
    environment = _build_environment(place)
    try:
        output, status = _run_script(number, folder, place, environment)
    except subprocess.TimeoutExpired as error:
        output, status = _as_text(error.stdout), -1
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            subprocess.run(
                ["workbench", "redis", "stop"], env=environment, capture_output=True, timeout=60, check=False
            )
        shutil.rmtree(place, ignore_errors=True)
    if keep is not None:
        (keep / f"{folder.name}.txt").write_text(output, "utf-8")
    if status == -1:
        verdict = Verdict(False, f"not ended after {_LIMIT_S} s")
    elif status:
        last = output.strip().splitlines()[-1:] or ["nothing"]
        verdict = Verdict(False, f"crashed with status {status}: {last[0]}")
    elif (judge := JUDGES.get(number)) is None:
        verdict = Verdict(False, "no judge knows this script: add one")
    else:
        verdict = judge(output)
    return Outcome(number, name, time.monotonic() - begin, verdict)


def _run_script(number: str, folder: Path, place: Path, environment: Mapping[str, str]) -> tuple[str, int]:
    command, limit = [sys.executable, str(folder / "run.py")], None
    if number == "40":
        _run_process([sys.executable, str(folder / "make.py")], place, environment)
        code = _BOMBS.format(lib=str(FAULTS / "lib"), limit_s=_BOMB_LIMIT_S)
        # On the children's side: the limit must hold for the reader, wherever it runs.
        command, limit = [sys.executable, "-c", code], _limit_memory
    if number == "42":
        return _run_slow_heads(folder, place, environment)
    if number in _SHIMS:
        shim = place / "shim" / "sitecustomize.py"
        shim.parent.mkdir()
        shim.write_text(_SHIMS[number])
        environment = {**environment, "PYTHONPATH": str(shim.parent)}
    return _run_process(command, place, environment, limit)


def _run_process(
    command: Sequence[str], place: Path, environment: Mapping[str, str], limit: Callable[[], None] | None = None
) -> tuple[str, int]:
    done = subprocess.run(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_LIMIT_S,
        preexec_fn=limit,
        check=False,
    )
    return _as_text(done.stdout), done.returncode


def _run_slow_heads(folder: Path, place: Path, environment: Mapping[str, str]) -> tuple[str, int]:
    log = place / "serve.log"
    with log.open("wb") as stderr:
        server = subprocess.Popen(
            ["workbench", "serve", "--port", "0", "--json"],
            env=environment,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            port = re.search(rb":(\d+)", line)
            if port is None:
                return f"the server did not start: {log.read_text('utf-8', 'replace')}", 1
            arguments = [port[1].decode(), "2300", "second", str(_SLOW_HEADS_S)]
            output, status = _run_process([sys.executable, str(folder / "run.py"), *arguments], place, environment)
        finally:
            server.terminate()
            server.wait(60)
            server.stdout.close()
    return f"{output}\nLOG {log.stat().st_size}\n", status


def _build_environment(place: Path) -> dict[str, str]:
    folder = {name: place / name for name in ("h", "w", "t")}
    for path in folder.values():
        path.mkdir(mode=0o700)
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("WORKBENCH_", "OPENAI_", "REDIS_"))
    }
    return own | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "WORKBENCH_HOME": str(folder["h"]),
        "PUB_WORK": str(folder["w"]),
        "TMPDIR": str(folder["t"]),
    }


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BOMB_MEMORY, _BOMB_MEMORY))


def _as_text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the scripts, prints the table; 1 if one is wrong, 2 if there are none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("numbers", nargs="*", metavar="NN", help="numbers of the scripts; default: all")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="folder for the output of each script")
    chosen = parser.parse_args(arguments)
    try:
        folders = find_faults(chosen.numbers)
    except FaultsMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if chosen.keep is not None:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with ThreadPoolExecutor(_TOGETHER) as pool:
        for row in pool.map(lambda folder: run_fault(folder, chosen.keep), folders):
            wrong += not row.verdict.right
            said = "right" if row.verdict.right else "WRONG"
            print(f"{row.number}  {row.name:34} {row.seconds:6.1f} s  {said}  {row.verdict.words[:160]}", flush=True)  # noqa: T201
    print(f"{len(folders) - wrong} of {len(folders)} right")  # noqa: T201
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
