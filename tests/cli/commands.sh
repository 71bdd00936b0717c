#!/bin/sh
# commands.sh PROGRAM STORIES: the command line as somebody uses it: exit codes, what it names, what it refuses.
set -u
name=cli program=$1 stories=$2
. "$(dirname "$0")/want.sh"
db=sqlite:$folder/x.db

# usage: exit 2, in Chinese
want 2 用法 "$program"
want 2 没有“nonsense”这个命令 "$program" nonsense
want 2 看不懂选项“--nope” "$program" verify --nope
want 2 缺少参数 "$program" simulate
want 2 多余的参数“2” "$program" explain 1 2
want 2 请用--db指明数据库 "$program" explain 1
want 2 看不懂数据库地址 "$program" explain --db mysql:x 1
want 0 --summary "$program" simulate --help
want 1 不存在 "$program" explain --db "sqlite:$folder/none.db" 1

# stories: the line, the act, the verdict and the reason of the first mismatch
printf '%s\n' '{"include":"prefix-people.jsonl"}' \
    '{"at":"2026-01-05T10:00:00+08:00","by":"wei","act":"user.register","id":"z","name":"某人","roles":["officer"],"agency":"wuhan"}' \
    >"$folder/wrong.jsonl"
cp "$stories/prefix-people.jsonl" "$folder/"
want 1 wrong.jsonl:2：user.register "$program" simulate --json "$folder/wrong.jsonl"
want 1 'not ok' "$program" simulate --summary "$folder/wrong.jsonl" "$stories/prefix-people.jsonl"
want 0 '"line":1,' "$program" simulate --json --db "$db" "$stories/prefix-accepted.jsonl"
want 1 空的数据库 "$program" simulate --db "$db" "$stories/prefix-people.jsonl"

# one act, and why
want 1 '"verdict":"refused"' "$program" act --db "$db" --json --by mei-u '{"act":"record.compile","entrustment":"e1"}'
want 0 power_of_authority "$program" explain --db "$db" "$(sed -n 's/.*"seq":\([0-9]*\).*/\1/p' "$folder/out" | head -1)"
want 2 看不懂 "$program" act --db "$db" --by wei '{"act":"no.such"}'
want 1 没有第99999条 "$program" explain --db "$db" 99999

# sheets in: what would happen, what did, and the sheet with its messages
printf '单位名称,信用代码,所属区县,备注\n江城新厂,91420100MA9XY0084E,江岸区,x\n坏厂,91420500MA4K00010E,某地,\n' >"$folder/in.csv"
import="$program import subjects $folder/in.csv --db $db"
want 2 没有“nonsense”这种表 "$program" import nonsense "$folder/in.csv" --db "$db" --by wei
want 2 请用--by写明 $import
want 1 'C3 “区划”应为' $import --by wei --dry-run
want 1 '将新增1行' $import --by wei --dry-run
want 1 '新增1行' $import --by wei --errors "$folder/errors.csv"
want 0 '导入结果' grep 导入结果 "$folder/errors.csv"
# the sheet that came in may be the one that goes out: whole, or left as it was
cp "$folder/in.csv" "$folder/own.csv"
want 1 '已存在1行' "$program" import subjects "$folder/own.csv" --db "$db" --by wei --dry-run --errors "$folder/own.csv"
want 0 '导入结果' grep 导入结果 "$folder/own.csv"
mkdir "$folder/own.csv.part"
want 3 own.csv.part $import --by wei --dry-run --errors "$folder/own.csv"
want 0 '导入结果' grep 导入结果 "$folder/own.csv"
want 1 '"exists":1,' $import --by wei --json
want 1 '“备注”' $import --by wei
want 2 缺少必需的列 "$program" import budgets "$folder/in.csv" --db "$db" --by sun
"$program" import subjects --template "$folder/empty.xlsx"
want 0 PK head -c 2 "$folder/empty.xlsx"
printf '<html></html>' >"$folder/page.xls"
want 2 另存为.xlsx "$program" import subjects "$folder/page.xls" --db "$db" --by wei

# sheets out: by whom, approved, marked; figures that verify without the store and not when changed
want 2 请用--by写明 "$program" export subjects --db "$db" --out "$folder/out.csv"
want 2 没有“nonsense”这类事项 "$program" export nonsense --db "$db" --by wei --out "$folder/out.csv"
want 0 水印 "$program" export subjects --db "$db" --by wei --out "$folder/out.csv"
want 0 江城新厂 cat "$folder/out.csv"
want 1 未经审批不得导出 "$program" export members --db "$db" --by wei --out "$folder/members.csv"
want 1 members.csv cat "$folder/members.csv"
want 0 行 "$program" export figures --db "$db" --by han --out "$folder/figures.json"
want 0 完好 "$program" verify "$folder/figures.json"
sed 's/"entrustments":1/"entrustments":2/' "$folder/figures.json" >"$folder/changed.json"
want 1 签名与内容不符 "$program" verify "$folder/changed.json"
# papers: a wording and its line, a sample, an issued paper against the register
want 0 hubei-2022-71第8条 "$program" wording A09
printf '@form T1\n@title 题\n@layout internal\n@version 1\n@from 2026-01-01\n甲\n{date:d\n' >"$folder/t.txt"
want 2 t.txt:7 "$program" wording "$folder/t.txt"
echo '{date:d}' >>"$folder/t.txt"
sed -i '/^{date:d$/d' "$folder/t.txt"
echo '{"e":1}' >"$folder/t.json"
want 2 '数据里没有“d”' "$program" wording "$folder/t.txt" "$folder/t.json" "$folder/t.pdf"
echo '{"d":"2026-03-05"}' >"$folder/t.json"
want 2 数据和输出文件 "$program" wording "$folder/t.txt" "$folder/t.json"
want 0 1页 "$program" wording "$folder/t.txt" "$folder/t.json" "$folder/t.pdf"
want 1 查无此件 "$program" verify --db "$db" "$folder/t.pdf"
want 2 要用--db "$program" verify "$folder/t.pdf"
want 0 '"verdict":"allowed"' "$program" act --db "$db" --json --by han '{"act":"paper.mark","agency":"wuhan","mark":"江环执"}'
want 0 委托书 "$program" paper --db "$db" A08 e1 --by han --out "$folder/a08.pdf"
want 0 系统签发的原文 "$program" verify --db "$db" "$folder/a08.pdf"
printed=$(sed -n 's/^  验证码：//p' "$folder/out")
want 0 登记簿里有这份文书 "$program" verify --db "$db" "$printed"
want 0 '"paper":"valid"' "$program" verify --json --db "$db" "$(echo "$printed" | tr 'A-Z' 'a-z')"
echo >>"$folder/a08.pdf"
want 1 内容被改动 "$program" verify --db "$db" "$folder/a08.pdf"

# recomputing: what is asked for, and how it is asked
recompute="$program monitor recompute --db $db --mn 420102A1B2C3D4E5F6000001 --factor a21026"
want 2 请用--mn和--factor指明 "$program" monitor recompute --db "$db" --factor a21026 --from 2026-03-01 --to 2026-03-01
want 2 请用--from和--to指明 $recompute --from 2026-03-01
want 2 起止日期颠倒 $recompute --from 2026-03-02 --to 2026-03-01
want 2 起止日期颠倒 $recompute --from 2024-03-02 --to 2026-03-01
want 2 选项--period不能识别 $recompute --from 2026-03-01 --to 2026-03-01 --period month
want 2 选项--group不能识别 $recompute --from 2026-03-01 --to 2026-03-01 --group total
want 2 日期 $recompute --from 2026-02-30 --to 2026-03-01

# a fleet of loggers: the same bytes for the same seed, no gateway, a gateway that is not there
want 2 缺少--to "$program" hj212 send
want 2 地址:端口 "$program" hj212 send --to nowhere
want 2 整分钟 "$program" hj212 send --dry-run --from 2026-03-02T08:00:30+08:00
want 2 --edition "$program" hj212 send --dry-run --edition 2016
want 3 连不上 "$program" hj212 send --to 127.0.0.1:1 --minutes 1 --seconds 1
send="$program hj212 send --dry-run --loggers 3 --minutes 40 --dialects --faults 30 --live --from 2026-03-02T07:30:00+08:00"
$send --seed 5 >"$folder/a" && $send --seed 5 >"$folder/b" && $send --seed 6 >"$folder/c"
want 0 same sh -c "cmp $folder/a $folder/b && echo same"
want 1 differ cmp "$folder/a" "$folder/c"
want 0 CN=2061 cat "$folder/a"

# a picture of a table
printf 'time,a21026-Avg\n2026-01-01T00:00:00+08:00,12.5\n2026-01-01T01:00:00+08:00,13.5\n2026-01-01T02:00:00+08:00,11.5\n' >"$folder/so2.csv"
want 0 1040×380 "$program" monitor chart --csv "$folder/so2.csv" --factor a21026 --out "$folder/so2.svg"
want 0 '二氧化硫 实测值' cat "$folder/so2.svg"
want 0 字节 "$program" monitor chart --csv "$folder/so2.csv" --factor 02 --width 500 --large --out "$folder/so2.png"
# the audit: 1 says that there is a clue and nothing else
want 2 不存在 "$program" monitor audit "$folder/none.csv"
printf 'PK\003\004' >"$folder/torn.xlsx"
want 2 已损坏 "$program" monitor audit "$folder/torn.xlsx"
printf 'time,a21026_Avg\n2026-01-01 00:00,1\n' >"$folder/odd.csv"
want 2 第1行 "$program" monitor audit "$folder/odd.csv"
printf 'time,a21026-Avg\n2026-01-01 00:00,1\n2026-01-01 01:00,ND\n' >"$folder/odd.csv"
want 2 第3行第2列 "$program" monitor audit "$folder/odd.csv"
printf 'time,a21026-Avg\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n' >"$folder/odd.csv"
want 0 '"clues":0' "$program" monitor audit "$folder/odd.csv"
want 2 没有编号为00的结果 "$program" monitor audit --replay 00 "$folder/odd.csv"
want 2 --replay后面要写结果的编号 "$program" monitor audit --replay '' "$folder/odd.csv"
want 2 看不懂选项“--bogus” "$program" monitor audit --bogus "$folder/odd.csv"
want 2 看不懂选项“--bogus” "$program" monitor audit "$folder/odd.csv" --bogus
want 2 选项“--minutes”后面缺少FILE "$program" monitor audit "$folder/odd.csv" --minutes
want 2 选项“--all”不带值 "$program" monitor audit --all=1 "$folder/odd.csv"
want 2 选项“--li”不止一个 "$program" monitor audit "$folder/odd.csv" --li 1
want 2 字段：limit "$program" monitor audit "$folder/odd.csv" --limit a21026=x
want 2 因子a21026写了两次 "$program" monitor audit "$folder/odd.csv" --limit a21026=35,a21026=50
want 3 结果没有写完 sh -c "$program monitor audit $folder/odd.csv >/dev/full"
printf '监测时间,二氧化硫(mg/m³)\n01/02/2026 08:00,21\n' >"$folder/us.csv"
want 2 第2行第1列（监测时间）：时间看不懂 "$program" monitor audit "$folder/us.csv"

want 1 没有因子a21002 "$program" monitor chart --csv "$folder/so2.csv" --factor a21002 --out "$folder/no.svg"
want 2 .svg或.png "$program" monitor chart --csv "$folder/so2.csv" --factor a21026 --out "$folder/so2.bmp"
want 2 240到4000 "$program" monitor chart --csv "$folder/so2.csv" --factor a21026 --width 1 --out "$folder/no.svg"

# a sound store, its replay, its backup
want 0 完好 "$program" verify "$folder/x.db"
want 0 '"findings":0' "$program" verify --json --db "$db"
want 0 重放 "$program" replay --db "$db" --into "sqlite:$folder/again.db"
want 0 完好 "$program" verify "$folder/again.db"
want 0 已备份 "$program" backup --db "$db" "$folder/backup"
want 1 已经存在 "$program" backup --db "$db" "$folder/backup"
want 0 已恢复 "$program" restore "$folder/backup" --db "sqlite:$folder/back.db"
want 1 不覆盖 "$program" restore "$folder/backup" --db "sqlite:$folder/back.db"
want 0 完好 "$program" verify "$folder/back.db"
want 0 执行0步 "$program" migrate --db "$db"
mkdir "$folder/half.part"
want 1 没有做完的备份 "$program" backup --db "$db" "$folder/half"
# to another disk, where there is one
[ -w /dev/shm ] && other=$(mktemp -d /dev/shm/xiezhi-cli-XXXXXX) || other=$(mktemp -d "$folder/other-XXXXXX")
want 0 已备份 "$program" backup --db "$db" "$other/backup/"
want 0 已恢复 "$program" restore "$other/backup" --db "sqlite:$folder/other.db"
rm -rf "$other"

# the daily backup as it is shipped: checked before it counts, the old ones go, the first of a month stays
daily() { PATH="$(dirname "$program"):$PATH" "$stories/../../packaging/backup-daily" "$@"; }
today=$(date +%Y-%m-%d)
mkdir -p "$folder/daily/2020-01-01" "$folder/daily/2020-01-02" "$folder/daily/2020-01-03.part"
for n in 10 11 12 13 14 15 16 17 18 19 20 21 22; do mkdir "$folder/daily/2020-02-$n"; done
want 0 完好 daily "$folder/daily" "$db"
want 0 已经有了 daily "$folder/daily" "$db"
want 0 2020-01-01 ls "$folder/daily"
want 0 2020-02-10 ls "$folder/daily"
want 2 2020-01-02 ls "$folder/daily/2020-01-02"
want 2 .part ls "$folder/daily/2020-01-03.part"
want 0 已恢复 "$program" restore "$folder/daily/$today" --db "sqlite:$folder/daily.db"
want 1 不存在 daily "$folder/daily2" "sqlite:$folder/none.db"
want 2 数据目录 daily "$folder/daily" postgresql://x
want 2 看不懂数据库地址 daily "$folder/daily" ""

# damage is found and named
flip() { # FILE FROM TO (equal length): somebody edits the file, not through us
    LC_ALL=C sed -i "s/$2/$3/g" "$1"
}
"$program" replay --db "$db" --into "sqlite:$folder/bad.db" >/dev/null
flip "$folder/bad.db" '"act":"agency.register"' '"act":"agency.registeX"'
want 1 'entry 1：' "$program" verify "$folder/bad.db"
want 1 'entry 1：' daily "$folder/daily3" "sqlite:$folder/bad.db"
want 2 "$today" ls -d "$folder/daily3/$today"
LC_ALL=C sed -i 's/"act":"agency.register"/"act":"agency.registeX"/g' "$folder/backup/xiezhi.db"
want 1 没有恢复 "$program" restore "$folder/backup" --db "sqlite:$folder/never.db"
# an attachment changed, one lost, a table edited: a backup with one thing wrong is not restored
blob() { find "$1/xiezhi.db.d/blobs" -type f | sort | head -1; }
for what in changed lost; do "$program" backup --db "$db" "$folder/$what" >/dev/null; done
printf X | dd of="$(blob "$folder/changed")" bs=1 conv=notrunc 2>/dev/null
want 1 附件内容与名称中的摘要不符 "$program" restore "$folder/changed" --db "sqlite:$folder/never.db"
rm -f "$(blob "$folder/lost")"
want 1 备份时有这个附件 "$program" restore "$folder/lost" --db "sqlite:$folder/never.db"
"$program" backup --db "$db" "$folder/edited" >/dev/null
flip "$folder/edited/xiezhi.db" 江城新厂 江城老厂
want 1 没有恢复 "$program" restore "$folder/edited" --db "sqlite:$folder/never.db"
want 2 never.db ls "$folder/never.db"
want 2 never.db.d ls "$folder/never.db.d"

# what is meant as a bundle is not called a damaged database; a pipe nobody writes does not hold it up
: >"$folder/empty.zip"
printf 'QK\003\004 and so on, for longer than an end record' >"$folder/first.zip"
want 1 容器 "$program" verify "$folder/empty.zip"
want 1 '"bad":"container"' "$program" verify --json "$folder/first.zip"
mkfifo "$folder/pipe"
want 2 不是文件 timeout 10 "$program" verify "$folder/pipe"

# frames to JSON lines: an answer of 2017; then a blank line and a torn one behind it
segment='QN=20260102030405006;ST=91;CN=9014;PW=123456;MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&&&'
printf '##0087%s0140\r\n' "$segment" >"$folder/good.txt"
printf '##0087%s0140\r\n\r\n##0087QN=2026' "$segment" >"$folder/torn.txt"
want 0 '"offset":0,"bytes":99,"accepted":true,"crc":"ok","edition":2017' "$program" hj212 decode "$folder/good.txt"
want 1 '"offset":101,"bytes":13,"accepted":false' "$program" hj212 decode "$folder/torn.txt"
want 2 any或hj "$program" hj212 decode --crc all "$folder/good.txt"
want 2 32位 "$program" hj212 decode --key 00 "$folder/good.txt"
want 3 打开 "$program" hj212 decode "$folder/nothing.txt"

# draws: out of a store, and the file alone
sed "s|\"\.\./prefix|\"$stories/prefix|" "$stories/draw/renew.jsonl" >"$folder/renew.jsonl"
want 0 "ok " "$program" simulate --summary --db "sqlite:$folder/draw.db" "$folder/renew.jsonl"
want 1 仍在密封 "$program" draw export dr1 --db "sqlite:$folder/draw.db"
want 1 仍在密封 "$program" draw export dr1 --db "sqlite:$folder/draw.db" --by wei
want 0 允许 "$program" act '{"act":"draw.look","draw":"dr1"}' --by wei --db "sqlite:$folder/draw.db"
want 0 'drawn 1 1' "$program" draw export dr1 --db "sqlite:$folder/draw.db" --by wei
want 1 仍在密封 "$program" draw export dr1 --db "sqlite:$folder/draw.db" --by luo
sed "s|\"\.\./prefix|\"$stories/prefix|" "$stories/draw/sealed.jsonl" >"$folder/sealed.jsonl"
want 0 "ok " "$program" simulate --summary --db "sqlite:$folder/public.db" "$folder/sealed.jsonl"
"$program" draw export dr1 --db "sqlite:$folder/public.db" >"$folder/dr1.draw"
want 0 相符 "$program" draw verify "$folder/dr1.draw"
want 0 '"sound":true,"draw":"dr1","method":2' "$program" draw verify --json "$folder/dr1.draw"
plan=$(sed -n 's/^plan //p' "$folder/dr1.draw")
want 0 相符 "$program" draw verify --plan "$plan" "$folder/dr1.draw"
want 1 不是您所见的那个方案 "$program" draw verify --plan sm3:00 "$folder/dr1.draw"
sed 's/ chosen s4/ chosen s6/' "$folder/dr1.draw" >"$folder/forged.draw"
want 1 '"sound":false,"wrong":"drawn 1 1"' "$program" draw verify --json "$folder/forged.draw"
sed 's/^day /date /' "$folder/dr1.draw" >"$folder/torn.draw"
want 2 第9行 "$program" draw verify "$folder/torn.draw"
want 1 不存在 "$program" draw verify "$folder/nothing.draw"
want 1 没有编号为 "$program" draw export nobody --db "sqlite:$folder/draw.db"

# an empty real system
want 2 --agency "$program" init --db "sqlite:$folder/real.db"
want 2 区划代码 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 999999
want 2 读到 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 420100 --agency-id '甲 乙' # and no half of a system stays
want 2 real.db ls "$folder/real.db"
want 0 一次性口令 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 420100
want 1 不能再初始化 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 420100
want 0 完好 "$program" verify "$folder/real.db"

# readings: a table in, out again as it came, anchored, sealed, backed up; a byte that changed is named, and not restored
real="sqlite:$folder/real.db"
awk 'BEGIN { print "time,a21026-Min,a21026-Avg,a21026-Max,a21026-Flag,a19001-Avg"
    for (m = 0; m < 2880; m++)
        printf "2020-01-%02d %02d:%02d:00,%d.0,%d.50,%d.9,N,8.%d\n", 2 + m / 1440, m % 1440 / 60, m % 60, m % 7, m % 7, m % 7, m % 10 }' \
    >"$folder/minutes.csv"
want 2 --mn "$program" monitor import "$folder/minutes.csv" --db "$real"
want 0 读数5760个，重复0帧 "$program" monitor import "$folder/minutes.csv" --db "$real" --mn M1
want 0 读数0个，重复2880帧 "$program" monitor import "$folder/minutes.csv" --db "$real" --mn M1
want 0 '2020-01-03 00:05:00,3.50,3.0,3.9,N' "$program" monitor export --db "$real" --mn M1 --factor a21026 --from 2020-01-03
want 0 'DataTime=20200103000500;a21026-Min=3.0,a21026-Avg=3.50' "$program" monitor export --db "$real" --mn M1 --factor a21026 --frames
want 1 没有nothing的 "$program" monitor export --db "$real" --mn M1 --factor nothing
# what is known beside the readings: kept once, for a device that is known, whole or not at all
printf '时间,种类,因子,读数,标准值\n2020-01-02 08:00,量程核查,a21026,3.5,3.5\n2020-01-02 09:00,执法检查,,,\n' >"$folder/records.csv"
printf 'time,kind\n2020-01-02 08:00,visit\n2020-01-02 09:00,nothing\n' >"$folder/wrong-records.csv"
want 2 --mn "$program" monitor records "$folder/records.csv" --db "$real"
want 1 没有这个设备 "$program" monitor records "$folder/records.csv" --db "$real" --mn M9
want 2 第3行第2列 "$program" monitor records "$folder/wrong-records.csv" --db "$real" --mn M1
want 0 已保存2条记录 "$program" monitor records "$folder/records.csv" --db "$real" --mn M1
want 0 已经保存过 "$program" monitor records "$folder/records.csv" --db "$real" --mn M1
want 2 缺少时间或种类 "$program" monitor audit "$folder/minutes.csv" --records "$folder/minutes.csv"
want 2 时间,种类,因子 "$program" monitor audit "$folder/minutes.csv" --records "$folder/minutes.csv"
printf '时间,种类,因子,读数,标准值\n2020-01-02 08:00,量程核查,二氧化硫,3.5,3.5\n2020-01-02 09:00,量程核查,zzz,3.5,3.5\n2030-01-02 09:00,执法检查,,,\n' >"$folder/far.csv"
want 0 'far.csv：有1条记录的因子不在表中（如“zzz”）' "$program" monitor audit "$folder/minutes.csv" --records "$folder/far.csv"
want 0 'far.csv：有1条记录的时间不在表的时段内' "$program" monitor audit "$folder/minutes.csv" --records "$folder/far.csv"
"$program" monitor audit "$folder/minutes.csv" --records "$folder/far.csv" --beside "$folder/minutes.csv" >"$folder/far.out"
want 1 0 grep -cF "$folder" "$folder/far.out"
want 2 更细 "$program" monitor audit "$folder/minutes.csv" --minutes "$folder/minutes.csv"
# papers: a draft without a number; issued once, in the name of who may; a changed byte is not the issued text
papers=sqlite:$folder/papers.db
want 0 ok "$program" simulate --summary --db "$papers" "$stories/../papers/life.jsonl"
want 2 没有“A99”这种文书 "$program" paper --db "$papers" A99 e2
want 1 没有可以出具 "$program" paper --db "$papers" A12 nothing
want 0 解除本次委托事项决定书 "$program" paper --db "$papers" A12 e2 --out "$folder/draft.pdf"
want 1 执法机构 "$program" paper --db "$papers" A12 e2 --by mei-u --out "$folder/no.pdf"
want 0 解除本次委托事项决定书 "$program" paper --db "$papers" A12 e2 --by han --out "$folder/a12.pdf"
want 1 江环执辅解 "$program" paper --db "$papers" A12 e2 --by han --out "$folder/no.pdf"
want 0 有效 "$program" verify --db "$papers" "$folder/a12.pdf"
printf x >>"$folder/a12.pdf"
want 1 内容被改动 "$program" verify --db "$papers" "$folder/a12.pdf"

printf 'time,a21026-Avg\n2020-01-02 00:00:00,1;2\n' >"$folder/wrong.csv"
want 2 wrong.csv第2行 "$program" monitor import "$folder/wrong.csv" --db "$real" --mn M1
want 0 已存证2天 "$program" monitor anchor --db "$real"
want 0 已存证0天 "$program" monitor anchor --db "$real"
want 2 2026-01 "$program" monitor seal January --db "$real"
want 1 没有数据 "$program" monitor seal 2019-12 --db "$real"
want 0 已封存2020年1月 "$program" monitor seal 2020-01 --db "$real"
want 0 4个数据块 "$program" verify "$folder/real.db"
want 0 已备份 "$program" backup "$folder/readings-backup" --db "$real"
want 0 已恢复 "$program" restore "$folder/readings-backup" --db "sqlite:$folder/third.db"
want 0 '2020-01-03 00:05:00,3.50,3.0,3.9,N' "$program" monitor export --db "sqlite:$folder/third.db" --mn M1 --factor a21026
month="$folder/readings-backup/xiezhi.db.d/readings/readings-2020-01-s0.db"
chmod 600 "$month"
LC_ALL=C sed -i 's/DC1/DCX/' "$month"
want 1 没有恢复 "$program" restore "$folder/readings-backup" --db "sqlite:$folder/never.db"
rm -rf "$folder/third.db.d/readings"
want 1 账本里有存证，库里没有监测数据 "$program" verify "$folder/third.db"
want 0 按Ctrl-C结束 "$program" demo --once --small --port 0

finish
