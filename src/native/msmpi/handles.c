/* Handles that stand for Open MPI's pointers. */
#include <pthread.h>

#include "msmpi.h"

/* As many as fit in the bits of a handle that MS-MPI leaves to an index, and more than any program here makes. Pages
 * that nobody touches take no memory, and slots that never move are read without a lock. */
enum { CAPACITY = 1 << 16 };
static const unsigned MADE = 0x80000000u;

static struct {
    void *object;
    int kind;
    int next_free;
} slots[CAPACITY];
/* Slot 0 is never handed out: its number says that there is none. */
static int used = 1, first_free;
/* MPI.NET's finalizers, on a thread of their own, free what was not disposed of. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void *ms_object(ms_handle handle, int kind) {
    const int slot = handle & (CAPACITY - 1);
    return (handle & MADE) != 0 && slots[slot].kind == kind ? slots[slot].object : NULL;
}

ms_handle ms_handle_of(int kind, void *object) {
    pthread_mutex_lock(&lock);
    int slot = first_free;
    if (slot != 0)
        first_free = slots[slot].next_free;
    else if (used < CAPACITY)
        slot = used++;
    if (slot != 0) {
        slots[slot].object = object;
        slots[slot].kind = kind;
    }
    pthread_mutex_unlock(&lock);
    return slot == 0 ? MS_NULL(kind) : (ms_handle)(MADE | (unsigned)(kind | slot));
}

void ms_forget(ms_handle handle) {
    /* Handles that are there from the start have no slot. */
    if ((handle & MADE) == 0)
        return;
    const int slot = handle & (CAPACITY - 1);
    pthread_mutex_lock(&lock);
    if (slots[slot].kind != 0) {
        slots[slot].object = NULL;
        slots[slot].kind = 0;
        slots[slot].next_free = first_free;
        first_free = slot;
    }
    pthread_mutex_unlock(&lock);
}

int ms_made(int code, int kind, void *object, void *null, ms_handle *handle) {
    *handle = MS_NULL(kind);
    if (code != MPI_SUCCESS || object == null)
        return code;
    *handle = ms_handle_of(kind, object);
    return *handle == MS_NULL(kind) ? MPI_ERR_NO_MEM : MPI_SUCCESS;
}
