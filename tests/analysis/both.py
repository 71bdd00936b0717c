"""both.py DOCS FOLDER: does docs/draw_verify.py judge the files of FOLDER/list as the program did?"""
import os
import sys

sys.path.insert(0, sys.argv[1])
import draw_verify  # noqa: E402

bad = 0
for line in open(os.path.join(sys.argv[2], "list")):
    name, verdict, plan = line.split()
    try:
        draw = draw_verify.verify(open(os.path.join(sys.argv[2], name), "rb").read())
        mine, why = 0, draw_verify.digest(draw.plan).decode()
    except (draw_verify.Wrong, draw_verify.Unreadable) as e:
        mine, why = 1, str(e)
    if mine != int(verdict) or (not mine and why != plan):
        print("%s: the program says %s, the script %d: %s" % (name, verdict, mine, why))
        bad += 1
sys.exit(1 if bad else 0)
