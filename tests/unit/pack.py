# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packs modules as Ansible sends them to a node: `pack.py FOLDER` reads {name: [module, arguments]} as JSON and writes FOLDER/NAME.py.

It is a separate process because Ansible keeps much global state once it is loaded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ansible import constants
from ansible.executor.module_common import modify_module
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, module_loader
from ansible.template import Templar

TREE = Path(__file__).resolve().parents[2] / ".cache/tree"


def packed(name, arguments, cache):
    """The program that Ansible would send to a node, as bytes.

    :param name: the full name of the module.
    :param cache: the folder in which Ansible caches packed modules.
    """
    constants.DEFAULT_LOCAL_TMP = str(cache)
    path = module_loader.find_plugin_with_context(name).plugin_resolved_path
    return modify_module(
        module_name=name,
        module_path=path,
        module_args=arguments,
        templar=Templar(loader=DataLoader(), variables={}),
        task_vars={"ansible_python_interpreter": sys.executable},
        module_compression="ZIP_DEFLATED",
    ).b_module_data


def main(folder):
    """Write the program of each task that is listed on stdin."""
    init_plugin_loader([str(TREE)])
    for name, (module, arguments) in json.load(sys.stdin).items():
        (folder / f"{name}.py").write_bytes(packed(module, arguments, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
