"""Charts as plain shapes, for the web app and the reports alike.

`drawing` holds what stands on a picture, `letters` how much room a text takes, `scales` ticks and axes, `frame` the
ground of a chart; `lines`, `bars`, `bridge`, `swings`, `points` and `heat` each offer one kind of chart as a function
that returns a `Picture`. `setting` sets a picture as a file; pages use the macro of `templates/drawing.html`.
"""

from nwl_opt.charts.bars import bar_chart
from nwl_opt.charts.bridge import Step, waterfall
from nwl_opt.charts.drawing import Picture
from nwl_opt.charts.frame import Series
from nwl_opt.charts.heat import Cell, heat_map
from nwl_opt.charts.lines import Range, line_chart
from nwl_opt.charts.points import Point, scatter
from nwl_opt.charts.scales import Axis
from nwl_opt.charts.setting import charts_css, svg_file
from nwl_opt.charts.swings import Swing, tornado

__all__ = [
    "Axis",
    "Cell",
    "Picture",
    "Point",
    "Range",
    "Series",
    "Step",
    "Swing",
    "bar_chart",
    "charts_css",
    "heat_map",
    "line_chart",
    "scatter",
    "svg_file",
    "tornado",
    "waterfall",
]
