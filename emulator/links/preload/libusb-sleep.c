/*
 * The chip's work takes no wall time, unless it is to be as slow as a real one. A host that sleeps
 * for the time which a DFU device has just named (bwPollTimeout, DFU 1.1 §6.1.2) waits for that
 * work, so that costs no time either. Any other sleep is slept.
 */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <dlfcn.h>
#include <time.h>

enum { GETSTATUS = 3, FROM_INTERFACE = 0xa1, MS_PER_S = 1000, NS_PER_MS = 1000000 };

static _Thread_local struct {
    long ms;      /* 0: nothing was named */
    double speed; /* 0: at once */
} asked;

void sleep_note(const struct libusb_device *device, const unsigned char *setup,
                const unsigned char *data, int length)
{
    if (setup[0] != FROM_INTERFACE || setup[1] != GETSTATUS || length != 6) return;
    asked.ms = data[1] | data[2] << 8 | (long)data[3] << 16;
    asked.speed = device->server->speed;
}

API int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    int (*next)(const struct timespec *, struct timespec *);
    *(void **)&next = dlsym(RTLD_NEXT, "nanosleep");
    bool named = asked.ms > 0 && wanted->tv_sec == asked.ms / MS_PER_S &&
                 wanted->tv_nsec == asked.ms % MS_PER_S * NS_PER_MS;
    if (!named) return next(wanted, left);
    if (asked.speed == 0) return 0;
    double ns = (double)asked.ms * NS_PER_MS / asked.speed;
    struct timespec shorter = {(time_t)(ns / 1e9), 0};
    shorter.tv_nsec = (long)(ns - (double)shorter.tv_sec * 1e9);
    return next(&shorter, left);
}
