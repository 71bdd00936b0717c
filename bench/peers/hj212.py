"""The plainest fast HJ 212 decoder one would write in Python: a compiled pattern for frames, bytes.split for fields, CRC
by a table, numbers as mantissa and scale. Arguments, and the line it prints, are those of hj212.mjs."""
import json
import re
import sys
import time

TABLE, LOW = [0] * 256, [0] * 256
for i in range(256):
    crc = i
    for _ in range(8):
        crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    TABLE[i] = crc >> 8
    LOW[crc >> 8] = crc & 255


def crc16(segment):
    state = 0xFF
    table = TABLE
    for byte in segment:
        state = table[state ^ byte]
    return state << 8 | LOW[state]


def number_of(text):
    whole, _, rest = text.partition(".")
    try:
        return int(whole + rest), len(rest)
    except ValueError:
        return None


def decode(segment):
    head, _, data = segment.decode("latin-1").partition("CP=&&")
    frame = dict(field.split("=", 1) for field in head.split(";") if field)
    values = frame["values"] = []
    for item in data[:-2].split(";"):
        for pair in item.split(","):
            name, _, text = pair.partition("=")
            code, _, kind = name.partition("-")
            values.append((code, kind, text, None if kind == "Flag" else number_of(text)))
    return frame


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    level, rounds = int(sys.argv[2]), int(sys.argv[3])
    total = printed = 0
    best = float("inf")
    pattern = re.compile(rb"##(\d{4})(.*?&&.*?&&)([0-9A-Fa-f]{4})", re.S)
    for _ in range(rounds):
        frames = accepted = values = 0
        start = time.process_time()
        for match in pattern.finditer(data):
            frames += 1
            segment = match.group(2)
            if int(match.group(3), 16) != crc16(segment):
                continue
            accepted += 1
            if level > 1:
                frame = decode(segment)
                values += len(frame["values"])
                number = frame["values"][-2][3]
                total += number[0] if number else 0
                if level > 2:
                    printed += len(json.dumps(frame))
        best = min(best, time.process_time() - start)
    print(f"{best:.6f}", frames, accepted, values, total, printed)


main()
