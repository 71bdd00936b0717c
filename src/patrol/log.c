/*
 * Which log is it? By its bytes; the name is asked only for the maker's own encrypted record, whose first bytes promise little. That one
 * cannot be read without the maker's key server, so the way out is said: let the maker's program or a converter write CSV, KML or GPX.
 */
#include "patrol/private.h"

#include <string.h>

static bool ends(str name, const char *with)
{
    size_t n = strlen(with);
    return name.n >= n && strncasecmp(name.p + name.n - n, with, n) == 0;
}

static bool binary(str bytes)
{
    for (size_t i = 0; i < bytes.n && i < 256; i++)
        if (!bytes.p[i])
            return true;
    return false;
}

static err *makers_record(str bytes)
{
    int version = (unsigned char)bytes.p[10];
    if (version >= 13)
        return err_got(err_new(ERR_INPUT, "这是大疆的加密飞行记录（第%d版），没有大疆的在线密钥不能读取", version), STR_NONE,
                       S("在DJI Pilot、DJI Fly或AirData等程序里导出CSV、KML或GPX后导入"), STR_NONE);
    return err_got(err_new(ERR_INPUT, "这是大疆的二进制飞行记录（第%d版），不直接读取", version), STR_NONE,
                   S("用DJI Fly、AirData或TXTlogToCSV导出CSV、KML或GPX后导入"), STR_NONE);
}

static bool dji_record(str bytes, str name)
{
    return ends(name, ".txt") && bytes.n > 100 && binary(bytes) && bytes.p[10] > 0 && bytes.p[10] < 40 && !bytes.p[7] && !bytes.p[6];
}

bool track_like(str bytes, str name)
{
    return ends(name, ".srt") || ends(name, ".csv") || ends(name, ".gpx") || ends(name, ".kml") || dji_record(bytes, name);
}

err *log_parse(struct arena *a, str bytes, str name, struct place near, struct track *ret)
{
    str text;
    *ret = (struct track){0};
    if (!bytes.n)
        return err_new(ERR_INPUT, "文件是空的");
    if (dji_record(bytes, name))
        return makers_record(bytes);
    if (str_starts(bytes, S("PK\x03\x04")))
        return err_new(ERR_INPUT, "文件是压缩包（KMZ或xlsx），请解压后选择其中的KML，或另存为CSV");
    if (binary(bytes))
        return err_got(err_new(ERR_INPUT, "不是能读取的飞行记录"), STR_NONE, S("SRT字幕、CSV、GPX、KML"), STR_NONE);
    str head = str_trim(str_sub(bytes, str_starts(bytes, S("\xEF\xBB\xBF")) ? 3 : 0, 4096));
    if (str_starts(head, S("<")) && str_find(head, S("<font")) != 0)
        return gpx_kml_parse(a, str_starts(bytes, S("\xEF\xBB\xBF")) ? str_sub(bytes, 3, bytes.n) : bytes, ret);
    if (ends(name, ".csv"))
        return log_csv_parse(a, bytes, ret);
    TRY(text_decode(a, bytes, &text));
    if (ends(name, ".srt") || str_find(head, S("-->")) >= 0 || str_find(head, S("latitude :")) >= 0)
        return srt_parse(a, text, near, ret);
    return log_csv_parse(a, bytes, ret);
}
