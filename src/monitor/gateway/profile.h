/*
 * What a device is like, learned from its frames: editions, CRC kinds, length habit, commands, order of fields, decimals and codes,
 * where it comes from, how it stamps hours and days, how far its clock stands from ours. Each habit is a set that grows: after the
 * first PROFILE_LEARN frames anything new makes a new version of the profile and an event, and nothing is ever refused for it.
 *
 * Stored as JSON (form 1), readable back: a restart goes on where it stopped. One thread; about 600 bytes a device.
 */
#pragma once
#include "monitor/gateway/address.h"
#include "monitor/hj212/hj212.h"

enum {
    PROFILE_LEARN = 30,      /* frames before a device counts as known */
    PROFILE_COMMANDS = 32, PROFILE_ORDERS = 16, PROFILE_ITEMS = 256, PROFILE_SOURCES = 8, PROFILE_SHAPES = 4,
    PROFILE_NAME = 48, /* bytes of one */ PROFILE_NAMES = 16384,   /* different code-kind names over all devices */
    LIMIT_PROFILE_JSON = 64 << 10
};

enum profile_length { LENGTH_RIGHT = 1, LENGTH_WRONG = 2 };
enum profile_wants { WANTS_ASKED = 1 /* bit 0 of Flag */, WANTS_NOT = 2, WANTS_ALL_THE_SAME = 4 /* repeats what got no answer */ };
enum profile_stamp { STAMP_UNKNOWN, STAMP_BEGIN, STAMP_END };
/* What has grown since the last version. */
enum profile_news { NEWS_EDITION = 1, NEWS_CRC = 2, NEWS_LENGTH = 4, NEWS_COMMAND = 8, NEWS_ORDER = 16, NEWS_DECIMALS = 32, NEWS_CODE = 64,
                    NEWS_SOURCE = 128, NEWS_STAMP = 256, NEWS_CLOCK = 512, NEWS_WANTS = 1024, NEWS_LEARNED = 2048 };

struct profile_item { uint16_t name; int8_t least, most; /* decimals */ };
struct profile_order { uint16_t cn; uint32_t digest; };
struct profile {
    uint32_t frames;                  /* up to PROFILE_LEARN */
    bool learned;
    uint8_t editions, crc;            /* 1 << enum hj_edition, hj_crc */
    uint8_t lengths, wants;           /* enum profile_length, profile_wants */
    int16_t length_off;               /* declared minus right, of the latest wrong one */
    uint8_t commands_n, orders_n, sources_n, shape_at;
    uint8_t stamp_hour, stamp_day;    /* enum profile_stamp */
    uint8_t stamp_other, stamp_other_n; /* a different one of late, and how often in a row */
    int16_t minute_s;                 /* between two minute records; 0 unknown */
    usec minute_at;                   /* of the latest one */
    int8_t clock_class, clock_other;  /* QN minus arrival in quarters of an hour; a different one, and how often in a row */
    uint8_t clock_other_n;
    bool clock_known;
    uint16_t items_n, items_capacity;
    uint16_t commands[PROFILE_COMMANDS];
    struct profile_order orders[PROFILE_ORDERS];
    struct network sources[PROFILE_SOURCES];
    uint64_t shapes[PROFILE_SHAPES];  /* of late: a frame of a known shape needs no closer look */
    int32_t clock_ms, jitter_ms;      /* running means */
    struct profile_item *items;       /* own memory: profile_free() */
    unsigned news;
};

struct names; /* code-kind names, shared by all profiles of a gateway */
struct names *names_new(void);
void names_free(struct names *n);

/* Learns from an accepted frame that is no duplicate. News are kept in p->news; the return says which are new now. */
unsigned profile_observe(struct profile *p, struct names *names, const struct hj_frame *f, const struct address *from, usec arrived);
void profile_free(struct profile *p);
/* The profile as JSON, and the sentence of an event: what is new. */
str profile_json(struct arena *a, const struct profile *p, const struct names *names);
str profile_news_text(struct arena *a, const struct profile *p, unsigned news);
/* Reads back what profile_json() wrote. ERR_INPUT names the field. */
MUST_USE err *profile_from_json(struct arena *passing, str json, struct names *names, struct profile *ret);

/* for profile_json.c */
uint16_t names_find(struct names *n, str name); /* puts it in; 0: no room, or no name of the field (letters, digits, - _ .) */
str names_at(const struct names *n, uint16_t name);
bool profile_item_add(struct profile *p, uint16_t name, int8_t least, int8_t most);
