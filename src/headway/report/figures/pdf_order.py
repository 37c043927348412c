"""The same drawing as the same PDF bytes.

The PDF writer inside vl-convert lists fonts and the like in the order of a hash table, which changes from
call to call. Nothing else does: there is no clock in the file. Objects are numbered anew here, in the order
in which a reader meets them from the root.
"""

import re

_REFERENCE = re.compile(rb"(\d+) 0 R")
_NAMED = re.compile(rb"(?:\n +/[A-Za-z]+\d+ \d+ 0 R){2,}")  # a dictionary such as /fo0 1 0 R
_TRAILER = re.compile(rb"trailer\s*(<<.*?>>)\s*startxref\s+(\d+)\s+%%EOF\s*$", re.DOTALL)
_NUMBER = re.compile(rb"\d+ 0 obj")


def in_order(pdf: bytes) -> bytes:
    """The PDF with its objects in reading order; a file that is built in another way is left as it is."""
    end = _TRAILER.search(pdf)
    if end is None:
        return pdf
    objects, start = _objects(pdf, int(end[2]))
    order = _met(objects, end[1])
    numbers = {old: new for new, old in enumerate(order, 1)}
    bodies = [_renumbered(objects[old], numbers) for old in order]
    return _written(pdf[:start], bodies, _references(end[1], numbers, len(order)))


def _objects(pdf: bytes, table: int) -> tuple[dict[int, tuple[bytes, bytes]], int]:
    """Each object as its dictionary and the rest, which holds no references; and where the objects start."""
    lines = pdf[table:].split(b"\n")[2:]
    used = (line for line in lines if re.fullmatch(rb"\d{10} \d{5} [nf]\s*", line))
    offsets = {number: int(line[:10]) for number, line in enumerate(used) if line[17:18] == b"n"}
    ends = dict(zip(sorted(offsets.values()), [*sorted(offsets.values())[1:], table], strict=True))
    return {n: _parts(pdf[at : ends[at]]) for n, at in offsets.items()}, min(offsets.values())


def _parts(body: bytes) -> tuple[bytes, bytes]:
    head, stream, rest = body.partition(b"\nstream\n")
    return _NAMED.sub(lambda run: b"\n".join(sorted(run[0].split(b"\n"))), head), stream + rest


def _met(objects: dict[int, tuple[bytes, bytes]], trailer: bytes) -> list[int]:
    """Numbers of the objects, in the order in which they are first referred to."""
    met: dict[int, None] = {}
    waiting = [int(number) for number in _REFERENCE.findall(trailer)]
    while waiting:
        number = waiting.pop(0)
        if number not in met:
            met[number] = None
            waiting += [int(found) for found in _REFERENCE.findall(objects[number][0])]
    return list(met)


def _renumbered(parts: tuple[bytes, bytes], numbers: dict[int, int]) -> bytes:
    head, rest = parts
    own = _NUMBER.match(head)
    body = head[own.end() :] if own else head
    return _REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])], body) + rest


def _references(trailer: bytes, numbers: dict[int, int], objects: int) -> bytes:
    told = _REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])], trailer)
    return re.sub(rb"/Size \d+", b"/Size %d" % (objects + 1), told)


def _written(header: bytes, bodies: list[bytes], trailer: bytes) -> bytes:
    pieces, offsets, at = [header], [], len(header)
    for number, body in enumerate(bodies, 1):
        piece = b"%d 0 obj" % number + body
        offsets.append(at)
        pieces.append(piece)
        at += len(piece)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    pieces.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table)
    pieces.append(b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF" % at)
    return b"".join(pieces)
