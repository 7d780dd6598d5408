/*
 * A device file that exists for one program only: what its opens, reads, writes and ioctls ask goes over
 * a Unix socket. The file that includes this defines VARIABLE, the environment variable with a line
 * "/dev/NAME=/path/of/socket" for each device, and the three functions declared below.
 *
 * The descriptor that the program gets is the socket, which is known by its peer: so it may be duplicated
 * and inherited, and what belongs to an open file lives at the other end. Numbers are little-endian:
 *     request   u8 operation, u24 length, bytes
 *     answer    i32 result or negative errno, u32 length, bytes
 */
#include "interposed.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What the device makes of the calls; each returns as the call does, with errno. */
static ssize_t device_read(int fd, void *bytes, size_t count);
static ssize_t device_write(int fd, const void *bytes, size_t count);
static int device_ioctl(int fd, ioctl_request request, void *argument);

struct device {
    char path[64];
    struct sockaddr_un address;
};

static struct device devices[16];
static size_t device_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static bool copy(char *to, size_t size, const char *from, size_t length)
{
    if (length >= size) return false;
    memcpy(to, from, length);
    to[length] = '\0';
    return true;
}

__attribute__((constructor)) static void read_variable(void)
{
    const char *line = getenv(VARIABLE);
    while (line != NULL && *line != '\0' && device_count < sizeof devices / sizeof *devices) {
        size_t length = strcspn(line, "\n");
        const char *equals = memchr(line, '=', length);
        struct device *device = &devices[device_count];
        if (equals != NULL) {
            size_t path = (size_t)(equals - line);
            device->address.sun_family = AF_UNIX;
            if (copy(device->path, sizeof device->path, line, path) &&
                copy(device->address.sun_path, sizeof device->address.sun_path, equals + 1,
                     length - path - 1))
                device_count++;
        }
        line += length + (line[length] == '\n');
    }
}

static const struct device *device_at(const char *path)
{
    for (size_t i = 0; path != NULL && i < device_count; i++)
        if (strcmp(path, devices[i].path) == 0) return &devices[i];
    return NULL;
}

/* The descriptor is one of ours. Leaves errno alone. */
static bool is_device(int fd)
{
    for (size_t i = 0; i < device_count; i++)
        if (is_connected_to(fd, devices[i].address.sun_path)) return true;
    return false;
}

static int open_device(const struct device *device, int flags)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | ((flags & O_CLOEXEC) != 0 ? SOCK_CLOEXEC : 0), 0);
    if (fd < 0) return -1;
    int done;
    do done = connect(fd, (const struct sockaddr *)&device->address, sizeof device->address);
    while (done < 0 && errno == EINTR);
    if (done == 0) return fd;
    close(fd);
    errno = ENODEV; /* the emulator is gone */
    return -1;
}

/* ---- requests ---- */

static bool send_all(int fd, const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length > 0) {
        ssize_t sent = send(fd, from, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        from += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t length)
{
    char *to = bytes;
    while (length > 0) {
        ssize_t got = recv(fd, to, length, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        length -= (size_t)got;
    }
    return true;
}

static uint32_t little(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint8_t *put_little(uint8_t *to, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) *to++ = (uint8_t)(value >> 8 * i);
    return to;
}

static bool exchange(int fd, const uint8_t head[4], const void *out, size_t length, void *in,
                     size_t room, int32_t *result)
{
    uint8_t answer[8];
    if (!send_all(fd, head, 4) || !send_all(fd, out, length)) return false;
    if (!receive_all(fd, answer, sizeof answer)) return false;
    *result = (int32_t)little(answer);
    size_t got = little(answer + 4);
    return got <= room && receive_all(fd, in, got);
}

/* One request: its result, or -1 with errno. `in` takes the answer's bytes, at most `room`. */
static int request(int fd, char operation, const void *out, size_t length, void *in, size_t room)
{
    uint8_t head[4] = {(uint8_t)operation};
    put_little(head + 1, (uint32_t)length, 3);
    int32_t result;
    pthread_mutex_lock(&mutex);
    bool done = exchange(fd, head, out, length, in, room, &result);
    pthread_mutex_unlock(&mutex);
    if (!done) {
        errno = EIO;
        return -1;
    }
    if (result >= 0) return result;
    errno = -result;
    return -1;
}

/* ---- the calls ---- */

#define MODE(flags)                                                                                \
    mode_t mode = 0;                                                                               \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                                                \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode = va_arg(arguments, mode_t);                                                          \
        va_end(arguments);                                                                         \
    }
#ifndef __O_TMPFILE
#define __O_TMPFILE 020000000
#endif

int open(const char *path, int flags, ...)
{
    MODE(flags)
    const struct device *device = device_at(path);
    if (device != NULL) return open_device(device, flags);
    NEXT(int, open, const char *, int, ...);
    return next(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE(flags)
    const struct device *device = device_at(path);
    if (device != NULL) return open_device(device, flags);
    NEXT(int, openat, int, const char *, int, ...);
    return next(folder, path, flags, mode);
}

#ifdef __GLIBC__ /* musl has one name for each */
int open64(const char *path, int flags, ...)
{
    MODE(flags)
    const struct device *device = device_at(path);
    if (device != NULL) return open_device(device, flags);
    NEXT(int, open64, const char *, int, ...);
    return next(path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
    MODE(flags)
    const struct device *device = device_at(path);
    if (device != NULL) return open_device(device, flags);
    NEXT(int, openat64, int, const char *, int, ...);
    return next(folder, path, flags, mode);
}

/* What programs call that were compiled with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
    return open64(path, flags);
}

ssize_t __read_chk(int fd, void *bytes, size_t count, size_t room)
{
    if (is_device(fd) && count <= room) return device_read(fd, bytes, count);
    NEXT(ssize_t, __read_chk, int, void *, size_t, size_t);
    return next(fd, bytes, count, room);
}
#endif

ssize_t read(int fd, void *bytes, size_t count)
{
    if (is_device(fd)) return device_read(fd, bytes, count);
    NEXT(ssize_t, read, int, void *, size_t);
    return next(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    if (is_device(fd)) return device_write(fd, bytes, count);
    NEXT(ssize_t, write, int, const void *, size_t);
    return next(fd, bytes, count);
}

/* These devices have no position: one that is given is as good as none. */
ssize_t pread(int fd, void *bytes, size_t count, off_t offset)
{
    if (is_device(fd)) return device_read(fd, bytes, count);
    NEXT(ssize_t, pread, int, void *, size_t, off_t);
    return next(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    if (is_device(fd)) return device_write(fd, bytes, count);
    NEXT(ssize_t, pwrite, int, const void *, size_t, off_t);
    return next(fd, bytes, count, offset);
}

#ifdef __GLIBC__
ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset)
{
    if (is_device(fd)) return device_read(fd, bytes, count);
    NEXT(ssize_t, pread64, int, void *, size_t, off64_t);
    return next(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
    if (is_device(fd)) return device_write(fd, bytes, count);
    NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return next(fd, bytes, count, offset);
}
#endif

int ioctl(int fd, ioctl_request request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (is_device(fd)) return device_ioctl(fd, request, argument);
    NEXT(int, ioctl, int, ioctl_request, ...);
    return next(fd, request, argument);
}
