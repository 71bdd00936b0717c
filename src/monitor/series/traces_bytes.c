/*
 * Notes of hour frames as bytes, of a slab and of a day's chunks: instants as differences from the slot, so that most take one to four bytes. Apart from
 * traces.c because bytes that come back from a file are nobody's word, and a fuzz target reads them without a store.
 */
#include "monitor/series/slab.h"

enum { NO_QN = 1, NO_DATA_TIME = 2, RESUBMITTED = 4, IMPORTED = 8, CRC_SHIFT = 4 };

void traces_write(buf *b, const struct frame_trace *p, size_t n)
{
    usec slot = 0;
    put_varint(b, n);
    for (size_t i = 0; i < n; i++) {
        const struct frame_trace *t = &p[i];
        buf_char(b, (char)((t->qn == USEC_NONE ? NO_QN : 0) | (t->data_time == USEC_NONE ? NO_DATA_TIME : 0) | (t->resubmitted ? RESUBMITTED : 0) |
                           (t->imported ? IMPORTED : 0) | t->crc << CRC_SHIFT));
        put_zigzag(b, t->slot - slot);
        put_zigzag(b, t->arrived - t->slot);
        put_zigzag(b, t->qn == USEC_NONE ? 0 : t->qn - t->slot);
        put_zigzag(b, t->data_time == USEC_NONE ? 0 : t->data_time - t->slot);
        put_varint(b, t->peer);
        put_varint(b, t->shape);
        slot = t->slot;
    }
}

void traces_read(struct arena *a, struct bytes_in *in, struct trace_list *l)
{
    enum { BYTES_LEAST = 7 };
    size_t n = get_varint(in);
    usec slot = 0;
    if (n > (size_t)(in->end - in->p) / BYTES_LEAST)
        in->bad = true;
    for (size_t i = 0; i < n && !in->bad; i++) {
        str head = get_bytes(in, 1);
        if (in->bad)
            return;
        uint8_t bits = (uint8_t)head.p[0];
        slot = (usec)((uint64_t)slot + (uint64_t)get_zigzag(in));
        struct frame_trace t = {.slot = slot, .crc = (uint8_t)(bits >> CRC_SHIFT), .resubmitted = bits & RESUBMITTED, .imported = bits & IMPORTED};
        t.arrived = (usec)((uint64_t)slot + (uint64_t)get_zigzag(in));
        t.qn = (usec)((uint64_t)slot + (uint64_t)get_zigzag(in));
        t.data_time = (usec)((uint64_t)slot + (uint64_t)get_zigzag(in));
        t.qn = bits & NO_QN ? USEC_NONE : t.qn;
        t.data_time = bits & NO_DATA_TIME ? USEC_NONE : t.data_time;
        t.peer = (uint32_t)get_varint(in);
        t.shape = (uint16_t)get_varint(in);
        vec_push(a, l, t);
    }
}
