/* USB/IP 1.1.1 (Linux: Documentation/usb/usbip_protocol.rst): big-endian but for the SETUP packet.
 */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { VERSION = 0x0111, REQUEST_DEVICES = 0x8005, REQUEST_IMPORT = 0x8003 };
enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
enum { OP_HEADER = 8, DEVICE = 312, PATH = 256, BUSID = 32, HEADER = 48 };
enum { URB_SHORT_NOT_OK = 1 };

static void put32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (unsigned char)(value >> (24 - 8 * i));
}

static uint32_t get32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool send_all(int fd, struct iovec *parts, int count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    while (message.msg_iovlen > 0) {
        ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        while (message.msg_iovlen > 0 && (size_t)sent >= message.msg_iov->iov_len) {
            sent -= (ssize_t)message.msg_iov->iov_len;
            message.msg_iov++;
            message.msg_iovlen--;
        }
        if (message.msg_iovlen == 0) break;
        message.msg_iov->iov_base = (char *)message.msg_iov->iov_base + sent;
        message.msg_iov->iov_len -= (size_t)sent;
    }
    return true;
}

bool wire_data(int fd, void *data, size_t length)
{
    for (char *at = data; length > 0;) {
        ssize_t got = recv(fd, at, length, MSG_WAITALL);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

int wire_servers(struct server servers[MAX_SERVERS])
{
    const char *text = getenv("VSTM32_LIBUSB");
    int count = 0;
    while (text != NULL && *text != '\0' && count < MAX_SERVERS) {
        const char *end = strchrnul(text, '\n');
        const char *equals = memchr(text, '=', (size_t)(end - text));
        if (equals != NULL && (size_t)(end - equals) < sizeof servers->address) {
            struct server *server = &servers[count++];
            server->speed = strncmp(text, "instant=", 8) == 0 ? 0 : strtod(text, NULL);
            snprintf(server->address, sizeof server->address, "%.*s", (int)(end - equals - 1),
                     equals + 1);
        }
        text = *end == '\n' ? end + 1 : end;
    }
    return count;
}

static int dial_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

static int dial_tcp(const char *text)
{
    char host[128];
    snprintf(host, sizeof host, "%s", text);
    char *colon = strrchr(host, ':');
    if (colon == NULL) return -1;
    *colon = '\0';
    struct addrinfo *found, wanted = {.ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, colon + 1, &wanted, &found) != 0) return -1;
    int fd = -1;
    for (struct addrinfo *each = found; each != NULL && fd < 0; each = each->ai_next) {
        fd = socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, each->ai_addr, each->ai_addrlen) == 0) continue;
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    int on = 1;
    if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* Connects and asks one question, whose answer's head must say that it was understood. */
static int ask(const struct server *server, uint16_t code, const char *busid)
{
    int fd = server->address[0] == '/' ? dial_unix(server->address) : dial_tcp(server->address);
    if (fd < 0) return -1;
    unsigned char request[OP_HEADER + BUSID] = {0}, head[OP_HEADER];
    put32(request, (uint32_t)VERSION << 16 | code);
    if (busid != NULL) memcpy(request + OP_HEADER, busid, strnlen(busid, BUSID));
    struct iovec part = {request, busid != NULL ? sizeof request : OP_HEADER};
    if (send_all(fd, &part, 1) && wire_data(fd, head, sizeof head) && get32(head + 4) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool read_device(int fd, struct listed *device, unsigned *interfaces)
{
    unsigned char entry[DEVICE];
    if (!wire_data(fd, entry, sizeof entry)) return false;
    memcpy(device->busid, entry + PATH, BUSID);
    device->busid[BUSID] = '\0';
    device->busnum = get32(entry + 288);
    device->devnum = get32(entry + 292);
    device->speed = get32(entry + 296);
    device->configuration = entry[309];
    *interfaces = entry[311];
    return true;
}

void wire_list(const struct server *server, void (*found)(const struct listed *, void *),
               void *data)
{
    int fd = ask(server, REQUEST_DEVICES, NULL);
    unsigned char count[4], classes[4];
    if (fd < 0) return;
    if (wire_data(fd, count, sizeof count)) {
        for (uint32_t left = get32(count); left > 0; left--) {
            struct listed device;
            unsigned interfaces;
            if (!read_device(fd, &device, &interfaces)) break;
            while (interfaces > 0 && wire_data(fd, classes, sizeof classes)) interfaces--;
            found(&device, data);
        }
    }
    close(fd);
}

int wire_import(const struct server *server, struct listed *device)
{
    struct listed now;
    unsigned interfaces;
    int fd = ask(server, REQUEST_IMPORT, device->busid);
    if (fd < 0) return -1;
    if (read_device(fd, &now, &interfaces) && now.devnum == device->devnum) {
        *device = now;
        return fd;
    }
    close(fd); /* another one sits in the same port by now */
    return -1;
}

static void put_header(unsigned char *header, uint32_t command, uint32_t seqnum,
                       const struct listed *device)
{
    memset(header, 0, HEADER);
    put32(header, command);
    put32(header + 4, seqnum);
    put32(header + 8, device->busnum << 16 | device->devnum);
}

bool wire_submit(int fd, const struct listed *device, uint32_t seqnum,
                 const struct libusb_transfer *transfer)
{
    bool control = transfer->type == LIBUSB_TYPE_CONTROL;
    bool in = ((control ? transfer->buffer[0] : transfer->endpoint) & DEVICE_TO_HOST) != 0;
    unsigned char *data = control ? transfer->buffer + SETUP_SIZE : transfer->buffer;
    uint32_t length = control ? le16(transfer->buffer + 6) : (uint32_t)transfer->length;
    unsigned char header[HEADER];
    put_header(header, CMD_SUBMIT, seqnum, device);
    put32(header + 12, in);
    put32(header + 16, transfer->endpoint & 0x0f);
    put32(header + 20, transfer->flags & LIBUSB_TRANSFER_SHORT_NOT_OK ? URB_SHORT_NOT_OK : 0);
    put32(header + 24, length);
    put32(header + 32, UINT32_MAX); /* not isochronous */
    if (control) memcpy(header + 40, transfer->buffer, SETUP_SIZE);
    struct iovec parts[] = {{header, HEADER}, {data, length}};
    return send_all(fd, parts, in || length == 0 ? 1 : 2);
}

bool wire_unlink(int fd, const struct listed *device, uint32_t seqnum, uint32_t victim)
{
    unsigned char header[HEADER];
    put_header(header, CMD_UNLINK, seqnum, device);
    put32(header + 20, victim);
    struct iovec part = {header, HEADER};
    return send_all(fd, &part, 1);
}

bool wire_reply(int fd, struct reply *reply)
{
    unsigned char header[HEADER];
    if (!wire_data(fd, header, sizeof header)) return false;
    uint32_t command = get32(header);
    *reply = (struct reply){command == RET_UNLINK, get32(header + 4), (int32_t)get32(header + 20),
                            get32(header + 24)};
    return command == RET_SUBMIT || command == RET_UNLINK;
}
