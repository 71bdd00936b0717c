#!/bin/sh
# commands.sh PROGRAM STORIES: the command line as somebody uses it: exit codes, what it names, what it refuses.
set -u
program=$1 stories=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/xiezhi-cli-XXXXXX")
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# want CODE TEXT COMMAND...: ends with CODE and says TEXT somewhere.
want() {
    code=$1 text=$2
    shift 2
    "$@" >"$folder/out" 2>&1
    got=$?
    if [ "$got" = "$code" ] && grep -qF -- "$text" "$folder/out"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "$*: exit $got, wanted $code and “$text”"
    sed 's/^/    /' "$folder/out"
}
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

# damage is found and named
flip() { # FILE FROM TO (equal length): somebody edits the file, not through us
    LC_ALL=C sed -i "s/$2/$3/g" "$1"
}
"$program" replay --db "$db" --into "sqlite:$folder/bad.db" >/dev/null
flip "$folder/bad.db" '"act":"agency.register"' '"act":"agency.registeX"'
want 1 'entry 1：' "$program" verify "$folder/bad.db"
LC_ALL=C sed -i 's/"act":"agency.register"/"act":"agency.registeX"/g' "$folder/backup/xiezhi.db"
want 1 没有恢复 "$program" restore "$folder/backup" --db "sqlite:$folder/never.db"

# an empty real system
want 2 --agency "$program" init --db "sqlite:$folder/real.db"
want 2 区划代码 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 999999
want 0 一次性口令 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 420100
want 1 不能再初始化 "$program" init --db "sqlite:$folder/real.db" --agency 武汉支队 --region 420100
want 0 完好 "$program" verify "$folder/real.db"
want 0 按Ctrl-C结束 "$program" demo --once --small --port 0

echo "[  PASSED  ] $passed test(s)."
[ $failed = 0 ] || echo "[  FAILED  ] $failed test(s), listed below:"
[ $failed = 0 ]
