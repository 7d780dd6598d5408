/*
 * A SocketCAN interface that exists for one program only: raw CAN sockets of the program are connections
 * to a Unix socket, at whose other end is the bus. VSTM32_CAN has a line "NAME:MTU=/path/of/socket", MTU
 * 16 for classic CAN and 72 for CAN FD.
 *
 * The descriptor that the program gets is the connection, which is known by its peer: poll, select, epoll,
 * O_NONBLOCK, dup and fork work on it as they are, and what belongs to a socket (filters, options) lives at
 * the other end. Numbers are little-endian:
 *     to the bus      u8 operation, u24 length, bytes:
 *                     'b' bind   'f' u8 MTU, canfd_frame   'F' filters of u32 id, u32 mask
 *                     'L' loopback   'O' receive own messages   'D' CAN FD frames   'J' join filters
 *                     'T' option that asks for time stamps, 0 none   (u8 each)
 *     from the bus    88 bytes: canfd_frame, u8 MTU (0: it is bound), u8 MSG_ flags (0 other node, 1 this host, 3 this
 *                     socket), u8 'T' option, 5 unused, u64 ns since 1970
 */
#include "interposed.h"
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>

/* Far above what a machine counts up to, so that it is no other interface. */
enum { INTERFACE = 5001, RECORD = 88, LONGEST = 8 * CAN_RAW_FILTER_MAX };

static char name[IFNAMSIZ];
static int mtu;
static struct sockaddr_un address;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void read_variable(void)
{
    const char *line = getenv("VSTM32_CAN");
    const char *colon = line == NULL ? NULL : strchr(line, ':');
    const char *equals = colon == NULL ? NULL : strchr(colon, '=');
    if (equals == NULL) return;
    size_t length = strcspn(equals + 1, "\n");
    size_t characters = (size_t)(colon - line);
    if (length >= sizeof address.sun_path || characters >= sizeof name) return;
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, equals + 1, length);
    memcpy(name, line, characters);
    mtu = atoi(colon + 1);
}

static bool is_ours(const char *interface)
{
    return mtu != 0 && strncmp(interface, name, IFNAMSIZ) == 0;
}

/* The descriptor is one of our sockets. Leaves errno alone. */
static bool is_can(int fd)
{
    return mtu != 0 && is_connected_to(fd, address.sun_path);
}

/* ---- to the bus ---- */

static ssize_t next_sendmsg(int fd, const struct msghdr *message, int flags)
{
    NEXT(ssize_t, sendmsg, int, const struct msghdr *, int);
    return next(fd, message, flags);
}

/* One message in one piece: 0, or -1 with errno. */
static int tell(int fd, char operation, const void *bytes, size_t length, int flags)
{
    uint8_t head[4] = {(uint8_t)operation};
    put_little(head + 1, length, 3);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = next_sendmsg(fd, &message, (flags & MSG_DONTWAIT) | MSG_NOSIGNAL);
    if (sent == (ssize_t)(sizeof head + length)) return 0;
    return sent < 0 && errno != EPIPE && errno != ECONNRESET ? -1 : fail(ENETDOWN);
}

static ssize_t send_frame(int fd, const void *bytes, size_t length, int flags)
{
    struct canfd_frame frame;
    uint8_t out[1 + CANFD_MTU] = {(uint8_t)length};
    if (length != CAN_MTU && (length != CANFD_MTU || mtu != CANFD_MTU)) return fail(EINVAL);
    memset(&frame, 0, sizeof frame);
    memcpy(&frame, bytes, length);
    if (frame.len > (length == CAN_MTU ? CAN_MAX_DLEN : CANFD_MAX_DLEN)) return fail(EINVAL);
    memcpy(out + 1, &frame, sizeof frame);
    put_little(out + 1, frame.can_id, 4);
    return tell(fd, 'f', out, sizeof out, flags) < 0 ? -1 : (ssize_t)length;
}

static ssize_t send_parts(int fd, const struct iovec *parts, size_t count, int flags)
{
    uint8_t bytes[CANFD_MTU];
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].iov_len > sizeof bytes - length) return fail(EINVAL);
        memcpy(bytes + length, parts[i].iov_base, parts[i].iov_len);
        length += parts[i].iov_len;
    }
    return send_frame(fd, bytes, length, flags);
}

/* ---- from the bus ---- */

static ssize_t next_recv(int fd, void *bytes, size_t length, int flags)
{
    NEXT(ssize_t, recv, int, void *, size_t, int);
    return next(fd, bytes, length, flags);
}

/* Takes a record, or with MSG_PEEK looks at it; waits as the descriptor is set to. False with errno. */
static bool receive_record(int fd, uint8_t record[RECORD], int flags)
{
    for (;;) {
        ssize_t got = next_recv(fd, record, 1, (flags & MSG_DONTWAIT) | MSG_PEEK);
        if (got < 0) return false;
        if (got == 0) return fail(ENETDOWN) == 0;
        pthread_mutex_lock(&mutex); /* or another thread takes half of it */
        got = next_recv(fd, record, RECORD, MSG_PEEK | MSG_DONTWAIT);
        if (got == RECORD && (flags & MSG_PEEK) == 0)
            got = next_recv(fd, record, RECORD, MSG_DONTWAIT);
        pthread_mutex_unlock(&mutex);
        if (got == RECORD) return true;
        poll(NULL, 0, 1); /* the rest is on its way */
    }
}

static void stamp(struct msghdr *message, const uint8_t *record)
{
    uint64_t ns = little(record + 80, 8);
    struct timespec time[3] = {{(time_t)(ns / 1000000000), (long)(ns % 1000000000)}, {0}, {0}};
    struct timeval micros = {time[0].tv_sec, time[0].tv_nsec / 1000};
    int option = record[74];
    const void *value = option == SO_TIMESTAMP ? (const void *)&micros : time;
    size_t length = option == SO_TIMESTAMP     ? sizeof micros
                    : option == SO_TIMESTAMPNS ? sizeof *time
                                               : sizeof time;
    size_t room = message->msg_control == NULL ? 0 : message->msg_controllen;
    message->msg_controllen = 0;
    if (option == 0 || room < CMSG_LEN(length)) return;
    struct cmsghdr *control = message->msg_control;
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = option;
    control->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(control), value, length);
    message->msg_controllen = room < CMSG_SPACE(length) ? room : CMSG_SPACE(length);
}

static void name_sender(void *to, socklen_t *length)
{
    struct sockaddr_can sender = {.can_family = AF_CAN, .can_ifindex = INTERFACE};
    if (to != NULL) memcpy(to, &sender, *length < sizeof sender ? *length : sizeof sender);
    *length = sizeof sender;
}

static ssize_t receive_message(int fd, struct msghdr *message, int flags)
{
    uint8_t record[RECORD];
    if (!receive_record(fd, record, flags)) return -1;
    uint32_t id = (uint32_t)little(record, 4);
    memcpy(record, &id, sizeof id);
    size_t length = record[72] == CANFD_MTU ? CANFD_MTU : CAN_MTU;
    size_t done = 0;
    for (size_t i = 0; i < message->msg_iovlen && done < length; i++) {
        size_t room = message->msg_iov[i].iov_len;
        size_t part = room < length - done ? room : length - done;
        memcpy(message->msg_iov[i].iov_base, record + done, part);
        done += part;
    }
    message->msg_flags = done < length ? MSG_TRUNC : 0;
    if ((record[73] & 1) != 0) message->msg_flags |= MSG_DONTROUTE;
    if ((record[73] & 2) != 0) message->msg_flags |= MSG_CONFIRM;
    stamp(message, record);
    if (message->msg_name != NULL) name_sender(message->msg_name, &message->msg_namelen);
    return (ssize_t)done;
}

static ssize_t receive_bytes(int fd, void *bytes, size_t length, int flags)
{
    struct iovec part = {bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return receive_message(fd, &message, flags);
}

/* From here on every frame of the bus arrives, whoever sends it. */
static int wait_bound(int fd)
{
    uint8_t record[RECORD];
    struct pollfd readable = {fd, POLLIN, 0};
    for (;;) {
        poll(&readable, 1, -1);
        if (!receive_record(fd, record, MSG_DONTWAIT)) {
            if (errno != EAGAIN && errno != EINTR) return -1;
        } else if (record[72] == 0) {
            return 0; /* else a frame of an earlier bind */
        }
    }
}

/* ---- the calls that make and set a socket ---- */

int socket(int domain, int type, int protocol)
{
    NEXT(int, socket, int, int, int);
    int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (mtu == 0 || domain != AF_CAN || kind != SOCK_RAW || protocol != CAN_RAW)
        return next(domain, type, protocol);
    int fd = next(AF_UNIX, SOCK_STREAM | (type & SOCK_CLOEXEC), 0);
    fd = connect_to(fd, &address, ENETDOWN);
    int on = 1;
    if (fd < 0 || (type & SOCK_NONBLOCK) == 0 || ioctl(fd, FIONBIO, &on) == 0) return fd;
    close(fd);
    return fail(ENETDOWN);
}

int bind(int fd, const struct sockaddr *to, socklen_t length)
{
    NEXT(int, bind, int, const struct sockaddr *, socklen_t);
    if (!is_can(fd)) return next(fd, to, length);
    const struct sockaddr_can *node = (const struct sockaddr_can *)to;
    if (length < offsetof(struct sockaddr_can, can_addr) || node->can_family != AF_CAN)
        return fail(EINVAL);
    if (node->can_ifindex != 0 && node->can_ifindex != INTERFACE) return fail(ENODEV);
    return tell(fd, 'b', NULL, 0, 0) < 0 ? -1 : wait_bound(fd);
}

int getsockname(int fd, struct sockaddr *restrict to, socklen_t *restrict length)
{
    NEXT(int, getsockname, int, struct sockaddr *, socklen_t *);
    if (!is_can(fd)) return next(fd, to, length);
    name_sender(to, length);
    return 0;
}

static int set_raw_option(int fd, int option, const void *value, socklen_t length)
{
    static const char operations[] = {[CAN_RAW_LOOPBACK] = 'L',
                                      [CAN_RAW_RECV_OWN_MSGS] = 'O',
                                      [CAN_RAW_FD_FRAMES] = 'D',
                                      [CAN_RAW_JOIN_FILTERS] = 'J'};
    if (option == CAN_RAW_FILTER) {
        if (length % sizeof(struct can_filter) != 0 || length > LONGEST) return fail(EINVAL);
        uint8_t filters[LONGEST];
        const struct can_filter *filter = value;
        uint8_t *end = filters;
        for (size_t i = 0; i < length / sizeof *filter; i++) {
            end = put_little(end, filter[i].can_id, 4);
            end = put_little(end, filter[i].can_mask, 4);
        }
        return tell(fd, 'F', filters, (size_t)(end - filters), 0);
    }
    if (option == CAN_RAW_ERR_FILTER) return 0; /* this bus tells of no errors */
    int number;
    if (option < 0 || option >= (int)sizeof operations || operations[option] == 0)
        return fail(ENOPROTOOPT);
    if (length != sizeof number) return fail(EINVAL);
    memcpy(&number, value, sizeof number);
    uint8_t on = number != 0;
    return tell(fd, operations[option], &on, 1, 0);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    NEXT(int, setsockopt, int, int, int, const void *, socklen_t);
    if (!is_can(fd)) return next(fd, level, option, value, length);
    if (level == SOL_CAN_RAW) return set_raw_option(fd, option, value, length);
    bool stamps =
        option == SO_TIMESTAMP || option == SO_TIMESTAMPNS || option == SO_TIMESTAMPING;
    if (level != SOL_SOCKET || !stamps) return next(fd, level, option, value, length);
    int number = 0;
    if (length < sizeof number) return fail(EINVAL);
    memcpy(&number, value, sizeof number);
    uint8_t wanted = number == 0 ? 0 : (uint8_t)option;
    return tell(fd, 'T', &wanted, 1, 0);
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    NEXT(int, getsockopt, int, int, int, void *, socklen_t *);
    if (!is_can(fd)) return next(fd, level, option, value, length);
    int answer;
    if (level != SOL_SOCKET) return fail(ENOPROTOOPT);
    if (option == SO_DOMAIN) answer = AF_CAN;
    else if (option == SO_TYPE) answer = SOCK_RAW;
    else if (option == SO_PROTOCOL) answer = CAN_RAW;
    else return next(fd, level, option, value, length);
    if (*length < sizeof answer) return fail(EINVAL);
    memcpy(value, &answer, sizeof answer);
    *length = sizeof answer;
    return 0;
}

/* ---- the calls that ask for the interface ---- */

/* What an ioctl about interfaces says of ours; false where it is about another. */
static bool answer_interface(ioctl_request request, struct ifreq *interface)
{
    if (mtu == 0 || interface == NULL) return false;
    switch (request) {
    case SIOCGIFNAME:
        if (interface->ifr_ifindex != INTERFACE) return false;
        memcpy(interface->ifr_name, name, sizeof name);
        return true;
    case SIOCGIFINDEX:
        if (!is_ours(interface->ifr_name)) return false;
        interface->ifr_ifindex = INTERFACE;
        return true;
    case SIOCGIFMTU:
        if (!is_ours(interface->ifr_name)) return false;
        interface->ifr_mtu = mtu;
        return true;
    case SIOCGIFFLAGS:
        if (!is_ours(interface->ifr_name)) return false;
        interface->ifr_flags = IFF_UP | IFF_RUNNING | IFF_NOARP;
        return true;
    default:
        return false;
    }
}

int ioctl(int fd, ioctl_request request, ...)
{
    ARGUMENT(void *, argument, request);
    if (answer_interface(request, argument)) return 0;
    NEXT(int, ioctl, int, ioctl_request, ...);
    return next(fd, request, argument);
}

unsigned int if_nametoindex(const char *interface)
{
    NEXT(unsigned int, if_nametoindex, const char *);
    return is_ours(interface) ? INTERFACE : next(interface);
}

char *if_indextoname(unsigned int index, char to[IF_NAMESIZE])
{
    NEXT(char *, if_indextoname, unsigned int, char *);
    if (mtu == 0 || index != INTERFACE) return next(index, to);
    memcpy(to, name, sizeof name);
    return to;
}

/* ---- the calls that carry frames ---- */

ssize_t read(int fd, void *bytes, size_t count)
{
    NEXT(ssize_t, read, int, void *, size_t);
    return is_can(fd) ? receive_bytes(fd, bytes, count, 0) : next(fd, bytes, count);
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    NEXT(ssize_t, readv, int, const struct iovec *, int);
    if (!is_can(fd)) return next(fd, parts, count);
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    return receive_message(fd, &message, 0);
}

ssize_t recv(int fd, void *bytes, size_t count, int flags)
{
    if (is_can(fd)) return receive_bytes(fd, bytes, count, flags);
    return next_recv(fd, bytes, count, flags);
}

ssize_t recvfrom(int fd, void *restrict bytes, size_t count, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict length)
{
    NEXT(ssize_t, recvfrom, int, void *, size_t, int, struct sockaddr *, socklen_t *);
    if (!is_can(fd)) return next(fd, bytes, count, flags, from, length);
    ssize_t got = receive_bytes(fd, bytes, count, flags);
    if (got >= 0 && from != NULL && length != NULL) name_sender(from, length);
    return got;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    NEXT(ssize_t, recvmsg, int, struct msghdr *, int);
    return is_can(fd) ? receive_message(fd, message, flags) : next(fd, message, flags);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    NEXT(ssize_t, write, int, const void *, size_t);
    return is_can(fd) ? send_frame(fd, bytes, count, 0) : next(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    NEXT(ssize_t, writev, int, const struct iovec *, int);
    if (!is_can(fd)) return next(fd, parts, count);
    return send_parts(fd, parts, (size_t)count, 0);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
    NEXT(ssize_t, send, int, const void *, size_t, int);
    return is_can(fd) ? send_frame(fd, bytes, count, flags) : next(fd, bytes, count, flags);
}

ssize_t sendto(int fd, const void *bytes, size_t count, int flags, const struct sockaddr *to,
               socklen_t length)
{
    NEXT(ssize_t, sendto, int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    return is_can(fd) ? send_frame(fd, bytes, count, flags)
                      : next(fd, bytes, count, flags, to, length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    if (!is_can(fd)) return next_sendmsg(fd, message, flags);
    return send_parts(fd, message->msg_iov, message->msg_iovlen, flags);
}

/* What programs call that were compiled with _FORTIFY_SOURCE. */
#ifdef __GLIBC__
ssize_t __read_chk(int fd, void *bytes, size_t count, size_t room)
{
    NEXT(ssize_t, __read_chk, int, void *, size_t, size_t);
    return is_can(fd) && count <= room ? receive_bytes(fd, bytes, count, 0)
                                       : next(fd, bytes, count, room);
}

ssize_t __recv_chk(int fd, void *bytes, size_t count, size_t room, int flags)
{
    NEXT(ssize_t, __recv_chk, int, void *, size_t, size_t, int);
    return is_can(fd) && count <= room ? receive_bytes(fd, bytes, count, flags)
                                       : next(fd, bytes, count, room, flags);
}
#endif
