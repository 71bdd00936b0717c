/*
 * Values as words. Amounts in capitals follow the Ministry of Finance's rules for negotiable paper (支付结算办法, annex 1,
 * 1997): 零 once for any number of zeros inside, 整 behind an amount that ends at 元 or 角.
 */
#include "papers/paper_private.h"

static const char *const capital_digit[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
static const char *const capital_unit[] = {"", "拾", "佰", "仟"};
static const char *const plain_digit[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const plain_unit[] = {"", "十", "百", "千"};
static const char *const group_unit[] = {"", "万", "亿", "万", "亿亿"}; /* 万 of 亿: 壹万贰仟亿 */

static str grouped(struct arena *a, uint64_t n)
{
    char digits[32], out[48];
    int k = 0, o = 0;
    do {
        digits[k++] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    while (k) {
        out[o++] = digits[--k];
        if (k && k % 3 == 0)
            out[o++] = ',';
    }
    return arena_str(a, (str){out, (size_t)o});
}

static uint64_t magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

str paper_money(struct arena *a, int64_t fen)
{
    uint64_t n = magnitude(fen);
    return arena_printf(a, "%s%.*s.%02d元", fen < 0 ? "-" : "", STR_ARG(grouped(a, n / 100)), (int)(n % 100));
}

/* A whole number above 0 in groups of four digits. */
static void spell(buf *b, uint64_t n, const char *const digit[10], const char *const unit[4])
{
    int groups[5] = {0}, top = 0;
    for (int i = 0; i < 5; i++, n /= 10000)
        if ((groups[i] = (int)(n % 10000)) != 0)
            top = i;
    bool zero = false;
    for (int i = top; i >= 0; i--) {
        int rest = groups[i];
        for (int place = 3, scale = 1000; place >= 0; place--, scale /= 10) {
            int d = rest / scale;
            rest %= scale;
            if (!d) {
                zero = true;
                continue;
            }
            if (zero && b->n)
                buf_add(b, str_of(digit[0]));
            zero = false;
            buf_add(b, str_of(digit[d]));
            buf_add(b, str_of(unit[place]));
        }
        if (groups[i])
            buf_add(b, str_of(group_unit[i]));
        if (i == 3 && groups[3] && !groups[2])
            buf_add(b, str_of(group_unit[2]));
    }
}

str paper_capital(struct arena *a, int64_t fen)
{
    buf b = buf_make(a, 400), whole = buf_make(a, 400);
    uint64_t n = magnitude(fen), yuan = n / 100;
    int jiao = (int)(n / 10 % 10), cent = (int)(n % 10);
    buf_add(&b, S("人民币"));
    if (fen < 0)
        buf_add(&b, S("负"));
    spell(&whole, yuan, capital_digit, capital_unit);
    buf_add(&b, buf_str(&whole));
    if (yuan || !n)
        buf_add(&b, n ? S("元") : S("零元"));
    if (jiao)
        buf_printf(&b, "%s角", capital_digit[jiao]);
    else if (cent && yuan)
        buf_add(&b, S("零"));
    if (cent)
        buf_printf(&b, "%s分", capital_digit[cent]);
    else
        buf_add(&b, S("整"));
    CHECK(!b.overflow && !whole.overflow);
    return buf_str(&b);
}

str paper_han(struct arena *a, int64_t n)
{
    buf b = buf_make(a, 400), digits = buf_make(a, 400);
    if (!n)
        return S("零");
    spell(&digits, magnitude(n), plain_digit, plain_unit);
    CHECK(!digits.overflow);
    str words = buf_str(&digits);
    if (str_starts(words, S("一十"))) /* 十二, not 一十二 */
        words = str_sub(words, sizeof "一" - 1, words.n);
    if (n < 0)
        buf_add(&b, S("负"));
    buf_add(&b, words);
    return buf_str(&b);
}

static str percent(struct arena *a, int64_t hundredths)
{
    uint64_t n = magnitude(hundredths);
    const char *sign = hundredths < 0 ? "-" : "";
    if (n % 100 == 0)
        return arena_printf(a, "%s%llu%%", sign, (unsigned long long)(n / 100));
    if (n % 10 == 0)
        return arena_printf(a, "%s%llu.%d%%", sign, (unsigned long long)(n / 100), (int)(n / 10 % 10));
    return arena_printf(a, "%s%llu.%02d%%", sign, (unsigned long long)(n / 100), (int)(n % 100));
}

static err *wrong_kind(const char *want)
{
    return err_got(err_new(ERR_INPUT, "数据的类型不合"), STR_NONE, str_of(want), STR_NONE);
}

static err *format_day(struct arena *a, const struct json *v, str *ret)
{
    day d = DAY_NONE;
    if (v->kind == JSON_NUMBER && v->integer && v->i > day_from_civil(1900, 1, 1) && v->i < day_from_civil(2199, 12, 31))
        d = (day)v->i;
    else if (v->kind == JSON_STRING)
        TRY(day_parse(v->string, &d));
    if (d == DAY_NONE)
        return wrong_kind("日期：2026-03-05，或距1970-01-01的天数");
    *ret = day_chinese(a, d);
    return NULL;
}

static err *format_time(struct arena *a, const struct json *v, str *ret)
{
    usec t = USEC_NONE;
    if (v->kind == JSON_NUMBER && v->integer && v->i > day_start(day_from_civil(1900, 1, 1)) &&
        v->i < day_start(day_from_civil(2199, 12, 31)))
        t = v->i;
    else if (v->kind == JSON_STRING)
        TRY(time_parse(v->string, &t));
    if (t == USEC_NONE)
        return wrong_kind("时间：2026-03-05T09:31:00+08:00，或微秒数");
    *ret = time_chinese(a, t);
    return NULL;
}

static err *format_text(struct arena *a, const struct json *v, str *ret)
{
    if (v->kind == JSON_STRING) {
        *ret = v->string;
        return NULL;
    }
    if (v->kind != JSON_NUMBER || !v->integer)
        return wrong_kind("文字或整数；其他值请用格式（date、money、yesno……）");
    *ret = arena_printf(a, "%lld", (long long)v->i);
    return NULL;
}

err *format_value(struct arena *a, enum paper_format f, const struct json *v, str *ret)
{
    if (f == FORMAT_TEXT)
        return format_text(a, v, ret);
    if (f == FORMAT_DATE)
        return format_day(a, v, ret);
    if (f == FORMAT_TIME)
        return format_time(a, v, ret);
    if (f == FORMAT_LAW) {
        if (v->kind != JSON_STRING)
            return wrong_kind("文字：条文的名称与版本");
        *ret = v->string;
        return NULL;
    }
    if (f == FORMAT_YESNO) {
        if (v->kind != JSON_BOOL)
            return wrong_kind("true或false");
        *ret = v->boolean ? S("是") : S("否");
        return NULL;
    }
    if (v->kind != JSON_NUMBER || !v->integer)
        return wrong_kind("整数");
    switch (f) {
    case FORMAT_MONEY: *ret = paper_money(a, v->i); break;
    case FORMAT_CAPITAL: *ret = paper_capital(a, v->i); break;
    case FORMAT_WORKDAYS: *ret = arena_printf(a, "%lld个工作日", (long long)v->i); break;
    case FORMAT_DAYS: *ret = arena_printf(a, "%lld个自然日", (long long)v->i); break;
    case FORMAT_DIGITS:
        *ret = arena_printf(a, "%s%.*s", v->i < 0 ? "-" : "", STR_ARG(grouped(a, magnitude(v->i))));
        break;
    case FORMAT_HAN: *ret = paper_han(a, v->i); break;
    default: *ret = percent(a, v->i);
    }
    return NULL;
}
