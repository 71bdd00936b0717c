/*
 * xiezhi-read-raster: the raster on descriptor 0, what is wanted and where it lies on a socket (read_answer.h), blocks into shared memory. A program of
 * its own, as the reader of PDFs: xiezhi is not linked with GDAL, whose drivers are written for files one trusts.
 *
 * GDAL sees one file, through a file system of ours with one name in it. Side files, networks, folders and plug-ins do not exist for it.
 */
#include "remote/read_answer.h"
#include "sandbox/sandbox.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <fcntl.h>
#include <gdal.h>
#include <gdal_frmts.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/held/"
#define NAME "scene" /* GDAL asks without the folder */
CPL_C_START
void GDALRegister_GTiff(void);
void GDALRegister_JP2OpenJPEG(void);
CPL_C_END

/* ---- the one file ---- */
static struct { off_t at, size; } held;

static int held_stat(void *context, const char *name, VSIStatBufL *ret, int flags)
{
    (void)context, (void)flags;
    memset(ret, 0, sizeof *ret);
    if (strcmp(name, NAME) != 0)
        return -1;
    ret->st_mode = S_IFREG;
    ret->st_size = held.size;
    return 0;
}

static void *held_open(void *context, const char *name, const char *access)
{
    (void)context;
    off_t *at = strcmp(name, NAME) == 0 && strchr(access, 'w') == NULL && strchr(access, '+') == NULL ? CPLCalloc(1, sizeof *at) : NULL;
    return at;
}

static vsi_l_offset held_tell(void *file)
{
    return (vsi_l_offset)*(off_t *)file;
}

static int held_seek(void *file, vsi_l_offset to, int whence)
{
    off_t *at = file;
    *at = (whence == SEEK_CUR ? *at : whence == SEEK_END ? held.size : 0) + (off_t)to;
    return *at < 0 ? -1 : 0;
}

static size_t held_read(void *file, void *p, size_t size, size_t n)
{
    off_t *at = file;
    size_t want = size && n > SIZE_MAX / size ? 0 : size * n, done = 0;
    while (done < want) {
        ssize_t got = pread(READ_FILE, (char *)p + done, want - done, *at);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            break;
        done += got > 0 ? (size_t)got : 0;
        *at += got > 0 ? got : 0;
    }
    return size ? done / size : 0;
}

static int held_eof(void *file)
{
    return *(off_t *)file >= held.size;
}

static int held_close(void *file)
{
    CPLFree(file);
    return 0;
}

static void hold_file(void)
{
    struct stat s = {0};
    VSIFilesystemPluginCallbacksStruct *c = VSIAllocFilesystemPluginCallbacksStruct();
    if (fstat(READ_FILE, &s) == 0)
        held.size = s.st_size;
    c->stat = held_stat;
    c->open = held_open;
    c->tell = held_tell;
    c->seek = held_seek;
    c->read = held_read;
    c->eof = held_eof;
    c->close = held_close;
    VSIInstallPluginHandler(FOLDER, c);
    VSIFreeFilesystemPluginCallbacksStruct(c);
}

/* ---- talking ---- */
static void say(const void *p, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(READ_SOCKET, (const char *)p + at, size - at);
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
}

static bool hear(void *p, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = read(READ_SOCKET, (char *)p + at, size - at);
        if (n == 0)
            return false;
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* ---- what it is ---- */
static bool hands_off(void)
{
    static const int allowed[] = {SCMP_SYS(pread64), SCMP_SYS(rt_sigaction), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
                                  SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday)};
    static const int refused[] = {SCMP_SYS(access),  SCMP_SYS(readlink), SCMP_SYS(getcwd), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(ioctl),
                                  SCMP_SYS(stat),    SCMP_SYS(lstat),    SCMP_SYS(clone3), SCMP_SYS(clone), SCMP_SYS(prlimit64), SCMP_SYS(getrusage),
                                  SCMP_SYS(uname),   SCMP_SYS(socket),   SCMP_SYS(connect)};
    return sandbox_enter(&(struct sandbox){.memory = LIMIT_RASTER_MEMORY, .seconds = LIMIT_RASTER_SECONDS, .allowed = allowed,
                                           .allowed_n = sizeof allowed / sizeof *allowed, .refused = refused,
                                           .refused_n = sizeof refused / sizeof *refused});
}

/* Opens the table of references while files can still be opened. */
static void warm_up(void)
{
    OGRSpatialReferenceH one = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(one, 4490);
    OSRImportFromEPSG(one, 32650);
    OSRGetAuthorityCode(one, NULL);
    OSRDestroySpatialReference(one);
}

static void reference(GDALDatasetH d, struct crs *c)
{
    OGRSpatialReferenceH s = GDALGetSpatialRef(d);
    OGRErr bad = OGRERR_NONE;
    if (!s)
        return;
    const char *code = OSRGetAuthorityCode(s, NULL), *name = OSRGetAuthorityName(s, NULL), *method = OSRGetAttrValue(s, "PROJECTION", 0);
    int epsg = code && name && strcmp(name, "EPSG") == 0 ? (int)CPLAtoGIntBig(code) : 0;
    if (crs_of_epsg(epsg, c))
        return;
    double flattening = 1 / OSRGetInvFlattening(s, &bad), a = OSRGetSemiMajor(s, &bad);
    c->kind = CRS_OTHER;
    c->epsg = epsg;
    if (fabs(a - 6378137.0) > 0.5 || OSRGetPrimeMeridian(s, NULL) != 0) /* another ellipsoid means another datum: Beijing 54, Xi'an 80 */
        return;
    *c = (struct crs){.kind = CRS_OTHER, .epsg = epsg, .a = a, .flattening = flattening};
    if (OSRIsGeographic(s)) {
        c->kind = CRS_GEOGRAPHIC;
    } else if (OSRIsProjected(s) && method && strcmp(method, SRS_PT_TRANSVERSE_MERCATOR) == 0 && fabs(OSRGetLinearUnits(s, NULL) - 1) < 1e-9) {
        c->kind = CRS_TRANSVERSE;
        c->lon0 = OSRGetProjParm(s, SRS_PP_CENTRAL_MERIDIAN, 0, NULL);
        c->lat0 = OSRGetProjParm(s, SRS_PP_LATITUDE_OF_ORIGIN, 0, NULL);
        c->k0 = OSRGetProjParm(s, SRS_PP_SCALE_FACTOR, 1, NULL);
        c->east0 = OSRGetProjParm(s, SRS_PP_FALSE_EASTING, 0, NULL);
        c->north0 = OSRGetProjParm(s, SRS_PP_FALSE_NORTHING, 0, NULL);
    }
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t n = from ? strlen(from) : 0;
    n = n < size ? n : size - 1;
    memcpy(to, from ? from : "", n);
    to[n] = 0;
}

static enum sample sample_of(GDALDataType t)
{
    return t == GDT_Byte ? SAMPLE_U8 : t == GDT_UInt16 ? SAMPLE_U16 : t == GDT_Int16 ? SAMPLE_I16 : SAMPLE_F32;
}

static enum read_fault band_head(GDALRasterBandH b, struct raster_band *ret)
{
    int there = 0;
    GDALDataType type = GDALGetRasterDataType(b);
    if (GDALDataTypeIsComplex(type))
        return READ_COMPLEX;
    if (GDALGetRasterColorTable(b))
        return READ_PALETTE;
    copy_text(ret->name, sizeof ret->name, GDALGetDescription(b));
    ret->sample = sample_of(type);
    ret->nodata = GDALGetRasterNoDataValue(b, &there);
    ret->has_nodata = there;
    ret->scale = GDALGetRasterScale(b, &there);
    if (!there)
        ret->scale = 1;
    ret->offset = GDALGetRasterOffset(b, &there);
    if (!there)
        ret->offset = 0;
    return READ_FINE;
}

static int64_t block_number(GDALRasterBandH b, const char *what, int x, int y)
{
    char name[48];
    snprintf(name, sizeof name, "BLOCK_%s_%d_%d", what, x, y);
    const char *text = GDALGetMetadataItem(b, name, "TIFF");
    return text ? (int64_t)CPLAtoGIntBig(text) : 0;
}

/* GDAL opens a TIFF whose tail is cut off, and every block in the tail fails. Where the last of them ends says how much is not there. */
static int64_t end_of_blocks(GDALDatasetH d)
{
    enum { MOST = 100000 }; /* blocks looked at; of larger files the last row of each band */
    const char *together = GDALGetMetadataItem(d, "INTERLEAVE", "IMAGE_STRUCTURE");
    int bands = together && strcmp(together, "PIXEL") == 0 ? 1 : GDALGetRasterCount(d);
    int64_t end = 0;
    for (int i = 1; i <= bands; i++) {
        GDALRasterBandH b = GDALGetRasterBand(d, i);
        int wide, high;
        GDALGetBlockSize(b, &wide, &high);
        int across = (GDALGetRasterBandXSize(b) + wide - 1) / wide, down = (GDALGetRasterBandYSize(b) + high - 1) / high;
        for (int y = (int64_t)across * down * bands > MOST ? down - 1 : 0; y < down; y++)
            for (int x = 0; x < across; x++) {
                int64_t at = block_number(b, "OFFSET", x, y), upto = at ? at + block_number(b, "SIZE", x, y) : 0;
                end = upto > end ? upto : end;
            }
    }
    return end;
}

static enum read_fault describe(GDALDatasetH d, struct read_head *h)
{
    struct raster_head *r = &h->head;
    int width = GDALGetRasterXSize(d), height = GDALGetRasterYSize(d), bands = GDALGetRasterCount(d);
    if (bands < 1)
        return READ_NO_BANDS;
    if (bands > LIMIT_RASTER_BANDS)
        return READ_TOO_MANY_BANDS;
    if (width > LIMIT_RASTER_EDGE || height > LIMIT_RASTER_EDGE || (int64_t)width * height > LIMIT_RASTER_PIXELS)
        return READ_TOO_LARGE;
    r->grid.width = width, r->grid.height = height;
    r->bands = bands;
    if (GDALGetGeoTransform(d, r->grid.t) != CE_None)
        memset(r->grid.t, 0, sizeof r->grid.t);
    reference(d, &r->grid.crs);
    r->gcps = GDALGetGCPCount(d);
    r->rpc = GDALGetMetadata(d, "RPC") != NULL;
    copy_text(r->driver, sizeof r->driver, GDALGetDriverShortName(GDALGetDatasetDriver(d)));
    copy_text(r->taken, sizeof r->taken, GDALGetMetadataItem(d, "ACQUISITION_DATE", NULL));
    copy_text(r->baseline, sizeof r->baseline, GDALGetMetadataItem(d, "PROCESSING_BASELINE", NULL));
    GDALRasterBandH first = GDALGetRasterBand(d, 1);
    GDALGetBlockSize(first, &h->block_w, &h->block_h);
    r->levels = 1;
    r->level[0] = (struct tif_level){width, height, 0, 0};
    for (int i = 0; i < GDALGetOverviewCount(first) && r->levels < LIMIT_RASTER_LEVELS; i++) {
        GDALRasterBandH o = GDALGetOverview(first, i);
        r->level[r->levels++] = (struct tif_level){GDALGetRasterBandXSize(o), GDALGetRasterBandYSize(o), 0, 0};
    }
    for (int b = 0; b < bands; b++) {
        enum read_fault f = band_head(GDALGetRasterBand(d, b + 1), &r->band[b]);
        if (f != READ_FINE)
            return f;
    }
    int64_t end = strcmp(r->driver, "GTiff") == 0 ? end_of_blocks(d) : 0;
    h->missing = end - (int64_t)held.size;
    return h->missing > 0 ? READ_CUT : READ_FINE;
}

/* ---- blocks ---- */
struct job { GDALDatasetH d; struct read_request q; GDALDataType type; GDALRasterBandH band[LIMIT_RASTER_BANDS]; uint8_t *shared; bool tiff; };

static size_t tile_bytes(const struct job *j)
{
    return (size_t)j->q.tile_w * (size_t)j->q.tile_h * sample_size((enum sample)j->q.sample);
}

/* A block the file does not hold reads as zeros without an error: a scene of 7 MB can claim 160 GB. */
static bool sparse(const struct job *j, GDALRasterBandH b, int x, int y)
{
    char name[48];
    if (!j->tiff)
        return false;
    snprintf(name, sizeof name, "BLOCK_OFFSET_%d_%d", x, y);
    return GDALGetMetadataItem(b, name, "TIFF") == NULL;
}

static void direct_strip(const struct job *j, int y, uint8_t *to, uint8_t *state, int across)
{
    for (int x = 0; x < across; x++)
        for (int b = 0; b < j->q.bands; b++, to += tile_bytes(j), state++)
            *state = sparse(j, j->band[b], x, y) ? TILE_SPARSE : GDALReadBlock(j->band[b], x, y, to) == CE_None ? TILE_FINE : TILE_DAMAGED;
}

/* No block of these rows is in the file. Where some are, GDAL reads the others as no-data. */
static bool rows_sparse(const struct job *j, GDALRasterBandH b, int from, int upto)
{
    int wide, high;
    GDALGetBlockSize(b, &wide, &high);
    for (int y = from / high; y <= (upto - 1) / high; y++)
        for (int x = 0; x <= (GDALGetRasterBandXSize(b) - 1) / wide; x++)
            if (!sparse(j, b, x, y))
                return false;
    return true;
}

/* The rows of a strip, resampled or of blocks that are not worth a tile. */
static void row_strip(const struct job *j, int y, int rows, uint8_t *to, uint8_t *state)
{
    int width = GDALGetRasterBandXSize(j->band[0]), height = GDALGetRasterBandYSize(j->band[0]);
    int from = (int)((int64_t)y * height / j->q.height), upto = (int)((int64_t)(y + rows) * height / j->q.height);
    upto = upto > from ? upto : from + 1;
    for (int b = 0; b < j->q.bands; b++, to += tile_bytes(j), state++) {
        bool read = GDALRasterIO(j->band[b], GF_Read, 0, from, width, upto - from, to, j->q.width, rows, j->type, 0, 0) == CE_None;
        *state = !read ? TILE_DAMAGED : rows_sparse(j, j->band[b], from, upto) ? TILE_SPARSE : TILE_FINE;
    }
}

static bool wanted(struct job *j)
{
    struct read_request *q = &j->q;
    static const GDALDataType types[SAMPLES] = {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_Float32};
    if (!hear(q, sizeof *q) || q->magic != READ_MAGIC || q->bands < 1 || q->bands > LIMIT_RASTER_BANDS || q->sample < 0 || q->sample >= SAMPLES ||
        q->tile_w < 1 || q->tile_h < 1 || q->slots < 1 || q->width < 1 || q->height < 1)
        return false;
    for (int b = 0; b < q->bands; b++) {
        if (q->band[b] < 0 || q->band[b] >= GDALGetRasterCount(j->d))
            return false;
        j->band[b] = GDALGetRasterBand(j->d, q->band[b] + 1);
        if (q->level)
            j->band[b] = GDALGetOverview(j->band[b], q->level - 1);
        if (!j->band[b])
            return false;
    }
    j->type = types[q->sample];
    j->tiff = strcmp(GDALGetDriverShortName(GDALGetDatasetDriver(j->d)), "GTiff") == 0;
    size_t across = (size_t)(q->width + q->tile_w - 1) / (size_t)q->tile_w;
    return (across * (size_t)q->bands * (tile_bytes(j) + 1)) <= q->slot_bytes && q->slot_bytes * (size_t)q->slots <= LIMIT_RASTER_SHARED;
}

static void all_strips(struct job *j)
{
    int across = (j->q.width + j->q.tile_w - 1) / j->q.tile_w, strips = (j->q.height + j->q.tile_h - 1) / j->q.tile_h;
    for (int i = 0; i < strips; i++) {
        struct read_strip note = {READ_MAGIC, i % j->q.slots, i * j->q.tile_h, 0};
        uint8_t *slot = j->shared + j->q.slot_bytes * (size_t)note.slot, back;
        if (i >= j->q.slots && !hear(&back, 1)) /* nobody wants more */
            _exit(0);
        note.rows = note.y + j->q.tile_h > j->q.height ? j->q.height - note.y : j->q.tile_h;
        if (j->q.direct)
            direct_strip(j, i, slot, slot + (size_t)across * (size_t)j->q.bands * tile_bytes(j), across);
        else
            row_strip(j, note.y, note.rows, slot, slot + (size_t)j->q.bands * tile_bytes(j));
        say(&note, sizeof note);
    }
}

static void settings(void)
{
    static const char *const set[][2] = {{"GDAL_PAM_ENABLED", "NO"},      {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"}, {"GDAL_NUM_THREADS", "1"},
                                         {"OPJ_NUM_THREADS", "1"},        {"GDAL_CACHEMAX", "128"},                      {"CPL_DEBUG", "OFF"},
                                         {"GTIFF_IGNORE_READ_ERRORS", "NO"}, {"GDAL_DRIVER_PATH", "disable"},            {"OGR_ENABLE_PARTIAL_REPROJECTION", "NO"}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        CPLSetConfigOption(set[i][0], set[i][1]);
    CPLSetErrorHandler(CPLQuietErrorHandler);
}

int main(void)
{
    static const char *const drivers[] = {"GTiff", "JP2OpenJPEG", NULL};
    static struct read_head head = {.magic = READ_MAGIC, .fault = READ_NO_SANDBOX};
    static struct job job;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (close_range(4, ~0U, 0) != 0)
        return 1;
    job.shared = mmap(NULL, LIMIT_RASTER_SHARED, PROT_READ | PROT_WRITE, MAP_SHARED, READ_SHARED, 0);
    if (job.shared == MAP_FAILED)
        return 1;
    settings();
    GDALRegister_GTiff();
    GDALRegister_JP2OpenJPEG();
    warm_up();
    hold_file();
    if (hands_off()) {
        job.d = GDALOpenEx(FOLDER NAME, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
        head.fault = job.d ? describe(job.d, &head) : READ_UNREADABLE;
    }
    say(&head, sizeof head);
    while (head.fault == READ_FINE && wanted(&job))
        all_strips(&job);
    _exit(0);
}
