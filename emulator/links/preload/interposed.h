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
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

/* Defines `next` as the C library's function of that name. */
#define NEXT(type, name, ...)                                                                      \
    static type (*next)(__VA_ARGS__);                                                              \
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

/* The argument `name` behind the last one that is named. */
#define ARGUMENT(type, name, last)                                                                 \
    va_list arguments;                                                                             \
    va_start(arguments, last);                                                                     \
    type name = va_arg(arguments, type);                                                           \
    va_end(arguments)

#ifndef __O_TMPFILE
#define __O_TMPFILE 020000000
#endif

/* The mode that an open gets only where it may make a file. */
#define MODE(flags)                                                                                \
    mode_t mode = 0;                                                                               \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                                                \
        ARGUMENT(mode_t, given, flags);                                                            \
        mode = given;                                                                              \
    }

static inline int fail(int error)
{
    errno = error;
    return -1;
}

static inline bool send_all(int fd, const void *bytes, size_t length)
{
    for (const char *from = bytes; length > 0;) {
        ssize_t sent = send(fd, from, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        from += sent;
        length -= (size_t)sent;
    }
    return true;
}

static inline uint8_t *put_little(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) *to++ = (uint8_t)(value >> 8 * i);
    return to;
}

static inline uint64_t little(const uint8_t *bytes, int count)
{
    uint64_t value = 0;
    while (count > 0) value = value << 8 | bytes[--count];
    return value;
}

/* Connects a socket of ours; closes it and fails with `error` where the emulator is gone. */
static inline int connect_to(int fd, const struct sockaddr_un *address, int error)
{
    int done;
    if (fd < 0) return -1;
    do done = connect(fd, (const struct sockaddr *)address, sizeof *address);
    while (done < 0 && errno == EINTR);
    if (done == 0) return fd;
    close(fd);
    return fail(error);
}

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
