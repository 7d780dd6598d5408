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
#include <pthread.h>
#include <stdlib.h>

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
    return connect_to(fd, &device->address, ENODEV);
}

/* ---- requests ---- */

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

static bool exchange(int fd, const uint8_t head[4], const void *out, size_t length, void *in,
                     size_t room, int32_t *result)
{
    uint8_t answer[8];
    if (!send_all(fd, head, 4) || !send_all(fd, out, length)) return false;
    if (!receive_all(fd, answer, sizeof answer)) return false;
    *result = (int32_t)little(answer, 4);
    size_t got = little(answer + 4, 4);
    return got <= room && receive_all(fd, in, got);
}

/* One request: its result, or -1 with errno. `in` takes the answer's bytes, at most `room`. */
static int request(int fd, char operation, const void *out, size_t length, void *in, size_t room)
{
    uint8_t head[4] = {(uint8_t)operation};
    put_little(head + 1, length, 3);
    int32_t result;
    pthread_mutex_lock(&mutex);
    bool done = exchange(fd, head, out, length, in, room, &result);
    pthread_mutex_unlock(&mutex);
    if (!done) return fail(EIO);
    return result >= 0 ? result : fail(-result);
}

/* ---- the calls ---- */

#define DEFINE_OPEN(name)                                                                          \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        MODE(flags)                                                                                \
        const struct device *device = device_at(path);                                             \
        if (device != NULL) return open_device(device, flags);                                     \
        NEXT(int, name, const char *, int, ...);                                                   \
        return next(path, flags, mode);                                                            \
    }
#define DEFINE_OPENAT(name)                                                                        \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        MODE(flags)                                                                                \
        const struct device *device = device_at(path);                                             \
        if (device != NULL) return open_device(device, flags);                                     \
        NEXT(int, name, int, const char *, int, ...);                                              \
        return next(folder, path, flags, mode);                                                    \
    }
/* These devices have no position: one that is given is as good as none. */
#define DEFINE_PREAD(name, offset_type)                                                            \
    ssize_t name(int fd, void *bytes, size_t count, offset_type offset)                            \
    {                                                                                              \
        if (is_device(fd)) return device_read(fd, bytes, count);                                   \
        NEXT(ssize_t, name, int, void *, size_t, offset_type);                                     \
        return next(fd, bytes, count, offset);                                                     \
    }
#define DEFINE_PWRITE(name, offset_type)                                                           \
    ssize_t name(int fd, const void *bytes, size_t count, offset_type offset)                      \
    {                                                                                              \
        if (is_device(fd)) return device_write(fd, bytes, count);                                  \
        NEXT(ssize_t, name, int, const void *, size_t, offset_type);                               \
        return next(fd, bytes, count, offset);                                                     \
    }

DEFINE_OPEN(open)
DEFINE_OPENAT(openat)
DEFINE_PREAD(pread, off_t)
DEFINE_PWRITE(pwrite, off_t)
#ifdef __GLIBC__ /* musl has one name for each */
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat64)
DEFINE_PREAD(pread64, off64_t)
DEFINE_PWRITE(pwrite64, off64_t)

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

int ioctl(int fd, ioctl_request request, ...)
{
    ARGUMENT(void *, argument, request);
    if (is_device(fd)) return device_ioctl(fd, request, argument);
    NEXT(int, ioctl, int, ioctl_request, ...);
    return next(fd, request, argument);
}
