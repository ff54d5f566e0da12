"""How long it takes to get all guides' facts out into a spreadsheet and in again: ``python -m benchmarks.workbook``.

Beside the demo there are a thousand more guides. One amount of each fee is changed in the file, and one fact of each guide.
Each part runs in a process of its own, so that its peak of memory is its own. The database is SQLite.
"""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from e2e.demo import demo
from tests.databases import ROOT

from .listings import manage

STAGES = ("export", "check", "apply")


def change(data: bytes) -> bytes:
    """Return the workbook with a krona more on each amount, and another body to appeal to for each guide."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    for name, heading, new in (
        ("Avgifter", "kronor", lambda value: value and value + 1),
        ("Guider", "gäller för", lambda _value: "företaget och lokalen"),
    ):
        sheet = book[name]
        column = next(cell.column for cell in sheet[1] if cell.value == heading)
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column).value = new(sheet.cell(row, column).value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def measured(work: Callable[[], Any]) -> dict[str, float]:
    """Do the work and return seconds and the process's peak of memory in megabytes."""
    started = time.monotonic()
    work()
    seconds = time.monotonic() - started
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def run(stage: str, file: Path) -> None:
    """Run one stage on the environment's database and print its figures as JSON."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from business.guides.models import FactExport, FactImport
    from business.guides.workbook import running

    user = get_user_model().objects.filter(is_superuser=True).first()
    figures: dict[str, Any]
    if stage == "export":
        export = running.ask_for_export(user, timezone.now())
        figures = measured(lambda: running.make_export(export.pk))
        file.write_bytes(bytes(FactExport.objects.get(pk=export.pk).file))
        figures["note"] = f"{file.stat().st_size / 1024 / 1024:.1f} MB"
    elif stage == "check":
        received = running.receive_import(user, file.name, file.read_bytes(), timezone.now())
        figures = measured(lambda: running.check(received.pk))
        received.refresh_from_db()
        figures["note"] = f"{received.get_status_display()}: {received.change_count} in {received.guide_count} guides"
    else:
        received = FactImport.objects.first()
        running.apply_import(received.pk, user)
        locked = _measure_transaction()
        figures = measured(lambda: running.carry_out(received.pk))
        received.refresh_from_db()
        figures["note"] = f"{received.get_status_display()}; nobody else could write for {locked[0]:.1f} s"
    print(json.dumps(figures))


def _measure_transaction() -> list[float]:
    """Have the seconds noted in which the transaction is open."""
    from business.guides.workbook import running

    seconds = [0.0]
    store = running.store

    def timed(*args: Any) -> None:
        started = time.monotonic()
        store(*args)
        seconds[0] = time.monotonic() - started

    running.store = timed
    return seconds


def in_a_process(stage: str, folder: Path, file: Path) -> dict[str, Any]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.workbook", "--stage", stage, "--file", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--folder", type=Path, help="a folder with a database that is loaded already; it is changed")
    parser.add_argument("--stage", choices=STAGES, help="run one stage on the environment's database")
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args()
    if chosen.stage:
        run(chosen.stage, chosen.file)
        return
    with tempfile.TemporaryDirectory(prefix="dukatbord-benchmark-") as name:
        folder = chosen.folder or Path(name) / "large"
        if not chosen.folder:
            shutil.copytree(demo(), folder)
            manage(folder, "manage.py", "load_demo", "--scale", str(chosen.scale))
        file = Path(name) / "fakta.xlsx"
        print(f"\n{'':10}{'seconds':>10}{'peak, MB':>10}")
        for stage in STAGES:
            figures = in_a_process(stage, folder, file)
            print(f"{stage:10}{figures['seconds']:>10.1f}{figures['megabytes']:>10.0f}  {figures['note']}", flush=True)
            if stage == "export":
                file.write_bytes(change(file.read_bytes()))


if __name__ == "__main__":
    main()
