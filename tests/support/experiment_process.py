"""A process that runs an experiment, and says after each look how many cells are done: for the tests that kill it.

``python experiment_process.py '{"settings": {...}, "spec": {...}}'``
"""

from __future__ import annotations

import json
import sys
import time

from workbench.config import Settings
from workbench.tuning.experiment.experiment import Experiment


def main() -> None:
    how = json.loads(sys.argv[1])
    experiment = Experiment(settings=Settings(**how["settings"]), **how["spec"])
    experiment.start()
    said = -1
    while said < experiment.progress.total:
        done = experiment.progress.ended
        if done != said:
            said = done
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()
        time.sleep(0.005)
    results = experiment.wait(progress=False)
    sys.stdout.write(f"{(results.cells['status'] == 'done').sum()} done\n")


if __name__ == "__main__":
    main()
