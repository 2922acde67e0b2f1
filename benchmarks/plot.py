# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Curves of times as SVG, drawn without a library. Times are microseconds."""
import math

COLOURS = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#117a65", "#7f8c8d", "#2c3e50",
           "#e84393", "#6c5ce7", "#a04000", "#00b894", "#636e72", "#b33771"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 520, 70, 250, 30, 50


def percentile(times, share):
    """Of nearest rank; 1 is the largest."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _time(e):
    return {-1: "0.1 µs", 0: "1 µs", 1: "10 µs", 2: "100 µs", 3: "1 ms", 4: "10 ms", 5: "100 ms",
            6: "1 s", 7: "10 s"}.get(e, f"1e{e} µs")


class _Frame:
    """Axes: `ticks` are (place from 0 to 1, label) of x; y is logarithmic."""

    def __init__(self, times, ticks, x_label):
        self.low = math.floor(math.log10(min(times)))
        self.high = math.ceil(math.log10(max(times)))
        self.high = max(self.high, self.low + 1)
        self.out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
                    'font-family="sans-serif" font-size="12">',
                    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
        self.legends = 0
        for e in range(self.low, self.high + 1):
            y = self.y(10 ** e)
            self.line(LEFT, y, WIDTH - RIGHT, y, "#dddddd")
            self.text(LEFT - 6, y + 4, _time(e), "end")
        for place, label in ticks:
            x = self.x(place)
            self.line(x, TOP, x, HEIGHT - BOTTOM, "#dddddd")
            self.text(x, HEIGHT - BOTTOM + 18, label, "middle")
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_label, "middle")

    def x(self, place):
        return LEFT + place * (WIDTH - LEFT - RIGHT)

    def y(self, time):
        return HEIGHT - BOTTOM - (math.log10(time) - self.low) / (self.high - self.low) * (
            HEIGHT - TOP - BOTTOM)

    def line(self, x0, y0, x1, y1, colour, extra=""):
        self.out.append(f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" '
                        f'stroke="{colour}"{extra}/>')

    def text(self, x, y, what, anchor="start"):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{what}</text>')

    def legend(self, name, colour, extra=""):
        y = TOP + 16 + 20 * self.legends
        x = WIDTH - RIGHT + 12
        self.line(x, y - 4, x + 22, y - 4, colour, f' stroke-width="2.5"{extra}')
        self.text(x + 28, y, name)
        self.legends += 1

    def curve(self, name, points, colour, extra=""):
        line = " ".join(f"{self.x(p):.1f},{self.y(t):.1f}" for p, t in points)
        self.out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" '
                        f'stroke-width="1.8"{extra}/>')
        self.legend(name, colour, extra)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(self.out + ["</svg>"]) + "\n")


def log_log(curves, path, x_label, proportion=False):
    """Curves are (name, [(size, time)]); with a dashed line of direct proportion if asked."""
    sizes = [x for _, points in curves for x, _ in points]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    span = max(high - low, 1e-9)
    ticks = [((e - low) / span, f"{10 ** e:,}")
             for e in range(math.ceil(low), math.floor(high) + 1)]
    frame = _Frame([t for _, points in curves for _, t in points], ticks, x_label)
    for i, (name, points) in enumerate(curves):
        frame.curve(name, [((math.log10(x) - low) / span, t) for x, t in points],
                    COLOURS[i % len(COLOURS)])
    if proportion:
        # From the lower left.
        rise = min(span, frame.high - frame.low - 0.3)
        start = 10 ** (frame.low + 0.3)
        dashes = ' stroke-dasharray="6 4"'
        frame.line(frame.x(0), frame.y(start), frame.x(rise / span),
                   frame.y(start * 10 ** rise), "#999999", dashes)
        frame.legend("direct proportion", "#999999", dashes)
    frame.write(path)


def percentiles(curves, path):
    """Curves are (name, times, dashed). The x axis has as much room for each nine."""
    nines = 4

    def place(share):
        # From the 10th percentile on.
        low = -math.log10(0.9)
        return (min(-math.log10(max(1 - share, 10 ** -nines)), nines) - low) / (nines - low)

    marks = [0.1, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]
    ticks = [(place(m), f"p{m * 100:g}") for m in marks]
    frame = _Frame([max(t, 0.1) for _, times, _ in curves for t in times], ticks, "percentile")
    for i, (name, times, dashed) in enumerate(curves):
        ordered = sorted(times)
        points = []
        for step in range(301):
            share = 1 - 10 ** -(-math.log10(0.9) + (nines + math.log10(0.9)) * step / 300)
            at = min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)
            points.append((place(share), max(ordered[max(at, 0)], 0.1)))
        frame.curve(name, points, COLOURS[i % len(COLOURS)],
                    ' stroke-dasharray="6 4"' if dashed else "")
    frame.write(path)
