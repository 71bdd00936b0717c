#!/usr/bin/env python3
"""Isolation forest (scikit-learn) as a long-lived child of bench_forgery.

Reads from standard input: two little-endian 32-bit integers n and k, then n * k doubles (row by row, NaN where nothing is
known). Answers n doubles, larger is stranger. Ends at the end of input.
"""
import struct
import sys

import numpy
from sklearn.ensemble import IsolationForest


def scores(rows):
    middle = numpy.nanmedian(rows, axis=0)
    middle = numpy.where(numpy.isnan(middle), 0.0, middle)
    spread = numpy.nanstd(rows, axis=0)
    spread = numpy.where((spread > 0) & ~numpy.isnan(spread), spread, 1.0)
    rows = numpy.where(numpy.isnan(rows), middle, rows)
    forest = IsolationForest(n_estimators=100, random_state=1)
    rows = (rows - middle) / spread
    forest.fit(rows)
    return -forest.score_samples(rows)


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        head = source.read(8)
        if len(head) < 8:
            return
        n, k = struct.unpack("<ii", head)
        rows = numpy.frombuffer(source.read(8 * n * k), dtype="<f8").reshape(n, k)
        sink.write(scores(rows).astype("<f8").tobytes())
        sink.flush()


main()
