/*
 * For the stand-in libusb: a program that loads libusb-1.0 by the path of a file (dlopen(3) with a slash, as
 * plug-ins and settings of pyusb do) gets what LD_LIBRARY_PATH has under its name.
 */
#include "interposed.h"
#include <unistd.h>

#define ANY_RELEASE "libusb-1.0.so"
#define NAME        ANY_RELEASE ".0"

void *dlopen(const char *file, int mode)
{
    NEXT(void *, dlopen, const char *, int);
    const char *slash = file == NULL ? NULL : strrchr(file, '/');
    bool is_libusb = slash != NULL && strncmp(slash + 1, ANY_RELEASE, strlen(ANY_RELEASE)) == 0;
    if (is_libusb && access(file, F_OK) == 0) file = NAME;
    return next(file, mode); /* a tail call: the library is searched for where the caller's own path says */
}
