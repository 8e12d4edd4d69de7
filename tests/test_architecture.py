"""Rules of ours that a linter cannot know, each with its reason and a case that breaks it."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import pytest

from domain.aggregate import Created, DomainEvent
from domain.catalogue import AGGREGATES, CATALOGUE, events_of

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("domain", "commands", "projections", "api", "ml", "infra")
PURE: Final = ("domain/", "commands/", "projections/")
SOURCE_LINES_MAX: Final = 400


class Source(NamedTuple):
    """One source file, its path from the root with forward slashes."""

    path: str
    text: str

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its syntax tree, the module first."""
        return _nodes(self.text)

    @property
    def is_pure(self) -> bool:
        """Whether it belongs to what does no I/O."""
        return self.path.startswith(PURE)


@cache
def _nodes(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(text)))


class Rule(NamedTuple):
    """What must not be found in a source file, why, and a file in which it is found."""

    reason: str
    found: Callable[[Source], Iterator[str]]
    broken_by: Source


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text())
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    )


def floats(source: Source) -> Iterator[str]:
    """Annotations that say float, other than of a time to wait."""
    if not source.is_pure or source.path == "projections/pause.py":  # of seconds only
        return
    for node in source.nodes:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                pass
            case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=annotation):
                pass
            case ast.arg(arg=name, annotation=ast.expr() as annotation):
                pass
            case ast.FunctionDef(name=name, returns=ast.expr() as annotation):
                pass
            case ast.AsyncFunctionDef(name=name, returns=ast.expr() as annotation):
                pass
            case _:
                continue
        if _mentions(annotation, "float") and not name.endswith("seconds"):
            yield f"{name}: {ast.unparse(annotation)}"


def clocks_and_dice(source: Source) -> Iterator[str]:
    """Reading a clock or drawing a number where everything must be replayable."""
    for node in source.nodes if source.is_pure else ():
        match node:
            case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr="now" | "today"):
                yield ast.unparse(node)
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name in _DRAWN)
            case ast.ImportFrom(module=str(module)) if module in _DRAWN:
                yield module


_DRAWN: Final = ("time", "random", "secrets")


def environment(source: Source) -> Iterator[str]:
    """Looking at the environment other than to hand it to the settings."""
    if source.path not in _MAY_READ_ENVIRONMENT:
        for node in source.nodes:
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv"):
                    yield ast.unparse(node)
                case ast.ImportFrom(module="os", names=names):
                    yield from (one.name for one in names if one.name in ("environ", "getenv"))


_MAY_READ_ENVIRONMENT: Final = (
    "infra/settings.py",
    # Where a process begins: they pass it to `read_settings` as it is.
    "infra/cli/environment.py",
    "infra/supervisor/role.py",
    "infra/supervisor/prepare.py",
)


def prints(source: Source) -> Iterator[str]:
    """Writing to the terminal past the log."""
    if not source.path.startswith(("infra/cli/", "infra/supervisor/console.py")):
        for node in source.nodes:
            match node:
                case ast.Call(func=ast.Name(id="print")):
                    yield ast.unparse(node)


def models(source: Source) -> Iterator[str]:
    """Importing the models anywhere but in the one adapter."""
    if not source.path.startswith(("ml/", "infra/model_scorer.py")):
        for node in source.nodes:
            match node:
                case ast.Import(names=names):
                    yield from (one.name for one in names if one.name.split(".")[0] == "ml")
                case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] == "ml":
                    yield module


def empty_names(source: Source) -> Iterator[str]:
    """Names that say nothing, of files and classes."""
    names = [*Path(source.path).with_suffix("").parts]
    names += [node.name for node in source.nodes if isinstance(node, ast.ClassDef)]
    for name in names:
        if _EMPTY.search(name):
            yield name


_EMPTY: Final = re.compile(r"(?i:util|helper)s?$|(?i:helper|util)s?_|Manager|manager|Util|Helper")


def long_files(source: Source) -> Iterator[str]:
    """Files that have grown a second topic."""
    lines = source.text.count("\n")
    if lines > SOURCE_LINES_MAX:
        yield f"{lines} lines"


def silent_modules(source: Source) -> Iterator[str]:
    """Modules and packages that do not say what they are."""
    module = source.nodes[0]
    assert isinstance(module, ast.Module)
    if ast.get_docstring(module) is None:
        yield "no docstring"


def judging_events(source: Source) -> Iterator[str]:
    """Methods that apply an event and yet decide something, or can be called from outside."""
    for node in source.nodes if source.path.startswith("domain/") else ():
        if isinstance(node, ast.FunctionDef) and any(map(_is_event, node.decorator_list)):
            if not node.name.startswith("_"):
                yield f"{node.name} is public"
            if any(isinstance(inner, ast.Raise | ast.If | ast.Assert) for inner in ast.walk(node)):
                yield f"{node.name} judges"


def _is_event(decorator: ast.expr) -> bool:
    match decorator:
        case ast.Call(func=ast.Name(id="event")) | ast.Name(id="event"):
            return True
    return False


def _mentions(annotation: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(annotation))


RULES: Final = (
    Rule(
        "amounts are integers and prices Decimal: a float loses lamports without a word",
        floats,
        Source("domain/x.py", "class Trade:\n    price: dict[str, float] | None\n"),
    ),
    Rule(
        "what has a clock or dice of its own cannot be replayed",
        clocks_and_dice,
        Source("projections/x.py", "at = datetime.now(UTC)\n"),
    ),
    Rule(
        "what dice a module draws from is not seen by its caller",
        clocks_and_dice,
        Source("domain/x.py", "from random import choice\n"),
    ),
    Rule(
        "settings are judged once, at the start, with an error that names the variable",
        environment,
        Source("infra/nats/x.py", "url = os.environ['NATS_URL']\n"),
    ),
    Rule(
        "a role's output is its log; text between the lines breaks whoever reads it",
        prints,
        Source("infra/roles/x.py", "print('ready')\n"),
    ),
    Rule(
        "torch and the like are an extra that nothing else may need",
        models,
        Source("infra/roles/x.py", "from ml.serving import Scorer\n"),
    ),
    Rule(
        "if no noun comes, the thing may not be one thing",
        empty_names,
        Source("infra/x.py", "class ConnectionManager:\n    pass\n"),
    ),
    Rule(
        "a file of utilities has no topic",
        empty_names,
        Source("infra/date_utils.py", ""),
    ),
    Rule(
        "when a file grows a second topic, it is two files",
        long_files,
        Source("infra/x.py", "x = 1\n" * (SOURCE_LINES_MAX + 1)),
    ),
    Rule(
        "a newcomer reads a folder by its first lines",
        silent_modules,
        Source("infra/x/__init__.py", "# no docstring\n"),
    ),
    Rule(
        "replay runs these bodies again, and history is never judged by today's rules",
        judging_events,
        Source(
            "domain/x.py",
            "class A:\n  @event(Paused)\n  def _paused(self):\n    if self.closed: raise E\n",
        ),
    ),
    Rule(
        "whoever could call it would record without deciding",
        judging_events,
        Source("domain/x.py", "class A:\n    @event(Paused)\n    def pause(self): self.p = 1\n"),
    ),
)
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.found.__name__)


@each_rule
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    broken = [f"{source.path}: {fault}" for source in sources() for fault in rule.found(source)]
    assert not broken, rule.reason


@each_rule
def test_the_rule_can_be_broken(rule: Rule) -> None:
    assert list(rule.found(rule.broken_by)), "the rule finds nothing in the case that breaks it"


def test_every_folder_of_source_is_a_package() -> None:
    """Without ``__init__.py`` a folder is left out of the wheel and of every import rule."""
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert len(folders) > len(PACKAGES)
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_folder_of_tests_is_a_package() -> None:
    """With one, ``tests/domain`` would hide ``domain``."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


MACHINE_PATH: Final = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/")


def machine_paths(text: str) -> list[str]:
    """Paths that exist on one machine only."""
    return MACHINE_PATH.findall(text)


def test_documents_name_no_paths_of_one_machine() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "Makefile", *ROOT.glob(".ci/*")]
    documents = [path for path in documents if path.is_file()]
    for folder in ("docs", "deploy", "clients", "tests"):
        documents += (ROOT / folder).rglob("*.md")
    assert documents
    assert {path.name: machine_paths(path.read_text()) for path in documents} == {
        path.name: [] for path in documents
    }


def test_a_path_of_one_machine_is_noticed() -> None:
    assert machine_paths("see /root/notes and /home/ann/x")
    assert not machine_paths("`../shared/data`, https://example.org/work/x, tests/root/x")


TOPIC: Final = re.compile(r"(?P<aggregate>[a-z]+(-[a-z]+)*)\.[a-z]+(-[a-z]+)*\.v[1-9]\d*")


def misnamed(event: type[DomainEvent], aggregate: str) -> str | None:
    """What is wrong with an event's permanent name."""
    match = TOPIC.fullmatch(event.TOPIC)
    if match is None:
        return f"{event.TOPIC} is not <aggregate>.<event>.v<version>"
    kebab = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", aggregate).lower()
    if match["aggregate"] != kebab:
        return f"{event.TOPIC} is not an event of {kebab}"
    return None


def unstorable(event: type[DomainEvent]) -> str | None:
    """What keeps an event class from being stored as all are."""
    if not event.__struct_config__.frozen:
        return f"{event.__qualname__} can be changed after it happened"
    if not event.__struct_config__.array_like:
        return f"{event.__qualname__} would be stored with its field names"
    if event.__struct_config__.forbid_unknown_fields:
        return f"{event.__qualname__} could not be read by the program before"
    return None


class Thawed(DomainEvent, frozen=True, array_like=True):
    """An event under a name of the wrong form."""

    TOPIC = "Thawed"


def test_every_event_has_a_permanent_name_in_the_right_form() -> None:
    faults = [misnamed(event, kind.TOPIC) for kind in AGGREGATES for event in events_of(kind)]
    assert [fault for fault in faults if fault] == []
    assert misnamed(Thawed, "Ice") == "Thawed is not <aggregate>.<event>.v<version>"
    paused = CATALOGUE.types[next(name for name in CATALOGUE.types if "paused" in name)]
    assert misnamed(paused, "Trade") is not None


def test_every_event_class_stays_frozen_and_an_array() -> None:
    """The decorator of the event library makes subclasses, which must not lose either."""
    faults = [unstorable(event) for kind in AGGREGATES for event in events_of(kind)]
    assert [fault for fault in faults if fault] == []


def test_an_event_class_that_lost_its_form_is_noticed() -> None:
    mapped = type("Mapped", (DomainEvent,), {"TOPIC": "x.mapped.v1"}, array_like=False)
    assert unstorable(mapped) is not None
    assert unstorable(Thawed) is None


def test_no_two_events_share_a_name() -> None:
    declared = [event.TOPIC for kind in AGGREGATES for event in events_of(kind)]
    assert len(declared) == len(set(declared)) == len(CATALOGUE.types)


def test_every_event_begins_with_what_proves_where_it_belongs() -> None:
    """Stream, version and time come first in the stored bytes, of every type there will be."""
    header = ("originator_id", "originator_version", "timestamp")
    for event in CATALOGUE.types.values():
        assert event.__struct_fields__[:3] == header
        if issubclass(event, Created):
            assert event.__struct_fields__[3] == "originator_topic"
    thawed = Thawed(UUID(int=1), 1, datetime.min)
    assert thawed.__struct_fields__ == header


def test_every_event_type_has_a_golden_file() -> None:
    """`tests/golden` says more; this one is read by whoever looks for the rules."""
    golden = ROOT / "tests" / "golden"
    for name in CATALOGUE.types:
        assert (golden / f"{name}.msgpack").exists()
        assert (golden / f"{name}.json").exists()
