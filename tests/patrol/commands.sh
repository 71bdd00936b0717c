#!/bin/sh
# commands.sh PROGRAM MAKE_FLIGHT STORIES: `xiezhi patrol` as somebody uses it.
set -u
name=patrol program=$1 make=$2 stories=$3
. "$(dirname "$0")/../cli/want.sh"

card=$folder/card
mkdir "$card" "$card/sub"
start=2026-03-23T09:30:00+08:00
"$make" "$card/sub" 3 6 $start log
printf '%s' '{"type":"Polygon","coordinates":[[[114.3505,30.6006],[114.3519,30.6006],[114.3519,30.6021],[114.3505,30.6021],[114.3505,30.6006]]]}' >"$folder/area.geojson"
printf '%s' '{"type":"LineString","coordinates":[[114.3508,30.6008],[114.3518,30.6022]]}' >"$folder/shore.geojson"
printf '%s' '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"某厂"},"geometry":{"type":"Polygon","coordinates":[[[114.3508,30.6008],[114.3512,30.6008],[114.3512,30.6012],[114.3508,30.6012],[114.3508,30.6008]]]}}]}' >"$folder/fence.geojson"

coverage="$program patrol coverage"
want 0 '"photos":18,"located":18,"placed":18,"quarantined":0' $coverage --area "$folder/area.geojson" "$card"
want 0 '"lines":3,"lines_reversed":0' $coverage --area "$folder/area.geojson" "$card"
want 0 '"coverage":null' $coverage "$card"
want 0 '"photo":"sub/DJI_00001.JPG"' $coverage --photos "$card"
want 2 走廊宽度 $coverage --area "$folder/shore.geojson" "$card"
want 0 '"shore":[{"from_m":0,"to_m":100,' $coverage --area "$folder/shore.geojson" --corridor 20 "$card"
want 1 '"boundary":"某厂"' $coverage --area "$folder/area.geojson" --boundaries "$folder/fence.geojson" "$card"
want 0 '"entries":[]' $coverage --area "$folder/area.geojson" --boundaries "$folder/fence.geojson" \
    --accompanied 2026-03-23T09:00:00+08:00/2026-03-23T11:00:00+08:00 "$card"
want 2 开始/结束 $coverage --area "$folder/area.geojson" --accompanied 2026-03-23T09:00:00+08:00 "$card"
want 1 不存在 $coverage --area "$folder/none.geojson" "$card"
mkdir "$folder/turned"
"$make" "$folder/turned" 3 5 $start turned
want 0 '"yaw_reversed":["DJI_00006.JPG","DJI_00007.JPG","DJI_00008.JPG","DJI_00009.JPG","DJI_00010.JPG"]' $coverage "$folder/turned"
want 0 '"lines_reversed":0' $coverage --no-yaw "$folder/turned"

# what cannot be read is said, and the rest goes on
printf 'no photo' >"$card/sub/DJI_09999.JPG"
head -c 300 /dev/zero | tr '\0' 'x' >"$card/log.txt"
printf '\051\003\0\0\0\0\0\0\264\001\016\002' >"$card/DJIFlightRecord.txt"
head -c 300 /dev/zero >>"$card/DJIFlightRecord.txt"
want 0 '"unread":[{"file":"sub/DJI_09999.JPG","why":"不是JPEG照片"}]' $coverage "$card"
want 0 '加密飞行记录（第14版）' $coverage "$card"
want 1 '18张可定到地面' "$program" patrol import "$card"
want 0 "已转180度计算：5张（DJI_00006.JPG等）" "$program" patrol import "$folder/turned"
want 1 '"log":"sub/flight.gpx","dialect":"gpx","points":18' "$program" patrol import --json "$card"

# into a store, twice: the second time there is nothing new
db=sqlite:$folder/x.db
sed '/"expect":"refused"/d; /"id":"p[0-9]"/d; /"import":"p[0-9]"/d' "$stories/draw/flight-import.jsonl" | sed "s|../prefix|$stories/prefix|" >"$folder/story.jsonl"
want 0 flight.approve "$program" simulate --json --db "$db" "$folder/story.jsonl"
want 2 --flight "$program" patrol import --db "$db" "$folder/turned"
want 1 没有飞行 "$program" patrol import --db "$db" --flight none --by wei "$folder/turned"
want 0 '导入15张照片（先前已有0张），原件15张' "$program" patrol import --db "$db" --flight f1 --by wei "$folder/turned"
want 0 '导入0张照片（先前已有15张），原件0张' "$program" patrol import --db "$db" --flight f1 --by wei "$folder/turned"
want 0 '' "$program" verify --db "$db"

finish
