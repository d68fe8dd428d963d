"""The template language, fenced in: Jinja's sandbox with fewer words and with limits on size.

What a template may use is listed here: filters, tests, the functions of the views, a few methods of text.
Everything else is refused, with the file and the line. Sizes are bounded before they are allocated: Jinja's
own sandbox would happily build a gigabyte from `{{ "a" * 10**9 }}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from prospector.sequences.filters import FILTERS, STEPS, as_text, bounded, count_signs
from prospector.sequences.inlining import Inlining
from prospector.sequences.values import Blank
from prospector.sequences.view import UnknownName, View, ViewList, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

SLOTS = "_slots"
"""The hidden name under which a rendering's `Slots.mark` travels; no template can ask for it."""

MAX_STEPS = 200_000
"""How many parts of templates one text may run: about a fifth of a second, and hundreds of times what a mail needs."""

MAX_OUTPUT = 100_000
"""The longest touch, in characters."""

MAX_RANGE = 100
"""How often a loop over `range()` may run."""

MAX_LOOPS = 2
"""How deep loops may be nested, partials included."""

MAX_NUMBER = 10**12

_ENDLESS = (float("inf"),)
"""What Python makes of `1e999`."""

TEXT_METHODS = frozenset({"capitalize", "endswith", "lower", "startswith", "strip", "title", "upper"})
LOOP_NAMES = frozenset({"first", "index", "index0", "last", "length"})
ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.Assign,
    nodes.Include,
    nodes.With,
    nodes.Expr,
    nodes.Keyword,
    nodes.Operand,
)
REFUSED_NODES = (nodes.Dict, nodes.NSRef, nodes.MarkSafe, nodes.MarkSafeIfAutoescape)
TESTS = (
    "divisibleby",
    "eq",
    "even",
    "ge",
    "gt",
    "in",
    "le",
    "lt",
    "ne",
    "odd",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
)


_TAG = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}")


class Steps:
    """What a rendering may still do. A clock would let a slow machine refuse what a fast one renders."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def take(self, count: int) -> None:
        """Count some steps before they are done."""
        self.left -= count
        if self.left < 0:
            raise SecurityError(f"more than {MAX_STEPS:,} steps in one text: loops and includes multiply")


def capped_range(*bounds: int) -> range:
    """`range` of at most `MAX_RANGE` numbers."""
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"range of {len(numbers):,} numbers; at most {MAX_RANGE}")
    return numbers


class SequenceEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox with the words above. `sources` are the templates by name; nothing else can be loaded."""

    intercepted_binops: frozenset[str] = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops: frozenset[str] = frozenset({"-", "+"})

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=DictLoader(sources),
            undefined=StrictUndefined,
            finalize=_finalize,
            auto_reload=False,
        )
        self._sources = sources
        self.partials = tuple(name for name in sources if name[:1] == "_")
        """Templates that others include, in the order by which `place_of` tells them."""
        self.globals = {"range": capped_range}
        self.filters = {**FILTERS, STEPS: _counted}
        self.tests = {name: self.tests[name] for name in TESTS} | {"blank": _is_blank}

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """The source, of which lines that hold only tags leave no empty line behind."""
        return super().preprocess(lines_of_tags_closed(source), name, filename)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except RecursionError:
            raise TemplateSyntaxError("brackets nested too deeply", 1, name, filename) from None
        refuse_nodes(tree, name, filename)
        return _Bounds().visit(tree)  # type: ignore[no-any-return]

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        numbers = {name: number for number, name in enumerate(self.partials, start=1)}
        whole = Inlining(numbers, lambda name: self._parse(self._sources[name], name, None)).visit(source)
        return super()._generate(_count_steps(whole), *arguments, **named)

    def reads(self, source: str) -> bool:
        """Whether this is a template at all; which names there are is another question."""
        try:
            self.parse(source)
        except TemplateSyntaxError:
            return False
        return True

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute by the views' own lists; see `View.look_up`."""
        if isinstance(obj, View):
            return obj.look_up(attribute)
        if isinstance(obj, Blank):
            return Blank(f"{obj.field}.{attribute}", why=obj.why)
        if isinstance(obj, str) and attribute in TEXT_METHODS:
            return getattr(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP_NAMES:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)  # raises with the name that is missing
        raise unknown_name(attribute, "a text" if isinstance(obj, str) else "this value", TEXT_METHODS)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a list, a part of a text, or a name of a view written in brackets."""
        if isinstance(obj, Blank):
            return obj
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, ViewList) and isinstance(argument, int):
            return obj.at(argument)
        if isinstance(obj, str | list | tuple) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return Blank("an entry of a list")
        raise UnknownName("this value has no entries", "use a name of person, company, sender or touch")

    def is_safe_callable(self, obj: Any) -> bool:
        """Functions of views, `range`, and the listed methods of text; nothing else."""
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, View):
            return True
        return obj is capped_range or (type(owner) is str and obj.__name__ in TEXT_METHODS)

    def call(self, context: Context, obj: Any, *arguments: Any, **named: Any) -> Any:
        """What a function or a method gives; the signs that a method goes through are counted."""
        count_signs(context, getattr(obj, "__self__", None))
        return super().call(context, obj, *arguments, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A sum of two numbers within limits; blank if a side is blank."""
        if isinstance(left, Blank) or isinstance(right, Blank):
            return left if isinstance(left, Blank) else right
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return bounded(left, right)
        for side in (left, right):
            if not isinstance(side, int | float) or abs(side) > MAX_NUMBER:
                raise SecurityError(f"`{operator}` takes two numbers")
        if operator == "**":
            raise SecurityError("`**` is not part of the template language")
        return super().call_binop(context, operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """The sign of a number."""
        return arg if isinstance(arg, Blank) else super().call_unop(context, operator, arg)


def refuse_nodes(tree: nodes.Template, name: str | None, filename: str | None) -> None:
    """Refuse the parts of Jinja that sequences have no use for: macros, imports, blocks, dictionaries."""
    for node in tree.find_all(nodes.Node):
        allowed = isinstance(node, ALLOWED_NODES) and not isinstance(node, REFUSED_NODES)
        recursive = isinstance(node, nodes.For) and node.recursive
        if isinstance(node, nodes.Const) and node.value in _ENDLESS:
            raise TemplateSyntaxError("a number without end", node.lineno, name, filename)
        if not allowed or recursive:
            word = type(node).__name__.lower()
            raise TemplateSyntaxError(
                f"{word} is not part of the template language", node.lineno, name, filename
            )


def lines_of_tags_closed(source: str) -> str:
    """Moves the line break after a line that holds only tags into its last tag, where it is not printed.

    Jinja's own `trim_blocks` would also join a line that merely ends in `{% endif %}` with the next one. An
    include prints something, so its line keeps its break. Line numbers stay as they are.
    """
    lines = source.split("\n")
    for number, line in enumerate(lines[:-1]):
        tags = line.strip()
        if tags.startswith(("{%", "{#")) and not _TAG.sub("", tags).strip() and "include" not in tags:
            lines[number] = f"{tags[:-2]}\n{tags[-2:]}"
        else:
            lines[number] = f"{line}\n"
    return "".join(lines)


class _Bounds(NodeTransformer):
    """Turns `a ~ b` into a filter, whose result is bounded, and keeps lists out of lists.

    Forty lists that each hold the one before twice are more entries than any comparison could go through.
    """

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        parts = [self.visit(part) for part in node.nodes]
        return nodes.Filter(parts[0], "_joined", parts[1:], [], None, None, lineno=node.lineno)

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return nodes.List([self._entry(item) for item in node.items], lineno=node.lineno)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        if node.ctx != "load":
            return node  # the names of a `for` or `set`
        return nodes.Tuple([self._entry(item) for item in node.items], "load", lineno=node.lineno)

    def _entry(self, item: nodes.Expr) -> nodes.Expr:
        inner = self.visit(item)
        if isinstance(inner, nodes.Const):
            return inner
        return nodes.Filter(inner, "_single", [], [], None, None, lineno=item.lineno)


def _count_steps(tree: nodes.Template) -> nodes.Template:
    """The template, which counts its parts when it runs, and those of a loop's body for each entry of the list."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _counting(loop.iter, sum(1 for part in loop.body for _ in part.find_all(nodes.Node)) + 1)
    weight = sum(1 for _ in tree.find_all(nodes.Node)) + 1
    tree.body.insert(0, nodes.ExprStmt(_counting(nodes.Const("."), weight), lineno=1))
    return tree


def _counting(value: nodes.Node, weight: int) -> nodes.Filter:
    assert isinstance(value, nodes.Expr)
    return nodes.Filter(value, STEPS, [nodes.Const(weight)], [], None, None, lineno=value.lineno or 1)


@pass_context
def _counted(context: Context, value: Any, weight: int) -> Any:
    """The value; what will be done for each of its entries is counted first."""
    context.parent[STEPS].take(weight * len(value) if hasattr(value, "__len__") else weight)
    return value


def _is_blank(value: object) -> bool:
    """Whether a known name has no value."""
    return isinstance(value, Blank) or value == ""


@pass_context
def _finalize(context: Context, value: object) -> str:
    """What `{{ value }}` writes: a mark, for which the value is filled in when Markdown has been read."""
    mark: Callable[[str], str] = context.parent[SLOTS]
    return mark(value if type(value) is str else as_text(value))
