"""The type of each expression in contract SQL, and the expressions rewritten that need it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from sqlglot import exp

from spectra_gx.contract.sql.calculations import Calculations, Frame, Outputs, Tables
from spectra_gx.contract.sql.comparability import Comparability, require_comparable
from spectra_gx.contract.sql.datafusion_dialect import bare_argument, is_text, show_node
from spectra_gx.contract.sql.function_types import (
    CHOOSING,
    FINDING,
    ORDERING,
    PARTS,
    check_given,
    result_of,
)
from spectra_gx.contract.sql.in_lists import expand_in_list, is_constant
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import (
    BOOLEAN,
    NULL,
    OPAQUE,
    SHORT_COUNT,
    SPAN,
    TEXT,
    TIMESTAMP,
    SqlType,
    TypeClass,
    nested_type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Expressions(Calculations):
    """Finds the type of each expression."""

    def __init__(self) -> None:
        super().__init__()
        self._comparability = Comparability(self._numbers)

    @abstractmethod
    def query(self, node: Any, outer: Frame | None, ctes: Tables) -> Outputs:
        """Return what a query returns, each column with its type."""

    def raw(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of an expression; whole numbers in it may be wider."""
        read = next((self._READ[kind] for kind in type(node).__mro__ if kind in self._READ), None)
        if read is not None:
            return read(self, node, frame)
        self._visit_parts(node, frame)
        return OPAQUE

    def _visit(self, node: Any, frame: Frame) -> None:
        """Visit the parts of a clause, which has no type of its own."""
        if isinstance(node, _CLAUSES):
            self._visit_parts(node, frame)
        elif node is not None:
            self.kind(node, frame)

    def _visit_parts(self, node: Any, frame: Frame) -> None:
        for part in list(node.iter_expressions()):
            self._visit(part, frame)

    def _kinds(self, nodes: Sequence[Any], frame: Frame) -> list[SqlType]:
        return [self.raw(node, frame) for node in nodes]

    def _column(self, node: Any, frame: Frame) -> SqlType:
        if isinstance(node.this, exp.Star):
            return OPAQUE
        level: Frame | None = frame
        while level is not None:
            for alias, held in level.sources.items():
                if node.table in ("", alias) and node.name in held:
                    return held[node.name]
            if not node.table and node.name in level.aliases:
                return level.aliases[node.name]
            level = level.outer
        return OPAQUE

    def _literal(self, node: Any, frame: Frame) -> SqlType:
        del frame
        return self._numbers.literal(node)

    def _truth(self, node: Any, frame: Frame) -> SqlType:
        self._visit_parts(node, frame)
        return BOOLEAN

    def _connected(self, node: Any, frame: Frame) -> SqlType:
        for part in node.flatten():
            self._visit(part, frame)
        return BOOLEAN

    def _null(self, node: Any, frame: Frame) -> SqlType:
        del node, frame
        return NULL

    def _text(self, node: Any, frame: Frame) -> SqlType:
        self._visit_parts(node, frame)
        return TEXT

    def _place(self, node: Any, frame: Frame) -> SqlType:
        self._visit_parts(node, frame)
        return SHORT_COUNT

    def _inside(self, node: Any, frame: Frame) -> SqlType:
        return self.raw(node.this, frame)

    def _around_aggregate(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of an aggregate with FILTER, OVER or WITHIN GROUP, which stays as is."""
        kind = self.raw(node.this, frame)
        for name in ("expression", "partition_by", "order"):
            part = node.args.get(name)
            for one in part if isinstance(part, list) else [part]:
                self._visit(one, frame)
        return kind

    def _compare(self, node: Any, frame: Frame) -> SqlType:
        operands = [
            part
            for name in ("this", "expression", "low", "high")
            if (part := node.args.get(name)) is not None
        ]
        self._compared([*operands, *node.expressions], node, frame)
        return BOOLEAN

    def _compared(self, operands: Sequence[Any], node: Any, frame: Frame) -> None:
        tuples = [operand for operand in operands if isinstance(operand, exp.Tuple)]
        if tuples:
            if len({len(one.expressions) for one in tuples}) > 1 or len(tuples) < len(operands):
                raise SqlRefused(f"{show_node(node)} compares rows with something else")
            for column in zip(*(one.expressions for one in tuples), strict=True):
                self._compared(column, node, frame)
            return
        self._comparability.compared(operands, self._kinds(operands, frame), show_node(node))

    def _in(self, node: Any, frame: Frame) -> SqlType:
        query = node.args.get("query")
        if query is None:
            self._compare(node, frame)
            if not all(map(is_constant, node.expressions)):
                self._numbers.put(node, expand_in_list(node))
            return BOOLEAN
        kinds = [kind for _, kind in self._subquery(query, frame)]
        inside = node.this.expressions if isinstance(node.this, exp.Tuple) else [node.this]
        for operand, kind in zip(inside, kinds, strict=False):
            require_comparable([self.kind(operand, frame), kind], show_node(node), "compares")
        return BOOLEAN

    def _subquery(self, node: Any, frame: Frame) -> Outputs:
        return self.query(node, frame, frame.ctes)

    def _single(self, node: Any, frame: Frame) -> SqlType:
        outputs = self._subquery(node, frame)
        return outputs[0][1] if outputs else OPAQUE

    def _exists(self, node: Any, frame: Frame) -> SqlType:
        self._subquery(node.this, frame)
        return BOOLEAN

    def _any(self, node: Any, frame: Frame) -> SqlType:
        if isinstance(node.this, exp.Query):
            return self._single(node.this, frame)
        return nested_type(self.raw(node.this.unnest(), frame), None)

    def _case(self, node: Any, frame: Frame) -> SqlType:
        ifs = node.args["ifs"]
        if node.this is not None:
            self._compared([node.this, *(one.this for one in ifs)], node, frame)
        else:
            for one in ifs:
                self._visit(one.this, frame)
        results = [one.args["true"] for one in ifs]
        default = node.args.get("default")
        return self._chosen([*results, *([] if default is None else [default])], node, frame)

    def _chosen(self, operands: Sequence[Any], node: Any, frame: Frame) -> SqlType:
        kinds = self._kinds(operands, frame)
        ordered = isinstance(node, exp.Anonymous) and node.name.lower() in ORDERING
        return self._comparability.chosen(operands, kinds, show_node(node), ordered=ordered)

    def _bracket(self, node: Any, frame: Frame) -> SqlType:
        holder = self.raw(node.this, frame)
        for part in node.expressions:
            self._visit(part, frame)
        [step, *more] = node.expressions
        if more or isinstance(step, exp.Slice):
            return holder
        return nested_type(holder, step.name if is_text(step) else None)

    def _extract(self, node: Any, frame: Frame) -> SqlType:
        kind = self.kind(node.expression, frame)
        check_given("date_part", [kind], show_node(node))
        return PARTS.get(node.name.lower(), SHORT_COUNT)

    def _zoned(self, node: Any, frame: Frame) -> SqlType:
        self._visit_parts(node, frame)
        return TIMESTAMP

    def _span(self, node: Any, frame: Frame) -> SqlType:
        del node, frame
        return SPAN

    def _function(self, node: Any, frame: Frame) -> SqlType:
        name = node.name.lower()
        arguments = [
            bare_argument(one) for one in node.expressions if not isinstance(one, exp.Star)
        ]
        for wrapper in node.expressions:
            self._visit_orders(wrapper, frame)
        if name in CHOOSING:
            return self._choose(name, arguments, node, frame)
        if name in self._numbers.AGGREGATES and arguments:
            kind = self.raw(arguments[0], frame)
            check_given(name, [kind], show_node(node))
            return self._numbers.aggregated(name, arguments[0], kind)
        if name in FINDING:
            holder, sought = (self.kind(one, frame) for one in arguments[:2])
            require_comparable([nested_type(holder, None), sought], show_node(node), "compares")
            return BOOLEAN
        kinds = [self.kind(one, frame) for one in arguments]
        if name in ("max", "min") and kinds and kinds[0].type_class is TypeClass.FLOAT:
            self._comparability.with_one_nan(arguments[0], kinds[0])
        texts = [one.name if is_text(one) else None for one in arguments]
        return result_of(name, kinds, texts, show_node(node))

    def _choose(self, name: str, arguments: list[Any], node: Any, frame: Frame) -> SqlType:
        chosen = arguments[CHOOSING[name]]
        for one in arguments:
            if not any(one is other for other in chosen):
                self._visit(one, frame)
        return self._chosen(chosen, node, frame)

    def _visit_orders(self, wrapper: Any, frame: Frame) -> None:
        if isinstance(wrapper, exp.Order):
            for one in wrapper.expressions:
                self._visit(one, frame)

    _READ: ClassVar[Mapping[type, Callable[[Expressions, Any, Frame], SqlType]]] = {
        **dict.fromkeys(
            (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
            _compare,
        ),
        exp.Between: _compare,
        **dict.fromkeys((exp.Predicate, exp.Not, exp.Boolean), _truth),
        exp.Connector: _connected,
        **dict.fromkeys((exp.Trim, exp.Substring, exp.Overlay, exp.DPipe, exp.GroupConcat), _text),
        **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), Calculations.calculate),
        **dict.fromkeys((exp.BitwiseAnd, exp.BitwiseOr), Calculations.bitwise),
        **dict.fromkeys((exp.Window, exp.Filter, exp.WithinGroup), _around_aggregate),
        **dict.fromkeys((exp.Paren, exp.IgnoreNulls, exp.RespectNulls), _inside),
        **dict.fromkeys((exp.Subquery, exp.Query), _single),
        **dict.fromkeys((exp.Any, exp.All), _any),
        exp.In: _in,
        exp.Exists: _exists,
        exp.Column: _column,
        exp.Literal: _literal,
        exp.Null: _null,
        exp.Neg: Calculations.negate,
        exp.Case: _case,
        exp.Cast: Calculations.cast,
        exp.Bracket: _bracket,
        exp.StrPosition: _place,
        exp.Extract: _extract,
        exp.AtTimeZone: _zoned,
        exp.Interval: _span,
        exp.Anonymous: _function,
    }
    """Kind of node → what finds its type; the nearest of its classes counts."""


_CLAUSES = (
    *(exp.Where, exp.Having, exp.Qualify, exp.Group, exp.Order, exp.Ordered, exp.Distinct),
    *(exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple, exp.Identifier, exp.Var, exp.DataType),
)
