"""Charts of named rows: a name at the left, what belongs to it on a level scale, a number at the right."""

from __future__ import annotations

from collections.abc import Sequence

from nwl_opt.charts.drawing import Label, Line
from nwl_opt.charts.frame import EDGE, LETTER, LINE_HEIGHT, WIDTH, Frame, level_axis, name_beside, room_for_names
from nwl_opt.charts.letters import text_width
from nwl_opt.charts.scales import Axis, Scale, scale_for

ROW_HEIGHT = 34.0
BAR_HEIGHT = 20.0
_AXIS_ROOM = 2 * LINE_HEIGHT + 2 * EDGE
_LEAST_RIGHT = 44.0


class Rows:
    """Where each row stands, and the scale they share; `numbers` are written right of the plot."""

    def __init__(self, names: Sequence[str], numbers: Sequence[str], values: Sequence[float], axis: Axis) -> None:
        left = room_for_names(names)
        widest = max((text_width(number, LETTER) for number in numbers), default=0.0)
        right = WIDTH - max(_LEAST_RIGHT, widest + 2 * EDGE)
        self._frame = Frame(left, EDGE, round(right, 1), EDGE + ROW_HEIGHT * max(len(names), 1))
        self.scale: Scale = scale_for(values, axis.from_zero, self._frame.left, self._frame.right)
        self._names, self._numbers, self._axis = names, numbers, axis

    @property
    def height(self) -> float:
        """How high the picture is."""
        return round(self._frame.bottom + _AXIS_ROOM, 1)

    def top_of(self, row: int) -> float:
        """Where the bar of a row begins."""
        return round(EDGE + ROW_HEIGHT * row + (ROW_HEIGHT - BAR_HEIGHT) / 2, 1)

    def ground(self) -> tuple[tuple[Line, ...], tuple[Label, ...]]:
        """The lines of the scale, and every text."""
        rules, labels = level_axis(self._axis, self.scale, self._frame)
        for row, (name, number) in enumerate(zip(self._names, self._numbers, strict=True)):
            centre = self.top_of(row) + BAR_HEIGHT / 2
            labels += name_beside(name, self._frame.left, centre)
            labels.append(Label(WIDTH - EDGE, round(centre + LETTER / 3, 1), number, "value", "end"))
        return tuple(rules), tuple(labels)
