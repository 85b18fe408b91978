"""Martlet without a table: it probes, says what it would do, and tells how every probe stands."""

import json

from .director import CONFIGURATION, Director, martlet_binary
from .wait import until

SOCKET = "/run/martlet-lab.sock"


class DryRun(Director):
    """A dry run that can be asked; runs on every kernel."""

    def __init__(self, host, configuration):
        super().__init__(host, configuration, kind="martlet", dry_run=True)

    @property
    def command(self):
        return [martlet_binary(), "run", "--dry-run", "--control", SOCKET, "-f", CONFIGURATION]

    def start(self):
        super().start()
        until(lambda: "Startup complete" in self.recent_log, "martlet has started", 30, context=lambda: self.log)
        return self

    def probes(self):
        """Every probe as `martlet status` has it."""
        shown = self.host.run([martlet_binary(), "status", "--json", "--control", SOCKET]).stdout
        return json.loads(shown)["probes"]
