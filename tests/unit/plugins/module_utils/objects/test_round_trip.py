# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every kind of resource: writing what was read changes nothing, and what was written is read back."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import values
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

RULE = '<rule id="{0}-rule" score="1"><expression id="{0}-e" attribute="#uname" operation="eq" value="node1"/></rule>'
PHASES = [Phase.generate, Phase.shrink]
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])

NOTHING = st.nothing()
NAMES = st.sampled_from(["fake", "a", "priority", "target-role", "clone-max", "notify", "op_sleep"])
TEXTS = st.one_of(
    st.sampled_from(["", "true", "1", "10s", "+5", "INFINITY", "Stopped", "a b", "<&'\">", "é"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6),
)
SCORES = st.sampled_from([None, None, "5", "-INFINITY", "+3"])
FLAGS = st.booleans()


def attribute(name, value):
    return "" if value is None else f" {name}={quoteattr(value)}"


# --- elements as other writers may have created them


@st.composite
def a_set(draw, tag, set_id, more=NOTHING):
    if set_id.endswith(".0") and draw(st.integers(0, 5)) == 0:
        return f'<{tag} id-ref="shared"/>'
    inside = RULE.format(set_id) if draw(st.integers(0, 4)) == 0 else ""
    for number, (name, value) in enumerate(draw(st.dictionaries(NAMES | more, TEXTS, max_size=3)).items()):
        inside += f'<nvpair id="{set_id}.{number}" name="{name}" value={quoteattr(value)}/>'
    if draw(st.integers(0, 6)) == 0:
        inside += '<nvpair id-ref="shared-1"/>'
    return f'<{tag} id="{set_id}"{attribute("score", draw(SCORES))}>{inside}</{tag}>'


@st.composite
def sets(draw, tag, owner, more=NOTHING):
    return "".join(draw(a_set(tag, f"{owner}_{tag}.{number}", more)) for number in range(draw(st.integers(0, 2))))


@st.composite
def an_op(draw, owner, name, interval):
    usual = draw(FLAGS)
    head = f'<op id="{owner}-{name}-interval-{interval}"' if usual else f'<op id="{owner}.{name}.{interval}"'
    head += f' name="{name}" interval="{interval}"'
    for each, choices in (
        ("timeout", ["20s", "20", "PT1M"]),
        ("role", ["Started", "Master", "promoted"]),
        ("on-fail", ["block"]),
        ("enabled", ["0", "true"]),
        ("description", ["text", "1"]),
    ):
        head += attribute(each, draw(st.sampled_from([None, None, *choices])))
    if draw(st.integers(0, 3)):
        return head + "/>"
    level = f'<nvpair id="{owner}.{name}.{interval}-l" name="OCF_CHECK_LEVEL" value="10"/>'
    return f'{head}><instance_attributes id="{owner}.{name}.{interval}-i">{level}</instance_attributes></op>'


@st.composite
def a_primitive(draw, owner, tag="primitive"):
    children = [draw(sets(each, owner)) for each in ("instance_attributes", "meta_attributes")]
    children.append(draw(st.sampled_from(["", f'<utilization id="{owner}-u"/>'])))
    intervals = draw(st.lists(st.sampled_from(["0s", "10s", "20"]), unique=True, max_size=2))
    ops = "".join(draw(an_op(owner, name, each)) for each in intervals for name in ("monitor", "start"))
    children.append(f"<operations>{ops}</operations>")
    made = ['template="t"', 'class="systemd" type="a@b"', 'class="ocf" provider="pacemaker" type="Dummy"']
    agent = draw(st.sampled_from(made if tag == "primitive" else made[1:]))
    text = attribute("description", draw(st.none() | TEXTS.filter(bool)))
    return f'<{tag} id="{owner}" {agent}{text}>{"".join(draw(st.permutations(children)))}</{tag}>'


@st.composite
def a_group(draw, owner):
    members = "<!-- -->".join(draw(a_primitive(f"{owner}-{number}")) for number in range(draw(st.integers(1, 2))))
    return f'<group id="{owner}">{draw(sets("meta_attributes", owner))}{members}</group>'


@st.composite
def a_clone(draw, owner):
    tag = draw(st.sampled_from(["clone", "clone", "master"]))
    member = draw(draw(st.sampled_from([a_primitive, a_group]))(f"{owner}-m"))
    meta = draw(sets("meta_attributes", owner, st.just("promotable") if tag == "clone" else NOTHING))
    return f'<{tag} id="{owner}">{"".join(draw(st.permutations([meta, member])))}</{tag}>'


@st.composite
def a_bundle(draw, owner):
    maximum = draw(st.sampled_from(["", ' masters="1"', ' promoted-max="2"', ' replicas="3" run-command="/bin/x y"']))
    container = f'<{draw(st.sampled_from(["podman", "docker"]))} image="i:1"{maximum}/>'
    ports = [f'<port-mapping id="{owner}.80" port="80"/>', f'<port-mapping id="{owner}.r" range="90-99"/>']
    network = f'<network control-port="3121"{attribute("add-host", draw(st.sampled_from([None, "true"])))}>'
    network += "".join(draw(st.lists(st.sampled_from(ports), unique=True))) + "</network>"
    mapping = f'<storage-mapping id="{owner}.s" source-dir="/a" target-dir="/b"'
    storage = draw(st.sampled_from(["", "<storage/>", f'<storage>{mapping} options="rw"/></storage>']))
    member = draw(st.just("") | a_primitive(f"{owner}-m"))
    if not member:
        network = draw(st.sampled_from(["", network]))
    return f'<bundle id="{owner}">{draw(sets("meta_attributes", owner))}{container}{network}{storage}{member}</bundle>'


OBJECTS = st.sampled_from(
    [a_primitive("x"), a_primitive("x", tag="template"), a_group("x"), a_clone("x"), a_bundle("x")]
).flatmap(lambda strategy: strategy)
SHARED = (
    '<template id="t" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="shared">'
    '<nvpair id="shared-1" name="fake" value="1"/></instance_attributes></template>'
)


def rewritten(cib, exact):
    """The number of edits when the specifications of all objects are read and written again."""
    wanted = [
        kit.want(kit.kind_of(each).section, **kit.kind_of(each).read(each))
        for each in cib.section("resources").iter()
        if kit.kind_of(each) is not None
    ]
    assert wanted
    kit.lay(cib, *wanted, exact=exact)
    return cib.edits


@MODES
@given(element=OBJECTS)
def test_writing_a_read_specification_changes_nothing(exact, element):
    assert rewritten(kit.small(SHARED + element), exact) == 0


@MODES
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_document_written_by_pcs_is_unchanged(system, exact):
    assert rewritten(kit.cib(system), exact) == 0


# --- specifications

PAIRS = st.dictionaries(NAMES, TEXTS, min_size=1, max_size=3)
NO_RUNTIME = PAIRS.filter(lambda pairs: "target-role" not in pairs)
PLAIN, LISTED, EITHER = "plain", "listed", "either"


def some_sets(key, form):
    """Sets as a mapping, as a list, or either."""
    listed = st.lists(
        st.fixed_dictionaries({"values": NO_RUNTIME}, optional={"score": st.sampled_from(["5", "INFINITY"])}),
        min_size=2,
        max_size=3,
    ).map(lambda found: [{"id": f"{key}-{number}", **each} for number, each in enumerate(found)])
    return {PLAIN: NO_RUNTIME, LISTED: listed, EITHER: NO_RUNTIME | listed}[form]


ROLES = {"10s": {"role": "Promoted"}, "1min": {"role": "Unpromoted"}}
OPERATIONS = (
    st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["monitor", "start", "stop"]), "interval": st.sampled_from(["0s", "10s", "1min"])},
            optional={
                "timeout": st.sampled_from(["20s", "100"]),
                "description": TEXTS.filter(bool),
                "OCF_CHECK_LEVEL": st.sampled_from(["0", "10"]),
            },
        ),
        max_size=2,
        unique_by=lambda operation: (operation["name"], operation["interval"]),
    )
    .map(lambda found: [{**each, **ROLES.get(each["interval"], {})} for each in found])
    .map(lambda found: sorted([{"name": "monitor", "interval": "7s"}, *found], key=lambda each: each["name"]))
)
COMMON = {"id": st.just("x")}
TEXT = {"description": TEXTS.filter(bool)}
DUMMY = st.just("ocf:pacemaker:Dummy")
WORDS = st.text("abc/:-.1", min_size=1, max_size=5)
PORT = st.sampled_from(
    [{"id": "p1", "port": "80"}, {"id": "p2", "range": "90-99"}, {"id": "p3", "port": "81", "internal-port": "1"}]
)
STORED = st.sampled_from(
    [
        {"id": "s1", "source-dir": "/a", "target-dir": "/b"},
        {"id": "s2", "source-dir-root": "/a", "target-dir": "/c", "options": "rw"},
    ]
)
CONTAINER = st.fixed_dictionaries(
    {"type": st.just("podman"), "image": WORDS},
    optional={"replicas": st.sampled_from(["1", "2"]), "run-command": WORDS, "options": WORDS},
)


def specs(section, form=EITHER):
    """Specifications of an object x in this section, with its sets in this form."""
    meta = {"meta": some_sets("meta", form), **TEXT}
    if section in ("templates", "resources"):
        filled = {"params": some_sets("params", form), "utilization": st.just({"memory": "5"}), **meta}
        return st.fixed_dictionaries({**COMMON, "agent": DUMMY, "operations": OPERATIONS}, optional=filled)
    if section == "groups":
        return st.fixed_dictionaries({**COMMON, "members": st.permutations(["m1", "m2", "m3"])}, optional=meta)
    if section == "clones":
        promotable = {} if form == LISTED else {"promotable": st.just(True), "meta": NO_RUNTIME}
        return st.fixed_dictionaries({**COMMON, "member": st.just("m1")}, optional={**meta, **promotable})
    parts = {
        "network": st.fixed_dictionaries({"control-port": st.just("3121")}, optional={"host-interface": WORDS}),
        "ports": st.lists(PORT, min_size=1, unique_by=lambda port: port["id"]),
        "storage": st.lists(STORED, min_size=1, unique_by=lambda mapping: mapping["id"]),
    }
    return st.fixed_dictionaries({**COMMON, "container": CONTAINER}, optional={**parts, **meta})


SECTIONS = pytest.mark.parametrize("section", ["templates", "resources", "groups", "clones", "bundles"])


def document():
    return kit.small("".join(map(kit.dummy, ["m1", "m2", "m3"])))


def write(cib, section, spec, exact):
    kit.lay(cib, kit.want(section, **spec), exact=exact)
    ids = kit.ids(cib)
    assert len(ids) == len(set(ids))
    return kit.again(cib)


def normal(spec):
    """A specification with sorted ports, storage and operations, whose order does not matter."""
    return {
        key: sorted(each, key=_items) if key in ("ports", "storage", "operations") else each
        for key, each in spec.items()
    }


def _items(mapping):
    return sorted(mapping.items())


@settings(max_examples=20)
@SECTIONS
@MODES
@given(data=st.data())
def test_written_specification_is_read_back(section, exact, data):
    spec = data.draw(specs(section))
    assert kit.read(write(document(), section, spec, exact), "x") == spec


@SECTIONS
@settings(max_examples=20, phases=PHASES)
@pytest.mark.parametrize("forms", [(PLAIN, EITHER), (LISTED, LISTED)], ids=" to ".join)
@given(data=st.data())
def test_replaced_turns_any_object_into_the_given_one(section, forms, data):
    one, other = (data.draw(specs(section, form)) for form in forms)
    # Further sets are removed only by a list of sets
    one = {key: each for key, each in one.items() if not isinstance(each, list) or key in other}
    cib = write(write(document(), section, one, exact=True), section, other, exact=True)
    assert without_equal_texts(cib, other) == normal(other)
    again = kit.again(cib)
    write(again, section, other, exact=True)
    assert again.edits == 0


@SECTIONS
@settings(max_examples=20, phases=PHASES)
@given(data=st.data())
def test_merging_twice_changes_nothing_the_second_time(section, data):
    one, other = data.draw(specs(section)), data.draw(specs(section))
    cib = write(write(document(), section, one, exact=True), section, other, exact=False)
    write(cib, section, other, exact=False)
    assert cib.edits == 0


def without_equal_texts(cib, wanted):
    """The specification of x, with the wanted text wherever the stored text means the same to Pacemaker."""
    return _as_given(normal(kit.read(cib, "x")), normal(wanted))


def _as_given(found, wanted, key=None):
    if isinstance(found, dict) and isinstance(wanted, dict):
        return {each: _as_given(value, wanted.get(each), each) for each, value in found.items()}
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [_as_given(*both) for both in zip(found, wanted)]
    if isinstance(found, str) and isinstance(wanted, str) and key != "description":
        return wanted if values.same(found, wanted) else found
    return found
