# Reads or writes a sheet as bench_exchange does; prints rows and processor seconds of its own work.
import sys
import time

import openpyxl

mode, path = sys.argv[1], sys.argv[2]
start = time.process_time()
rows = 0
if mode == "read":
    book = openpyxl.load_workbook(path, read_only=True)
    for row in book.worksheets[0].iter_rows(min_row=2, values_only=True):
        rows += any(cell is not None for cell in row)
else:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("表")
    sheet.append(["编号", "名称", "统一社会信用代码", "区域", "监管类别", "行业", "排污许可证", "经度", "纬度", "年度检查上限（次）", "正面清单"])
    for rows in range(1, int(sys.argv[3]) + 1):
        sheet.append([f"s{rows}", f"第{rows}化工有限公司", f"91420100MA{rows:08d}", "420102", "重点", "基础化学原料制造", None, 114.31, 30.59, 4, "否"])
    book.save(path)
print(rows, time.process_time() - start)
