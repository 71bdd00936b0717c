#!/usr/bin/env python3
"""Checks a published draw from its file alone: draw_verify.py FILE [sm3:PLAN-DIGEST]

Written from docs/draw.md, sharing nothing with the program; Python's standard library only.
Exit 0: every winner follows. 1: something does not; the first such thing is named. 2: not a file of a draw.
"""
import hashlib
import sys


def sm3(data):  # a file of 10^5 candidates is long: the library's where it has one, ours for everything short
    if len(data) > 1 << 16 and "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).digest()
    return own_sm3(data)


def own_sm3(data):  # GB/T 32905-2016
    def rol(x, n):
        n %= 32
        return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    text = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    for at in range(0, len(text), 64):
        w = [int.from_bytes(text[at + i:at + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15)
            w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            r = rol(a, 12)
            s1 = rol((r + e + rol(0x79CC4519 if j < 16 else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            t1 = (ff + d + (s1 ^ r) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            t2 = (gg + h + s1 + w[j]) & 0xFFFFFFFF
            a, b, c, d = t1, a, rol(b, 9), c
            e, f, g, h = t2 ^ rol(t2, 9) ^ rol(t2, 17), e, rol(f, 19), g
        v = [x ^ y for x, y in zip(v, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in v)


def digest(data):
    return b"sm3:" + sm3(data).hex().encode()


class Unreadable(Exception):
    pass


class Wrong(Exception):
    pass


def need(true, what, kind=Wrong):
    if not true:
        raise kind(what)


def plain(word):  # a word of the file as bytes; None: nothing
    if word == b"-":
        return None
    need(word, "empty word", Unreadable)
    out, i = bytearray(), 0
    while i < len(word):
        if word[i:i + 1] == b"%":
            two = word[i + 1:i + 3]
            need(len(two) == 2 and all(x in b"0123456789ABCDEF" for x in two), "escape", Unreadable)
            out.append(int(two, 16))
            i += 3
        else:
            out.append(word[i])
            i += 1
    return bytes(out)


def word(text):
    if not text:
        return b"-"
    if text == b"-":
        return b"%2D"
    return b"".join(b"%%%02X" % x if x <= 0x20 or x in (0x7F, 0x25) else bytes([x]) for x in text)


def number(text):
    need(text.isdigit() and len(text) < 17 and int(text) <= 1 << 53, "number", Unreadable)
    return int(text)


class Draw:
    def __init__(self, data):
        lines = data.split(b"\n")
        need(lines[0] in (b"xiezhi-draw-1", b"xiezhi-draw-2"), "line 1", Unreadable)
        need(lines.pop() == b"", "last line", Unreadable)
        self.method = lines[0][-1] - 48
        self.head = {}
        self.strata, self.caps, self.pool, self.bars, self.parties, self.changes = [], [], [], [], [], []
        self.each, self.most = {}, {}
        self.rounds = 0
        for at, line in enumerate(lines[1:], 2):
            try:
                self.read(line.split(b" "))
            except (Unreadable, IndexError, ValueError) as e:
                raise Unreadable("line %d: %s" % (at, e))

    def read(self, w):
        key, n = w[0], len(w) - 1
        texts = (b"draw", b"agency", b"purpose", b"item", b"preset", b"day")
        numbers = (b"region", b"entry", b"floor", b"norepeat")
        size = {b"stratum": 11, b"cap": 3, b"assign": 3, b"candidate": 8, b"bar": 5, b"round": 1, b"party": 3, b"reveal": 3,
                b"replaced": 4}
        if key in (b"plan", b"seed", b"drawn", b"team", b"end"):
            return  # what the file claims is computed, not read
        need(n == size.get(key, 1), "number of words", Unreadable)
        if key in texts:
            self.head[key] = plain(w[1])
        elif key in numbers:
            self.head[key] = number(w[1])
        elif key == b"stratum":
            need(w[2] in (b"object", b"officer", b"helper"), "kind", Unreadable)
            self.strata.append(dict(kind=w[2], cls=plain(w[3]), region=number(w[4]), ratio=number(w[5]), per=number(w[6]),
                                    base=number(w[7]), least=number(w[8]), reserve=number(w[9])))
        elif key == b"cap":
            need(w[1] in (b"class", b"region", b"group"), "cap", Unreadable)
            self.caps.append((w[1], plain(w[2]), number(w[3])))
        elif key == b"assign":
            self.each[w[1]], self.most[w[1]] = number(w[2]), number(w[3])
        elif key == b"candidate":
            self.pool.append(dict(stratum=number(w[1]), weight=number(w[2]), cls=plain(w[3]), region=number(w[4]),
                                  group=plain(w[5]), excluded=plain(w[6]), digest=plain(w[7]), who=plain(w[8])))
        elif key == b"bar":
            self.bars.append((w[1], plain(w[2]), plain(w[3]), plain(w[4]), plain(w[5])))
        elif key == b"round":
            self.rounds = number(w[1])
        elif key == b"party":
            self.parties.append(dict(round=self.rounds, name=plain(w[1]), digest=plain(w[2]), missing=w[3] == b"missing",
                                     secret=None))
        elif key == b"reveal":
            mine = [p for p in self.parties if p["round"] == number(w[1]) and p["name"] == plain(w[2])]
            need(len(mine) == 1, "reveal of nobody", Unreadable)
            mine[0]["secret"] = plain(w[3]) or b""
        elif key == b"replaced":
            self.changes.append((number(w[1]), plain(w[2]), plain(w[3]), number(w[4])))
        else:
            raise Unreadable("unknown line")

    # ---- the plan ----

    def binds(self, cap, c):
        by, key, _ = cap
        value = {b"class": c["cls"], b"group": c["group"], b"region": str(c["region"]).encode()}[by]
        return key == b"*" or (key or b"") == (value or b""), value or b""

    def open_draws(self, c):
        return min([self.strata[c["stratum"] - 1]["quota"]] + [cap[2] for cap in self.caps if self.binds(cap, c)[0]])

    @staticmethod
    def bound(weight, total, n, k, even):
        if k <= 0 or n <= 0:
            return 0
        if k >= n:
            return 1000000
        if even:
            return k * 1000000 // n
        one = 1 << 32
        miss, missed = -((total - weight) * one // -total), one
        for _ in range(k):
            missed = (missed * miss + one - 1) >> 32
        return (one - missed) * 1000000 >> 32

    def prepare(self):
        need(self.strata, "no stratum", Unreadable)
        need(self.method == 2 or (len(self.strata) == 1 and not self.caps), "method 1 has one stratum", Unreadable)
        self.who = {}
        for i, c in enumerate(self.pool):
            need(1 <= c["stratum"] <= len(self.strata) and 1 <= c["weight"] <= 1000000 and c["who"], "candidate %d" % (i + 1), Unreadable)
            name = (self.strata[c["stratum"] - 1]["kind"], c["who"])
            need(name not in self.who, "candidate %d twice" % (i + 1), Unreadable)
            self.who[name] = i
        for at, s in enumerate(self.strata, 1):
            s["in"] = [i for i, c in enumerate(self.pool) if c["stratum"] == at and c["excluded"] is None]
            weights = [self.pool[i]["weight"] for i in s["in"]]
            want = max(-(s["ratio"] * len(weights) // -10000), s["per"] * s["base"], s["least"])
            s["quota"], s["total"] = min(want, len(weights)), sum(weights)
            s["even"] = len(set(weights)) < 2
            lightest = {}
            for i in s["in"]:
                k = self.open_draws(self.pool[i])
                lightest[k] = min(lightest.get(k, 1 << 60), self.pool[i]["weight"])
            s["chance"] = min([self.bound(w, s["total"], len(weights), k, s["even"]) for k, w in lightest.items()], default=0)
        self.parties.sort(key=lambda p: (p["round"], p["name"] or b""))

    def plan_text(self):
        out = [b"xiezhi-draw-%d" % self.method]
        for key in (b"draw", b"agency", b"purpose", b"item"):
            out.append(key + b" " + word(self.head.get(key)))
        out.append(b"region %d" % self.head.get(b"region", 0))
        out.append(b"preset " + word(self.head.get(b"preset")))
        out.append(b"entry %d" % self.head.get(b"entry", 0))
        out.append(b"day " + word(self.head.get(b"day")))
        out.append(b"floor %d" % self.head.get(b"floor", 0))
        out.append(b"norepeat %d" % self.head.get(b"norepeat", 0))
        for at, s in enumerate(self.strata, 1):
            out.append(b"stratum %d %s %s %d %d %d %d %d %d %d %d" % (
                at, s["kind"], word(s["cls"]), s["region"], s["ratio"], s["per"], s["base"], s["least"], s["reserve"],
                s["quota"], s["chance"]))
        for by, key, most in self.caps:
            out.append(b"cap %s %s %d" % (by, word(key), most))
        for kind in (b"officer", b"helper"):
            if self.each.get(kind):
                out.append(b"assign %s %d %d" % (kind, self.each[kind], self.most[kind]))
        for c in self.pool:
            out.append(b"candidate %d %d %s %d %s %s %s %s" % (
                c["stratum"], c["weight"], word(c["cls"]), c["region"], word(c["group"]), word(c["excluded"]),
                word(c["digest"]), word(c["who"])))
        for kind, *rest in self.bars:
            out.append(b"bar " + kind + b"".join(b" " + word(x) for x in rest))
        return b"".join(x + b"\n" for x in out)

    # ---- what a published draw must keep ----

    def check(self):
        for at, s in enumerate(self.strata, 1):
            need(not s["in"] or s["chance"] >= self.head.get(b"floor", 0), "chance %d" % at)
        need(self.rounds == len({p["round"] for p in self.parties}) and self.rounds, "round")
        need(len({p["digest"] for p in self.parties}) == len(self.parties), "party")
        for at in range(1, self.rounds + 1):
            mine = [p for p in self.parties if p["round"] == at]
            need(len(mine) >= 2 and len({p["name"] for p in mine}) == len(mine), "party %d" % at)
            need(any(p["missing"] for p in mine) == (at < self.rounds), "round %d" % at)
            for p in mine:
                need(p["secret"] is not None or at < self.rounds, "reveal")
                need(p["secret"] is None or digest(p["secret"]) == p["digest"], "party %d %s" % (at, p["name"]))

    # ---- the draw ----

    def settle(self):
        if self.method == 1:
            self.seed = sm3(b"".join(p["secret"] + b"\n" for p in self.parties if p["round"] == self.rounds))
        else:
            self.seed = sm3(b"xiezhi-draw-2\nplan " + digest(self.plan) + b"\n" + self.rounds_text())
        self.places = [self.draw(at, s) for at, s in enumerate(self.strata, 1)]
        self.inside = {i for places in self.places for i, lot in places if lot == b"chosen"}
        self.gone = set()
        self.deal()

    def draw(self, at, s):
        left, total, places, count = list(s["in"]), s["total"], [], {}
        tree = Sums([self.pool[i]["weight"] for i in left])
        mark = b"" if self.method == 1 else at.to_bytes(4, "big")
        chosen = reserve = r = 0
        while (chosen < s["quota"] or reserve < s["reserve"]) and total:
            r += 1
            x = int.from_bytes(sm3(self.seed + mark + r.to_bytes(8, "big")), "big") % total
            hit = left[tree.take(x)]
            c = self.pool[hit]
            total -= c["weight"]
            if chosen == s["quota"]:
                reserve += 1
                places.append((hit, b"reserve"))
            elif self.full(count, c):
                places.append((hit, b"skipped"))
            else:
                self.add(count, c)
                chosen += 1
                places.append((hit, b"chosen"))
        return places

    def full(self, count, c):
        return any(b and count.get((n, v), 0) >= cap[2] for n, cap in enumerate(self.caps) for b, v in [self.binds(cap, c)])

    def add(self, count, c):
        for n, cap in enumerate(self.caps):
            binds, value = self.binds(cap, c)
            if binds:
                count[n, value] = count.get((n, value), 0) + 1

    def barred(self, kind, crew, thing):
        return any(b[0] == kind and b[1] == self.pool[crew]["who"] and b[2] == self.pool[thing]["who"] for b in self.bars)

    def deal(self):
        queues = {kind: [i for s, places in zip(self.strata, self.places) if s["kind"] == kind
                         for i, lot in places if lot == b"chosen"] for kind in (b"object", b"officer", b"helper")}
        self.teams, load = [], {}
        if not any(self.each.values()):
            return
        for thing in queues[b"object"]:
            team = []
            for kind in (b"officer", b"helper"):
                fit = [i for i in queues[kind] if not (self.most.get(kind) and load.get(i, 0) >= self.most[kind])
                       and not self.barred(kind, i, thing)][:self.each.get(kind, 0)]
                for i in fit:
                    queues[kind].remove(i)
                    queues[kind].append(i)
                    load[i] = load.get(i, 0) + 1
                    team.append((kind, i))
            self.teams.append([thing, team])

    def result_text(self):
        out = [b"seed sm3:" + self.seed.hex().encode()]
        for at, places in enumerate(self.places, 1):
            for place, (i, lot) in enumerate(places, 1):
                out.append(b"drawn %d %d %s %s" % (at, place, lot, word(self.pool[i]["who"])))
        for thing, team in self.teams:
            out.append(b"team " + word(self.pool[thing]["who"]) +
                       b"".join(b" %s %s" % (kind, word(self.pool[i]["who"])) for kind, i in team))
        for at, who, by, entry in self.changes:
            out.append(b"replaced %d %s %s %d" % (at, word(who), word(by), entry))
        return b"".join(x + b"\n" for x in out)

    def rounds_text(self):
        out, last = [], 0
        for p in self.parties:
            if p["round"] != last:
                last = p["round"]
                out.append(b"round %d" % last)
            state = b"missing" if p["missing"] else b"revealed" if p["secret"] is not None else b"waiting"
            out.append(b"party %s %s %s" % (word(p["name"]), word(p["digest"]), state))
        for p in self.parties:
            if p["secret"] is not None:
                out.append(b"reveal %d %s %s" % (p["round"], word(p["name"]), word(p["secret"])))
        return b"".join(x + b"\n" for x in out)

    def successor(self, at, old):
        kind, count = self.strata[at - 1]["kind"], {}
        for i, _ in self.places[at - 1]:
            if i in self.inside and i != old:
                self.add(count, self.pool[i])
        for i, lot in self.places[at - 1]:
            if lot != b"reserve" or i in self.inside or i in self.gone or self.full(count, self.pool[i]):
                continue
            if kind == b"object":
                odds = any(self.barred(k, c, i) for thing, team in self.teams if thing == old for k, c in team)
            else:
                odds = any(self.barred(kind, i, thing) for thing, team in self.teams if (kind, old) in team)
            if not odds:
                return i
        return None

    def replace(self):
        for at, who, by, _ in self.changes:
            what = "replaced %d %s" % (at, who)
            need(1 <= at <= len(self.strata), what)
            kind = self.strata[at - 1]["kind"]
            old = self.who.get((kind, who))
            need(old in self.inside and self.pool[old]["stratum"] == at, what)
            next_one = self.successor(at, old)
            need(next_one is not None and self.pool[next_one]["who"] == by, what)
            self.inside.remove(old)
            self.gone.add(old)
            self.inside.add(next_one)
            for team in self.teams:
                if team[0] == old and kind == b"object":
                    team[0] = next_one
                team[1] = [(k, next_one if i == old else i) for k, i in team[1]]


class Sums:  # a binary indexed tree
    def __init__(self, weights):
        self.weights, self.n = weights, len(weights)
        self.tree = [0] + weights
        for i in range(1, self.n + 1):
            up = i + (i & -i)
            if up <= self.n:
                self.tree[up] += self.tree[i]

    def take(self, at):
        before, step = 0, 1 << self.n.bit_length()
        while step:
            if before + step <= self.n and self.tree[before + step] <= at:
                before += step
                at -= self.tree[before]
            step >>= 1
        i = before + 1
        while i <= self.n:
            self.tree[i] -= self.weights[before]
            i += i & -i
        return before


def verify(data):
    d = Draw(data)
    d.prepare()
    d.check()
    d.plan = d.plan_text()
    d.settle()
    text = d.plan + b"plan " + digest(d.plan) + b"\n" + d.rounds_text() + d.result_text()
    text += b"end " + digest(text) + b"\n"
    for n, (got, want) in enumerate(zip(data.split(b"\n"), text.split(b"\n")), 1):
        need(got == want, "line %d is %r, computed %r" % (n, got[:160], want[:160]))
    need(len(data) == len(text), "length")
    d.replace()
    return d


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__)
        return 2
    with open(arguments[1], "rb") as f:
        data = f.read()
    try:
        d = verify(data)
        plan = digest(d.plan).decode()
        need(len(arguments) < 3 or arguments[2] == plan, "plan is %s" % plan)
    except Wrong as e:
        print("wrong: %s" % e)
        return 1
    except Unreadable as e:
        print("unreadable: %s" % e)
        return 2
    print("sound: %d candidates, %d chosen, plan %s" % (len(d.pool), len(d.inside), plan))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
