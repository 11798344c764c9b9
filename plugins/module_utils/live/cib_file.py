# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The backend for a CIB in a file instead of the running cluster."""

from __future__ import annotations

import os
import shutil
import tempfile

from ..base import cib as cib_document
from ..base.errors import HaError


class CibFile:
    """A CIB in a file. It needs no running cluster, no daemons and no root privileges."""

    offline = True
    warning = None

    def __init__(self, path):
        """:raises HaError: if the file does not exist; it is never created, so that a mistyped path changes nothing."""
        if not os.path.isfile(path):
            raise HaError(f"cib_file: {path} does not exist; save one with 'cibadmin --query > FILE' first")
        self.path = path
        self.can_run_agents = shutil.which("crm_resource") is not None
        self.can_simulate = shutil.which("crm_simulate") is not None

    def look_ahead(self, monitor=False):
        """Do nothing: reading a file takes no time."""

    def simulate(self, *documents, to_the_end=False):
        """A Simulation of what a cluster would do with each of these documents; see simulation.simulate()."""
        from .simulation import simulate

        return simulate(*documents, to_the_end=to_the_end)

    def read(self):
        """The Cib in the file."""
        try:
            with open(self.path, encoding="utf-8") as file:
                return cib_document.Cib(file.read())
        except (OSError, UnicodeDecodeError) as error:
            raise HaError(f"cib_file: {self.path} cannot be read: {error}") from error

    def read_version(self):
        """The Version of the Cib in the file."""
        return self.read().version

    def commit(self, document, version):
        """Write `document` atomically, with a new version as in a cluster; False if the file is not at `version`."""
        if self.read_version() != version:
            return False
        document.root.set("epoch", str(version.epoch + 1))
        document.root.set("num_updates", "0")
        cib_document.Cib(document.xml())  # fails if the result could not be read again
        # Write to the target of a symbolic link
        path = os.path.realpath(self.path)
        try:
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=f".{os.path.basename(path)}.")
        except OSError as error:
            raise HaError(f"cib_file: {self.path} cannot be written: {error}") from error
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(document.xml() + "\n")
            shutil.copymode(path, temporary)
            if os.geteuid() == 0:
                os.chown(temporary, os.stat(path).st_uid, os.stat(path).st_gid)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        return True
