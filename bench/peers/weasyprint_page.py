"""WeasyPrint on the words of bench_paper: prints milliseconds for one page, and for a page of a long table (its first 300 rows:
what it takes grows faster than its pages). Argument: the rows as JSON."""
import json
import sys
import time

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

STYLE = """<style>@page { size: A4; margin: 37mm 26mm 35mm 28mm } body { font: 15.75pt 'Noto Serif CJK SC'; line-height: 29pt }
h1 { font-size: 22pt; text-align: center } h2 { font-size: 15.75pt; font-family: 'Noto Sans CJK SC' } p { text-indent: 2em }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 17pt } td, th { border: 1px solid #444; padding: 3pt }
</style>"""
PAGE = """<html lang="zh-CN"><body><h1>第三方辅助执法告知书</h1><p>鄂环辅告〔2026〕12号</p><p>武汉某某化工有限公司：</p>
<p>根据有关规定，本机关委托湖北某某环境检测有限公司辅助开展执法检查，现将有关事项告知如下。</p><h2>一、辅助事项</h2>
<p>辅助人员只提供技术支持，不实施检查、询问、取证、查封、扣押等执法行为，不收取任何费用。现场由两名以上执法人员带队。</p><h2>二、你单位的权利</h2>
<p>认为辅助人员与本单位有利害关系、超越委托事项、没有执法人员陪同进入现场的，可以向本机关提出异议。
异议处理期间，该第三方暂停参与。</p><table><tr><th>第三方</th><td>湖北某某环境检测有限公司</td><th>期限</th>
<td>2026年3月</td></tr></table><p>武汉市生态环境局</p><p>2026年3月5日</p></body></html>"""


def milliseconds(html, fonts):
    before = time.thread_time()
    document = HTML(string=html).render(font_config=fonts)
    document.write_pdf()
    return (time.thread_time() - before) * 1e3, len(document.pages)


def main():
    fonts = FontConfiguration()
    milliseconds(STYLE + PAGE, fonts)
    page = min(milliseconds(STYLE + PAGE, fonts)[0] for _ in range(2))
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)["rows"][:300]
    table = "".join(f"<tr><td>{i + 1}</td><td>{r['subject']}</td><td>{r['matter']}</td><td>2026年3月5日</td>"
                    f"<td>{r['fee'] / 100:,.2f}元</td></tr>" for i, r in enumerate(rows))
    spent, pages = milliseconds(f"{STYLE}<html lang='zh-CN'><body><h1>台账</h1><table>{table}</table></body></html>", fonts)
    print(page, spent / pages)


main()
