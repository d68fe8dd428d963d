"""Names in a template that do not exist, found without rendering it: also in branches that nobody takes.

Every expression gets a kind as far as it can be told (`person`, `date`, `text`...; None where it cannot), and
every attribute is looked up in the list of that kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from prospector.core.errors import near_miss
from prospector.intake.columns.merge_tags import field_of
from prospector.normalise.roles import DEPARTMENTS
from prospector.segments.criteria.signals import SIGNALS
from prospector.sequences.environment import LOOP_NAMES, MAX_LOOPS, MAX_STEPS, TESTS, TEXT_METHODS
from prospector.sequences.filters import FILTERS
from prospector.sequences.view import METHODS
from prospector.sequences.views import CUSTOM, TOP_LEVEL, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from prospector.core.fields import Subject
    from prospector.sequences.environment import SequenceEnvironment

LISTS = {"openings": "opening", "signals": "signal"}
"""Kinds of lists, and the kind of their entries."""

_LISTING_FILTERS = {"first", "last"}
_NUMBER_FILTERS = {"length", "round"}
_KEEPING_FILTERS = {"fallback", "default"}

Scope = dict[str, "str | None"]


class Fault(NamedTuple):
    """What is wrong, in which template (by its name in the environment), on which line of its file."""

    template: str
    line: int
    what: str
    hint: str


class NameCheck:
    """Walks templates of one environment and collects faults."""

    def __init__(
        self,
        environment: SequenceEnvironment,
        sources: Mapping[str, str],
        snippets: Iterable[str],
        custom: Callable[[Subject], tuple[str, ...]],
    ) -> None:
        self._environment = environment
        self._sources = sources
        self._snippets = list(snippets)
        self._custom = custom
        self._stack: list[str] = []
        self._loops = 0
        self._left = MAX_STEPS
        self._trees: dict[str, tuple[nodes.Template, int]] = {}
        self._faults: dict[Fault, None] = {}

    def faults(self, template: str) -> list[Fault]:
        """All faults of a template and of what it includes, in the order of the text."""
        self._faults = {}
        self._left = MAX_STEPS
        self._template(template, {})
        return list(self._faults)

    def _fault(self, node: nodes.Node, what: str, hint: str) -> None:
        self._faults[Fault(self._stack[-1], node.lineno, what, hint)] = None

    def _unknown(self, node: nodes.Node, name: str, owner: str, known: Iterable[str], ours: str = "") -> None:
        names = list(known)
        hint = near_miss(name[:80], names) or (f"write {ours}" if ours else f"known: {', '.join(names)}")
        self._fault(node, f'{owner} "{name[:80]}"', hint)

    def _template(self, name: str, scope: Scope) -> None:
        self._stack.append(name)
        try:
            tree, weight = self._parsed(name)
        except TemplateSyntaxError as error:
            self._faults[Fault(name, error.lineno, error.message or "not readable", SYNTAX_HINT)] = None
        else:
            self._left -= weight
            if self._left >= 0:
                self._statements(tree.body, scope)
            elif self._stack[1:]:
                what = f"more than {MAX_STEPS:,} steps in one text: partials multiply"
                self._faults[Fault(self._stack[0], 1, what, "include fewer partials in partials")] = None
        self._stack.pop()

    def _parsed(self, name: str) -> tuple[nodes.Template, int]:
        """A template, and how many parts it has; a partial may be included many times."""
        if name not in self._trees:
            tree = self._environment.parse(self._sources[name], name)
            self._trees[name] = tree, sum(1 for _ in tree.find_all(nodes.Node))
        return self._trees[name]

    # Statements

    def _statements(self, statements: Iterable[nodes.Node], scope: Scope) -> None:
        for node in statements:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self._printed(part, scope)
            elif isinstance(node, nodes.If):
                self._if(node, scope)
            elif isinstance(node, nodes.For):
                self._for(node, dict(scope))
            elif isinstance(node, nodes.Assign):
                self._bind(node.target, self._kind(node.node, scope), scope)
            elif isinstance(node, nodes.With):
                self._with(node, dict(scope))
            elif isinstance(node, nodes.Include):
                self._include(node, dict(scope))

    def _printed(self, node: nodes.Node, scope: Scope) -> None:
        kind = self._kind(node, scope)
        if kind in METHODS:
            self._fault(node, "a function cannot be printed", 'call it, such as company.uses("HubSpot")')
        elif kind in LISTS:
            self._fault(node, "a list cannot be printed", 'write {{ the_list | first }} or | join(", ")')
        elif kind in CUSTOM:
            self._fault(node, f"{kind} cannot be printed", f"print one of its names: {kind}.NAME")

    def _if(self, node: nodes.If, scope: Scope) -> None:
        branches = []
        for branch in (node, *node.elif_):
            self._kind(branch.test, scope)
            branches.append(branch.body)
        ends = []
        for body in (*branches, node.else_):
            inner = dict(scope)
            self._statements(body, inner)
            ends.append(inner)
        # A name that only one branch sets does not exist for the people of the other.
        for name in set(ends[0]).intersection(*ends[1:]):
            scope[name] = ends[0][name]

    def _for(self, node: nodes.For, scope: Scope) -> None:
        listed = self._kind(node.iter, scope)
        if listed in METHODS:
            self._fault(node.iter, "a function is no list", "call it, such as company.openings()")
        self._bind(node.target, LISTS.get(listed or ""), scope)
        self._loops += 1
        if self._loops > MAX_LOOPS:
            self._fault(node, f"loops nested more than {MAX_LOOPS} deep", "take the inner loop out")
        if node.test:
            self._kind(node.test, scope)
        self._statements(node.body, scope | {"loop": "loop"})
        self._loops -= 1
        self._statements(node.else_, scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self._kind(value, scope), scope)
        self._statements(node.body, scope)

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        partials = [source for source in self._sources if source.startswith("_")]
        if not isinstance(name, str):
            self._fault(node, "include takes the name of a partial", 'write {% include "_signature.md" %}')
        elif name not in partials:
            self._unknown(node, name, "no partial", partials)
        elif name in self._stack:
            self._fault(node, f"{name} includes itself", "take one of the includes out")
        elif len(self._stack) > MAX_INCLUDES:
            self._fault(node, "partials nested too deeply", f"at most {MAX_INCLUDES} levels")
        else:
            self._template(name, scope)

    def _bind(self, target: nodes.Node, kind: str | None, scope: Scope) -> None:
        for name in target.find_all(nodes.Name):
            scope[name.name] = None
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
            if target.name in TOP_LEVEL:
                self._fault(target, f'"{target.name}" is a name of every template', "choose another name")

    # Expressions

    def _kind(self, node: nodes.Node, scope: Scope) -> str | None:
        """The kind of an expression; faults inside it are collected on the way."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)
        if isinstance(node, nodes.Getattr):
            return self._attribute(node, self._owner(node, scope), node.attr)
        if isinstance(node, nodes.Getitem):
            return self._item(node, scope)
        if isinstance(node, nodes.Call):
            return self._call(node, scope)
        if isinstance(node, nodes.Filter):
            return self._filter(node, scope)
        if isinstance(node, nodes.Test):
            self._test(node)
        if isinstance(node, nodes.Const):
            return "text" if isinstance(node.value, str) else None
        self._children(node, scope)
        return None

    def _children(self, node: nodes.Node, scope: Scope) -> None:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                self._kind(child, scope)
            else:
                self._children(child, scope)

    def _owner(self, node: nodes.Getattr, scope: Scope) -> str | None:
        if isinstance(node.node, nodes.Name):
            return self._name(node.node, scope, f".{node.attr}")
        return self._kind(node.node, scope)

    def _name(self, node: nodes.Name, scope: Scope, more: str = "") -> str | None:
        """The kind of a name; `more` is what is asked of it, by which another program's name is understood."""
        if node.name in scope:
            return scope[node.name]
        if node.name not in TOP_LEVEL and node.name != "range":
            ours = field_of(node.name + more) or field_of(node.name)
            self._unknown(node, node.name, "no name", [*TOP_LEVEL, *scope], ours)
        return TOP_LEVEL.get(node.name)

    def _attribute(self, node: nodes.Expr, kind: str | None, name: str) -> str | None:
        if kind is None:
            return None
        names = self._names_of(kind)
        if kind in CUSTOM and not names:
            return "text"
        if name not in names:
            self._unknown(node, name, f"{kind.removesuffix('()')} has no", names)
        return names.get(name)

    def _names_of(self, kind: str) -> Mapping[str, str | None]:
        if kind == "snippets":
            return dict.fromkeys(self._snippets, "text")
        if kind in CUSTOM:
            return dict.fromkeys(self._custom(CUSTOM[kind]), "text")
        if kind in VIEWS:
            return dict(VIEWS[kind].names)
        if kind in ("text", "url"):
            return dict.fromkeys(sorted(TEXT_METHODS))
        return dict.fromkeys(sorted(LOOP_NAMES)) if kind == "loop" else {}

    def _item(self, node: nodes.Getitem, scope: Scope) -> str | None:
        kind = self._kind(node.node, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._attribute(node, kind, node.arg.value)
        self._children(node.arg, scope)
        if isinstance(node.arg, nodes.Slice):
            return kind
        return LISTS.get(kind or "")

    def _call(self, node: nodes.Call, scope: Scope) -> str | None:
        kind = self._kind(node.node, scope)
        for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self._kind(argument, scope)
        if kind == "openings()":
            self._one_of(node, DEPARTMENTS, "no department")
        if kind == "signals()":
            self._one_of(node, SIGNALS, "no kind of signal")
        return METHODS.get(kind or "")

    def _one_of(self, node: nodes.Call, known: Collection[str], fault: str) -> None:
        for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                key = argument.value.strip().lower().replace(" ", "_").replace("-", "_")
                if key not in known:
                    self._unknown(argument, argument.value, fault, sorted(known))

    def _filter(self, node: nodes.Filter, scope: Scope) -> str | None:
        kind = self._kind(node.node, scope) if node.node else None
        for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self._kind(argument, scope)
        if node.name not in FILTERS:
            self._unknown(node, node.name, "no filter", [name for name in FILTERS if name[0] != "_"])
        if node.name in _LISTING_FILTERS:
            return LISTS.get(kind or "", kind)
        if node.name in _KEEPING_FILTERS:
            return kind if kind == "text" else None
        return None if node.name in _NUMBER_FILTERS else "text"

    def _test(self, node: nodes.Test) -> None:
        if node.name in ("defined", "undefined", "none"):
            hint = "every name here is defined; write {% if person.city %}, or `is blank`"
            self._fault(node, f'no test "{node.name}"', hint)
        elif node.name not in (*TESTS, "blank"):
            self._unknown(node, node.name, "no test", [*TESTS, "blank"])


MAX_INCLUDES = 4
"""How deep partials may include partials."""

SYNTAX_HINT = "check the braces, and that each {% if %} and {% for %} has its end"
