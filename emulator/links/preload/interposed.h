/*
 * For libraries that stand before the C library: include it first. What their functions share by which a
 * call goes on to the C library, and by which a descriptor is known again.
 */
#ifndef INTERPOSED_H
#define INTERPOSED_H
#undef _FORTIFY_SOURCE   /* its inline functions would collide with ours */
#undef _FILE_OFFSET_BITS /* so would the renaming of open to open64 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

/* Defines `next` as the C library's function of that name. */
#define NEXT(type, name, ...)                                                                      \
    static type (*next)(__VA_ARGS__);                                                              \
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

/* The descriptor is a connection to the Unix socket at that path; no other is looked at. */
static inline bool is_connected_to(int fd, const char *path)
{
    struct sockaddr_un peer = {.sun_family = AF_UNSPEC};
    socklen_t length = sizeof peer - 1;
    int saved = errno;
    bool found = getpeername(fd, (struct sockaddr *)&peer, &length) == 0 &&
                 peer.sun_family == AF_UNIX && strcmp(peer.sun_path, path) == 0;
    errno = saved;
    return found;
}
#endif
