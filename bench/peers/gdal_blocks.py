"""gdal_blocks.py SCENE: decodes every block of bands 1 and 2 and keeps none (GDALReadBlock); prints the processor seconds of that, without starting."""
import sys
import time

from osgeo import gdal

gdal.UseExceptions()
scene = gdal.Open(sys.argv[1])
best = None
for _ in range(3):
    start = time.process_time()
    for number in (1, 2):
        band = scene.GetRasterBand(number)
        wide, high = band.GetBlockSize()
        for y in range((scene.RasterYSize + high - 1) // high):
            for x in range((scene.RasterXSize + wide - 1) // wide):
                band.ReadBlock(x, y)
    spent = time.process_time() - start
    best = spent if best is None else min(best, spent)
print("%.6f" % best)
