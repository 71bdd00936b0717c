#include "base/drawing.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void drawing_begin(void)
{
    pthread_mutex_lock(&lock);
}

void drawing_end(void)
{
    pthread_mutex_unlock(&lock);
}
