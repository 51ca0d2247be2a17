"""The same posts by APScheduler alone: `python -m tests.benchmarks.bare_apscheduler URL FOLDER COUNT DUE`.

A BackgroundScheduler with a persistent SQLAlchemy store and ten workers; DUE in seconds since 1970. It says `ready`
when all jobs are stored, and ends with its input.
"""

import sys
from datetime import UTC, datetime

import requests
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler


def post(url: str, number: int) -> None:
    """One job."""
    requests.post(f"{url}/api/v1/posts", json={"text": f"Post {number}"}, timeout=60).raise_for_status()


def main(url: str, folder: str, count: int, due: float) -> None:
    """Stores all jobs, then runs them."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{folder}/jobs.db")},
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None},
    )
    scheduler.start()
    for number in range(count):
        scheduler.add_job(post, "date", (url, number), run_date=datetime.fromtimestamp(due, UTC))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    # by its full name: a job is stored as the path to its function
    from tests.benchmarks import bare_apscheduler

    bare_apscheduler.main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
