/* The decoders of the picture child, in this process and without its sandbox. Whatever the bytes are, a square is filled or a fault
 * is named, and nothing is left allocated. */
#include "picture/child.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct picture_answer answer;
    if (size > 1 << 20)
        return 0;
    memset(&answer, 0, sizeof answer);
    enum picture_fault fault = picture_decode((str){(const char *)data, size}, &answer);
    CHECK(fault < PICTURE_FAULTS);
    if (fault == PICTURE_FINE)
        CHECK(picture_size_fault(answer.width, answer.height) == PICTURE_FINE);
    return 0;
}
