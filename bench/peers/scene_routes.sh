#!/bin/sh
# scene_routes.sh ROUTE SCENE FOLDER: the polygons where band 1 of SCENE is above band 2, by programs of Debian; `count ROUTE` says how many they are and
# the pixels of 100 square metres in them. Exit 3: that program is not here. Only the work is worth timing: counting is a run of its own.
set -eu
export LC_ALL=C.UTF-8 OTB_LOGGER_LEVEL=ERROR
route=$1 scene=$2 folder=$3
here() { command -v "$1" >/dev/null || exit 3; }
cd "$folder"
polygonize() { gdal_polygonize.py -q "$1.tif" -mask "$1.tif" -f FlatGeobuf "$1.fgb" >/dev/null; }
case $route in
gdal)
    here gdal_calc.py
    rm -f gdal.tif gdal.fgb
    gdal_calc.py --quiet -A "$scene" --A_band=1 -B "$scene" --B_band=2 --type=Byte --NoDataValue=0 --co COMPRESS=DEFLATE --co TILED=YES \
        --calc='A.astype(float)>B' --outfile=gdal.tif >/dev/null
    polygonize gdal
    ;;
otb)
    here otbcli_BandMath
    here gdal_polygonize.py
    rm -f otb.tif otb.fgb
    otbcli_BandMath -il "$scene" -exp 'im1b1 > im1b2 ? 1 : 0' -out "otb.tif?&nodata=0" uint8 >/dev/null 2>&1
    polygonize otb
    ;;
grass)
    here grass
    # Maps stay in its own store: writing them out would only add to it.
    grass --tmp-location "$scene" --exec sh -c "r.external -o --quiet input='$scene' output=s && g.region raster=s.1 && r.mapcalc --quiet 'm = if(s.1 > s.2, 1, null())' &&
        r.to.vect --quiet input=m output=v type=area && v.info -t v >grass.info && r.univar -g m >>grass.info" >/dev/null 2>grass.log
    ;;
count)
    case $scene in
    grass) sed -n 's/^centroids=//p; s/^n=//p' grass.info | tr '\n' ' ' ;;
    *) ogrinfo -q -sql 'SELECT COUNT(*) AS n, SUM(OGR_GEOM_AREA) AS m2 FROM out' "$scene.fgb" | awk '/n \(/ { n = $NF } /m2 \(/ { printf "%d %.0f", n, $NF / 100 }' ;;
    esac
    ;;
esac
