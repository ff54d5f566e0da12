"""The background worker: what was put off, and what comes back every so often."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from business.core import jobs, periodic

# Between two looks at what is periodic, so that a long queue delays neither the sign of life nor the sweep.
TASKS_IN_A_ROW = 20


class Command(BaseCommand):
    help = "Run the background worker: the task queue, mail that waits, scheduled publishing, the sign of life."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and stop")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks at the queue")

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        self.running = True
        self.queue: Worker | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        worker_id = get_random_string(16)
        while self.running:
            close_old_connections()
            periodic.run_due(time.monotonic())
            done = self.work(worker_id)
            if once and done < TASKS_IN_A_ROW:
                break  # it ends because it was asked to, as one that is told to stop
            if self.running and done < TASKS_IN_A_ROW:
                time.sleep(interval)
        try:
            jobs.tell_stopped()
        except Error as error:  # then it is taken for one that died, which does no harm
            self.stderr.write(f"The database did not answer: {error}")

    def work(self, worker_id: str) -> int:
        """Do what the queue holds, at most so many tasks, and return how many were done.

        The loop around it is ours, so that the sign of life tells the truth about the queue.
        """
        self.queue = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="queue",
            startup_delay=False,
            max_tasks=TASKS_IN_A_ROW,
            worker_id=worker_id,
            excluded_queue_names=[],
        )
        try:
            self.queue.run()
        except Error as error:
            self.stderr.write(f"The database did not answer: {error}")
            return 0
        return self.queue._run_tasks

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Finish the task that is under way, then leave."""
        self.running = False
        if self.queue is not None:
            self.queue.running = False
