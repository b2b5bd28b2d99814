#!/usr/bin/env python3
"""Draws a terminal picture (SVG) of real runs, for the README.

    DOCKER_HOST=unix://... infrastructure/picture.py FOLDER OUT.svg COMMAND...

Each COMMAND is run by a shell in FOLDER on a terminal of 100 columns, so that it looks as a person
sees it; one that begins with `@` is run and not shown, and what follows ` 2>&1` is not shown. Only
colours are understood: a command that moves the cursor goes through ` 2>&1 | cat`.
"""
import os
import pty
import re
import subprocess
import sys
from xml.sax.saxutils import escape

COLUMNS, LINE, LEFT, TOP = 100, 19, 16, 44
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}


def run(command, folder):
    """What the command wrote to its terminal."""
    ours, theirs = pty.openpty()
    environment = dict(os.environ, COLUMNS=str(COLUMNS), TERM="xterm-256color")
    child = subprocess.Popen(
        ["sh", "-c", command], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # How Linux tells the end of a terminal.
            break
        if not data:
            break
        written += data
    os.close(ours)
    if child.wait() != 0:
        sys.exit("%s failed:\n%s" % (command, written.decode()))
    return written.decode().replace("\r\n", "\n")


def spans(line):
    """The line as SVG text, its colours kept."""
    out, style = "", ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            codes = part[2:-1].split(";")
            colour = next((COLOURS[c] for c in codes if c in COLOURS), None)
            style = 'fill="%s"' % colour if colour else ""
        elif part:
            out += "<tspan %s>%s</tspan>" % (style, escape(part)) if style else escape(part)
    return out


def draw(lines):
    height = TOP + LINE * len(lines) + 12
    width = LEFT * 2 + int(COLUMNS * 8.4)
    body = "\n".join(
        '<text x="%d" y="%d" xml:space="preserve">%s</text>' % (LEFT, TOP + LINE * (i + 1) - 6, line)
        for i, line in enumerate(lines)
    )
    dots = "".join(
        '<circle cx="%d" cy="20" r="6" fill="%s"/>' % (22 + 20 * i, c)
        for i, c in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" '
        'aria-label="boxwright at work in a terminal">\n'
        '<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>\n%s\n'
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" '
        'font-size="14" fill="#c9d1d9">\n%s\n</g>\n</svg>\n' % (width, height, dots, body)
    )


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    lines = []
    for command in sys.argv[3:]:
        if command.startswith("@"):
            run(command[1:], folder)
            continue
        shown = command.split(" 2>&1")[0]
        lines.append('<tspan fill="#8b949e">$</tspan> <tspan fill="#ffffff">%s</tspan>' % escape(shown))
        lines += [spans(line) for line in run(command, folder).rstrip("\n").split("\n")]
        lines.append("")
    with open(out, "w", encoding="utf-8") as picture:
        picture.write(draw(lines[:-1]))


main()
