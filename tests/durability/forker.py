"""``survey-app run`` again and again: the imports are made once, every server is a process.

Reads a port and a number of processes a line; for each it forks, runs the command in the child, and
prints the id of the child. A child that is killed dies as any server would, with those beside it.
"""

from __future__ import annotations

import os
import signal
import sys

from survey_app.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()  # a group of its own, so that all processes of the server die at once
            log = os.open(os.path.join(sys.argv[1], "server.log"), os.O_CREAT | os.O_APPEND | 1)
            os.dup2(log, 1)
            os.dup2(log, 2)
            port, processes = line.split()
            main(["--instance", sys.argv[1], "run", "--port", port, "--processes", processes])
        print(child, flush=True)
