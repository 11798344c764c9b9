"""Build and run clusters of containers for tests; see README.md in the same folder."""

import argparse
import os
import shutil
import sys

from halab import bmc, image
from halab.cluster import Lab
from halab.shell import Failure, say


def main():
    options = parse()
    lab = Lab(options.os)
    try:
        return options.verb(lab, options)
    except Failure as failure:
        say(f"lab: {failure}")
        return 1
    except KeyboardInterrupt:
        return 130


def parse():
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    default = os.environ.get("HA_LAB_OS", "12")
    os_help = "Debian version: 11, 12 or 13 (default: $HA_LAB_OS, else 12)"
    parser.add_argument("--os", choices=image.SUITES, default=default, help=os_help)
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    def verb(function, *arguments):
        name, text = function.__name__.rstrip("_"), function.__doc__
        sub = verbs.add_parser(name, help=text, description=text)
        sub.add_argument("--os", choices=image.SUITES, default=argparse.SUPPRESS, help=os_help)
        for argument, settings in arguments:
            sub.add_argument(argument, **settings)
        sub.set_defaults(verb=function)

    node = ("node", {"metavar": "NODE"})
    command = ("command", {"metavar": "CMD", "nargs": argparse.REMAINDER})
    verb(
        up,
        ("--nodes", {"metavar": "N", "type": int, "choices": range(1, 10), "default": 2, "help": "1 to 9 (default 2)"}),
        (
            "--spare",
            {
                "metavar": "N",
                "type": int,
                "choices": range(1, 8),
                "default": 0,
                "help": "additional nodes that are not in the cluster",
            },
        ),
        ("--baked", {"action": "store_true", "help": "with the cluster packages, to save time"}),
    )
    verb(exec_, node, command)
    verb(ssh, node, command)
    verb(power, ("action", {"choices": ["on", "off", "cycle", "status"]}), node)
    verb(cut, node)
    verb(heal, node)
    verb(status)
    verb(inventory)
    verb(
        down,
        ("--all", {"action": "store_true", "help": "the labs of every Debian version"}),
        ("--images", {"action": "store_true", "help": "also remove the images"}),
    )
    verb(chassis, node, command)
    verb(boot, node, ("token", {}))
    options = parser.parse_args()
    if options.os not in image.SUITES:
        parser.error(f"HA_LAB_OS is {options.os}, not one of {', '.join(image.SUITES)}")
    return options


def up(lab, options):
    """create a fresh lab and print the path of its inventory"""
    with lab.alone():
        lab.up(options.nodes, options.spare, options.baked)
    print(lab.inventory)


def exec_(lab, options):
    """run a command on a node, without ssh"""
    terminal = ["--tty"] if sys.stdin.isatty() else []
    container = lab.node(options.node).container
    os.execvp("podman", ["podman", "exec", "--interactive", *terminal, container, *options.command])


def ssh(lab, options):
    """log in to a node with ssh, or run a command there"""
    os.execvp("ssh", lab.node(options.node).ssh(*options.command))


def power(lab, options):
    """switch a node's power through its BMC, or show its status"""
    print(bmc.control(lab.node(options.node), options.action).stdout, end="")


def cut(lab, options):
    """disconnect a node from the network"""
    lab.node(options.node).cut()


def heal(lab, options):
    """reconnect a disconnected node to the network"""
    lab.node(options.node).heal()


def status(lab, options):
    """show the nodes"""
    row = "{:<8} {:<14} {:<18} {:<6} {:<7} {}".format
    print(row("node", "address", "BMC", "power", "network", "ssh"))
    for node in lab.nodes():
        power = "on" if bmc.is_on(node) else "off"
        network = "cut" if node.cut_mark.exists() else "plugged"
        ssh = "answers" if node.answers() else "silent"
        print(row(node.name, node.address, f"{lab.gateway}:{node.bmc_port}", power, network, ssh))


def inventory(lab, options):
    """print the path of the inventory"""
    if not lab.inventory.exists():
        raise Failure(f"There is no Debian {lab.os} lab: run `lab --os {lab.os} up`")
    print(lab.inventory)


def down(lab, options):
    """remove the lab: containers, network, BMCs"""
    if not shutil.which("podman"):
        return  # then there is no lab
    for each in map(Lab, image.SUITES) if options.all else [lab]:
        with each.alone():
            each.down()
            if options.images:
                image.remove(each.os)


def chassis(lab, options):
    """called by a BMC to read or switch its node's power"""
    bmc.chassis(lab.node(options.node), *options.command)


def boot(lab, options):
    """runs in the background while a node boots, started by its BMC"""
    bmc.boot(lab.node(options.node), options.token)


if __name__ == "__main__":
    sys.exit(main())
