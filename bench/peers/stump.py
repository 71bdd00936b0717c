"""The matrix profile as STUMPY's stump computes it: numba, one thread, fast mathematics, diagonal by diagonal, each covariance from the one
before it, and for each window the best match anywhere, before it and behind it. Written from the published algorithm (Yeh and others
2016; Zhu and others 2016; Law 2019), for Debian has numba and not STUMPY.

stump.py SERIES M APART OUT: SERIES are doubles of this machine without NAN. Writes the best correlation of each window as doubles to OUT and
prints the processor seconds of one run, its set-up included and its compilation not.
"""
import sys
import time

import numpy as np
from numba import njit

FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(fastmath=FAST)
def diagonals(t, m, apart, mean, inverse, a, b, c, d, best, at, left, left_at, right, right_at):
    windows = t.size - m + 1
    constant = (m - 1) / (m * m)
    for k in range(apart, windows):
        cov = 0.0
        for i in range(windows - k):
            u = np.uint64(i)  # unsigned: numba looks for negative subscripts otherwise, which costs half as much again
            j = np.uint64(i + k)
            if i == 0:
                cov = np.dot(t[j:j + m] - mean[j], t[0:m] - mean[0]) / m
            else:
                cov += constant * (a[j] * b[u] - c[j] * d[u])
            r = cov * inverse[u] * inverse[j]
            if r > 1.0:
                r = 1.0
            if r > best[u]:
                best[u] = r
                at[u] = j
            if r > best[j]:
                best[j] = r
                at[j] = i
            if r > right[u]:
                right[u] = r
                right_at[u] = j
            if r > left[j]:
                left[j] = r
                left_at[j] = i


def means(t, m):
    return np.lib.stride_tricks.sliding_window_view(t, m).mean(axis=1)


def stump(t, m, apart):
    windows = t.size - m + 1
    mean, shared = means(t, m), means(t, m - 1)
    deviation = np.lib.stride_tricks.sliding_window_view(t, m).std(axis=1)
    inverse = np.where(deviation > 0, 1 / np.where(deviation > 0, deviation, 1), 0)
    # the values that come in and go out, from the mean of what two neighbouring windows share
    a = t[m - 1:] - shared[:windows]
    c = np.roll(t, 1)[:windows] - shared[:windows]
    best, left, right = (np.full(windows, -np.inf) for _ in range(3))
    at, left_at, right_at = (np.full(windows, -1, dtype=np.int64) for _ in range(3))
    diagonals(t, m, apart, mean, inverse, a, a, c, c, best, at, left, left_at, right, right_at)
    return best


def main():
    t, m, apart = np.fromfile(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    stump(t[:4 * m].copy(), m, apart)  # compiles
    start = time.process_time()
    best = stump(t, m, apart)
    took = time.process_time() - start
    best.tofile(sys.argv[4])
    print(f"{took:.6f}")


main()
