"""An option that takes one value is written once: of two, one would be left out in silence."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperOption

from prospector.core.errors import UsageError


class OnceEach(TyperCommand):
    """A command that refuses an option given twice, unless it takes several values or none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; `UsageError` for the second of two values."""
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(args=list(args))
            for place, one in enumerate(given):
                if isinstance(one, TyperOption) and not _may_repeat(one) and one in given[:place]:
                    raise UsageError(f"{one.opts[0]} is given twice", hint="give it once")
        return super().parse_args(ctx, args)


def _may_repeat(option: TyperOption) -> bool:
    return option.multiple or option.is_flag or option.count
