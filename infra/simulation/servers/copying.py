"""A copy of a living world with other luck, so that a fork is a chain of its own."""

import importlib
import io
import pickle
import random
import sys
from types import CellType, CodeType, FunctionType
from typing import Any, Final

from infra.simulation.world.chain import World

WORLD: Final = "infra.simulation.world"
RECURSION_MAX: Final = 100_000
"""Frames a deep web of accounts, holders and agents may take while it is written down."""


def diverging_copy(world: World, label: str) -> World:
    """The same world with other luck: every random generator in it is seeded by ``label``.

    Nothing is shared with the original, closures included, so neither can disturb the other.
    """
    buffer = io.BytesIO()
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(RECURSION_MAX)
    try:
        pickler = _Diverging(buffer, label)
        pickler.dump(world)
    finally:
        sys.setrecursionlimit(before)
    buffer.seek(0)
    unpickler = pickle.Unpickler(buffer)  # noqa: S301 - our own bytes, just written
    unpickler.persistent_load = pickler.shared.__getitem__  # type: ignore[method-assign]
    copy: World = unpickler.load()
    return copy


class _Diverging(pickle.Pickler):
    """Pickles everything, also closures; random generators come out freshly seeded."""

    def __init__(self, buffer: io.BytesIO, label: str) -> None:
        super().__init__(buffer, pickle.HIGHEST_PROTOCOL)
        self._label = label
        self._generators = 0
        self._constants = _module_constants()
        self.shared: list[object] = []

    def persistent_id(self, value: object) -> int | None:
        """Code and what modules name never change, so the copy uses the same."""
        if type(value) is not CodeType and id(value) not in self._constants:
            return None
        self.shared.append(value)
        return len(self.shared) - 1

    def reducer_override(self, value: object) -> Any:  # typeshed's union is out of reach
        """How to rebuild what pickle cannot, and generators; NotImplemented for the rest."""
        if type(value) is random.Random:
            self._generators += 1
            return random.Random, (f"{self._label}/{self._generators}",)
        if type(value) is CellType:
            return _empty_cell, (), _contents(value), None, None, _fill_cell
        if type(value) is FunctionType and (value.__closure__ or "<" in value.__qualname__):
            made = value.__code__, value.__module__, value.__defaults__, value.__kwdefaults__
            return _function, (*made, value.__closure__)
        return NotImplemented


def _module_constants() -> frozenset[int]:
    """The identities of the objects that the world's modules name, programs above all."""
    named: set[int] = set()
    for name, module in list(sys.modules.items()):
        if name.startswith(WORLD):
            for value in vars(module).values():
                members = value if isinstance(value, tuple | list) else (value,)
                named.update(id(v) for v in members if type(v).__module__.startswith(WORLD))
    return frozenset(named)


def _contents(cell: CellType) -> tuple[object, ...]:
    try:
        return (cell.cell_contents,)
    except ValueError:  # a name that is not bound yet
        return ()


def _fill_cell(cell: CellType, contents: tuple[object, ...]) -> None:
    if contents:
        (cell.cell_contents,) = contents


def _empty_cell() -> CellType:
    """A cell whose contents come later: they may refer back to it."""
    return CellType()


def _function(
    code: CodeType,
    module: str,
    defaults: tuple[object, ...] | None,
    keyword_defaults: dict[str, object] | None,
    closure: tuple[CellType, ...] | None,
) -> FunctionType:
    names = vars(importlib.import_module(module))
    made = FunctionType(code, names, code.co_name, defaults, closure)
    made.__kwdefaults__ = keyword_defaults
    return made
