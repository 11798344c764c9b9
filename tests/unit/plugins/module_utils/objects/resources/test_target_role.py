# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.resources import target_role


def meta(owner, value="Stopped"):
    return (
        f"<meta_attributes id='m-{owner}'><nvpair id='r-{owner}' name='target-role' value='{value}'/></meta_attributes>"
    )


def nested(*stopped):
    """A Cib with a clone c of a group g with a primitive x, of which these have target-role Stopped."""
    inside = {each: meta(each) if each in stopped else "" for each in "cgx"}
    return kit.small(
        f"<clone id='c'>{inside['c']}<group id='g'>{inside['g']}{kit.dummy('x', inside['x'])}</group></clone>"
    )


def cloned(*stopped):
    """A Cib with a clone c of a primitive x, of which these have target-role Stopped."""
    inside = {each: meta(each) if each in stopped else "" for each in "cx"}
    return kit.small(f"<clone id='c'>{inside['c']}{kit.dummy('x', inside['x'])}</clone>")


def stopped_in(cib):
    return [each for each in "cgx" if cib.find(each) is not None and target_role.is_stopped(cib.find(each))]


@pytest.mark.parametrize("value", ["Stopped", "stopped", "STOPPED"])
def test_stopped_is_recognized_in_any_letter_case(value):
    assert target_role.is_stopped(kit.small(kit.dummy("x", meta("x", value))).find("x"))


@pytest.mark.parametrize("value", ["Started", "Slave", "Unpromoted", "nonsense"])
def test_other_roles_are_not_stopped(value):
    assert not target_role.is_stopped(kit.small(kit.dummy("x", meta("x", value))).find("x"))


@pytest.mark.parametrize("content", ["", meta("x", "Started")], ids=["nothing", "Started"])
def test_stop_sets_target_role(content):
    cib = kit.small(kit.dummy("x", content))
    target_role.stop(cib, cib.find("x"))
    assert target_role.of(cib.find("x")) == "Stopped"


@pytest.mark.parametrize(
    "make, started, left",
    [
        (nested, "x", ["c", "g"]),
        (nested, "g", ["x"]),
        (nested, "c", ["x"]),
        (cloned, "x", []),
        (cloned, "c", []),
    ],
)
def test_start_works_like_pcs_enable(make, started, left):
    cib = make("c", "g", "x")
    target_role.start(cib, cib.find(started))
    assert stopped_in(cib) == left


@pytest.mark.parametrize("wrapper", ["clone", "master", "bundle"])
def test_start_also_starts_the_wrapper_and_its_member(wrapper):
    for each in ("x", "w"):
        cib = kit.small(f"<{wrapper} id='w'>{meta('w')}{kit.dummy('x', meta('x'))}</{wrapper}>")
        target_role.start(cib, cib.find(each))
        assert [target_role.of(cib.find(one)) for one in ("w", "x")] == [None, None]


def test_start_changes_no_other_role_or_resource():
    cib = kit.small(kit.dummy("x", meta("x", "Unpromoted")) + kit.dummy("y", meta("y")))
    target_role.start(cib, cib.find("x"))
    assert cib.edits == 0


@pytest.mark.parametrize("do", [target_role.start, target_role.stop])
def test_target_role_in_another_set_is_changed(do):
    """The existing pair is changed, whichever set contains it."""
    cib = kit.small(kit.dummy("x", f"<meta_attributes id='first'/>{meta('x')}"))
    do(cib, cib.find("x"))
    assert target_role.is_stopped(cib.find("x")) == (do is target_role.stop)


@pytest.mark.parametrize(
    "stopped, around", [("", []), ("x", []), ("g", ["g"]), ("c", ["c"]), ("gc", ["g", "c"])], ids=str
)
def test_stopped_containers_are_listed(stopped, around):
    cib = nested(*stopped)
    assert target_role.stopped_containers(cib, cib.find("x")) == around


def test_target_role_is_read_from_the_set_with_precedence():
    sets = "".join(
        f"<meta_attributes id='{role}'{score}><nvpair id='{role}-r' name='target-role' value='{role}'/></meta_attributes>"
        for role, score in (("Started", ""), ("Stopped", ""), ("Promoted", " score='-5'"))
    )
    cib = kit.small(kit.dummy("a", sets))
    assert target_role.of(cib.find("a")) == "Stopped"
    target_role.start(cib, cib.find("a"))
    assert target_role.of(cib.find("a")) is None
