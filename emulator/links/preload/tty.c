/*
 * Makes a pseudo-terminal a real serial port for one program: LD_PRELOAD this library and set
 *     VSTM32_TTY=/dev/pts/N=/path/of/control/socket        (further ports on further lines)
 *
 * A Linux pty has no parity, no character size, no DTR and RTS, and swallows breaks. The emulator keeps
 * all that instead. It is told over the control socket, and answers when everything that was written to
 * the port before has reached the chip and the message has been carried out:
 *     open KEPT                                   this process has the port open
 *     close                                       no longer; the end of the connection means the same
 *     termios KEPT BAUD BITS PARITY STOP HANGUP   line setting; PARITY is one of N E O M S
 *     lines ON OFF                                bits to assert and to release: 1 DTR, 2 RTS
 *     break ON
 *     drain
 *     forget                                      what the chip has sent and nobody has read
 *     get
 * Each is a line of text and answered by "LINES KEPT\n". KEPT are the flags of c_cflag that the pty
 * loses; only this library knows what they mean. All else, and every other file, is the C library's.
 */
#include "interposed.h"
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { DTR = 1, RTS = 2 };

/* What a serial port has and a pty loses, and what a serial port starts with (tty_std_termios). */
static const tcflag_t KEPT = CSIZE | PARENB | CREAD | HUPCL;
static const tcflag_t KEPT_AT_FIRST = CS8 | CREAD | HUPCL;

/* The kernel's view of a terminal, which <termios.h> hides; TCGETS reads it without the rates. */
struct termios2 {
    tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
    cc_t c_line;
    cc_t c_cc[19];
    speed_t c_ispeed, c_ospeed;
};

struct port {
    struct sockaddr_un address; /* of the control socket */
    dev_t device;               /* of the pty's slave */
    int control;                /* connection; -1 while this process does not have the port open */
    ino_t control_inode;
    int control_of_child; /* while forking */
};

struct state {
    unsigned lines;
    tcflag_t kept;
};

static struct port ports[8];
static size_t port_count;
/* The process that this memory belongs to: a child of vfork() runs in it too and must not touch it. */
static pid_t owner;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* This thread holds the mutex: a signal handler that interrupts it passes straight through. */
static _Thread_local bool inside;

/* ---- the control connection ---- */

static int close_next(int fd)
{
    NEXT(int, close, int);
    return next(fd);
}

static bool receive_line(int fd, char *line, size_t size)
{
    for (size_t length = 0; length + 1 < size;) {
        ssize_t got = recv(fd, line + length, 1, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
        length++;
    }
    return false;
}

/* The program may have closed our descriptor with all others and got its number for something else. */
static bool connected(const struct port *port)
{
    struct stat status;
    return port->control >= 0 && fstat(port->control, &status) == 0 && S_ISSOCK(status.st_mode) &&
           status.st_ino == port->control_inode;
}

/* Tells the emulator something and waits until it has happened; false when the emulator is gone. */
static bool tell(struct port *port, struct state *state, const char *format, ...)
{
    char line[128];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    struct state ignored;
    if (state == NULL) state = &ignored;
    return connected(port) && send_all(port->control, line, (size_t)length) &&
           receive_line(port->control, line, sizeof line) &&
           sscanf(line, "%u %u", &state->lines, &state->kept) == 2;
}

static void report_termios(struct port *port, tcflag_t cflag, speed_t baud)
{
    tcflag_t size = cflag & CSIZE;
    int bits = size == CS5 ? 5 : size == CS6 ? 6 : size == CS7 ? 7 : 8;
    bool odd = cflag & PARODD;
    char parity = !(cflag & PARENB) ? 'N' : cflag & CMSPAR ? (odd ? 'M' : 'S') : odd ? 'O' : 'E';
    tell(port, NULL, "termios %u %u %d %c %d %d\n", cflag & KEPT, baud, bits, parity,
         cflag & CSTOPB ? 2 : 1, cflag & HUPCL ? 1 : 0);
}

static int ioctl_next(int fd, ioctl_request request, void *argument)
{
    NEXT(int, ioctl, int, ioctl_request, ...);
    return next(fd, request, argument);
}

/* A new connection of `port`; -1 when the emulator is gone. */
static int connect_control(const struct port *port)
{
    int control = socket(AF_UNIX, SOCK_STREAM, 0);
    if (control < 0) return -1;
    /* Out of the way of programs that count on low numbers; kept over exec(), for so is the port. */
    int high = fcntl(control, F_DUPFD, 200);
    if (high >= 0) {
        close_next(control);
        control = high;
    }
    if (connect(control, (const struct sockaddr *)&port->address, sizeof port->address) == 0) {
        return control;
    }
    close_next(control);
    return -1;
}

static void use_control(struct port *port, int control)
{
    struct stat status;
    port->control = control >= 0 && fstat(control, &status) == 0 ? control : -1;
    if (port->control >= 0) port->control_inode = status.st_ino;
}

/* Opens the port for this process, which has `fd` on it. */
static void attach(struct port *port, int fd)
{
    struct state state;
    struct termios2 now;
    use_control(port, connect_control(port));
    if (tell(port, &state, "open %u\n", KEPT_AT_FIRST) &&
        ioctl_next(fd, (ioctl_request)TCGETS2, &now) == 0) {
        report_termios(port, (now.c_cflag & ~KEPT) | state.kept, now.c_ospeed);
    }
}

static void detach(struct port *port)
{
    tell(port, NULL, "close\n");
    if (connected(port)) close_next(port->control);
    port->control = -1;
}

/* ---- which descriptors are ours ---- */

static struct port *port_of(int fd)
{
    struct stat status;
    if (port_count == 0 || fstat(fd, &status) != 0 || !S_ISCHR(status.st_mode)) return NULL;
    for (size_t i = 0; i < port_count; i++) {
        if (ports[i].device == status.st_rdev) return &ports[i];
    }
    return NULL;
}

/* A descriptor of the port in this process; -1 when there is none. */
static int descriptor_of(const struct port *port)
{
    int found = -1;
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL) return -1;
    for (struct dirent *entry; found < 0 && (entry = readdir(directory)) != NULL;) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && port_of(fd) == port) found = fd;
    }
    closedir(directory);
    return found;
}

/*
 * Takes the mutex for the port of `fd`, attached; NULL when the call is none of our business.
 * Leaves errno alone.
 */
static struct port *enter(int fd)
{
    int error = errno;
    struct port *port = inside ? NULL : port_of(fd);
    if (port != NULL && getpid() != owner) port = NULL;
    if (port != NULL) {
        inside = true;
        pthread_mutex_lock(&mutex);
        if (!connected(port)) attach(port, fd);
    }
    errno = error;
    return port;
}

static void leave(void)
{
    pthread_mutex_unlock(&mutex);
    inside = false;
}

/* A call has returned the new descriptor `fd`. */
static int opened(int fd)
{
    if (fd >= 0 && enter(fd) != NULL) leave();
    return fd;
}

/* A call with this result has closed a descriptor of `port`, which enter() had taken before. */
static int closed(struct port *port, int result)
{
    if (port == NULL) return result;
    int error = errno;
    if (descriptor_of(port) < 0) detach(port);
    leave();
    errno = error;
    return result;
}

/* ---- opening and closing ---- */

#define DEFINE_OPEN(name)                                                                          \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        NEXT(int, name, const char *, int, ...);                                                   \
        MODE(flags)                                                                                \
        return opened(next(path, flags, mode));                                                    \
    }
#define DEFINE_OPENAT(name)                                                                        \
    int name(int directory, const char *path, int flags, ...)                                      \
    {                                                                                              \
        NEXT(int, name, int, const char *, int, ...);                                              \
        MODE(flags)                                                                                \
        return opened(next(directory, path, flags, mode));                                         \
    }
#define DEFINE_FOPEN(name)                                                                         \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        NEXT(FILE *, name, const char *, const char *);                                            \
        FILE *file = next(path, mode);                                                             \
        if (file != NULL) opened(fileno(file));                                                    \
        return file;                                                                               \
    }

DEFINE_OPEN(open)
DEFINE_OPENAT(openat)
DEFINE_FOPEN(fopen)
#ifdef __GLIBC__
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat64)
DEFINE_FOPEN(fopen64)

/* What open() becomes in programs compiled with _FORTIFY_SOURCE. */
#define DEFINE_OPEN_2(name)                                                                        \
    int name(const char *path, int flags);                                                         \
    int name(const char *path, int flags)                                                          \
    {                                                                                              \
        NEXT(int, name, const char *, int);                                                        \
        return opened(next(path, flags));                                                          \
    }
#define DEFINE_OPENAT_2(name)                                                                      \
    int name(int directory, const char *path, int flags);                                          \
    int name(int directory, const char *path, int flags)                                           \
    {                                                                                              \
        NEXT(int, name, int, const char *, int);                                                   \
        return opened(next(directory, path, flags));                                               \
    }
DEFINE_OPEN_2(__open_2)
DEFINE_OPEN_2(__open64_2)
DEFINE_OPENAT_2(__openat_2)
DEFINE_OPENAT_2(__openat64_2)
#endif

int close(int fd)
{
    for (size_t i = 0; i < port_count && getpid() == owner; i++) {
        if (fd == ports[i].control && connected(&ports[i]))
            return fail(EBADF); /* a program that closes all there is: it cannot mean this one */
    }
    struct port *port = enter(fd);
    return closed(port, close_next(fd));
}

int fclose(FILE *file)
{
    NEXT(int, fclose, FILE *);
    struct port *port = enter(fileno(file));
    return closed(port, next(file));
}

int dup2(int from, int to)
{
    NEXT(int, dup2, int, int);
    struct port *port = enter(to);
    return closed(port, next(from, to));
}

int dup3(int from, int to, int flags)
{
    NEXT(int, dup3, int, int, int);
    struct port *port = enter(to);
    return closed(port, next(from, to, flags));
}

/* ---- line setting ---- */

static tcflag_t without_kept(tcflag_t cflag)
{
    return (cflag & ~KEPT) | CS8 | CREAD; /* what a pty can do: glibc checks that it did */
}

/* The setting of `fd` is now what the program asked for in `cflag`. */
static void applied(struct port *port, int fd, tcflag_t cflag)
{
    struct termios2 now;
    if (ioctl_next(fd, (ioctl_request)TCGETS2, &now) == 0) {
        report_termios(port, cflag, now.c_ospeed);
    }
}

int tcgetattr(int fd, struct termios *termios)
{
    NEXT(int, tcgetattr, int, struct termios *);
    int result = next(fd, termios);
    struct port *port = result == 0 ? enter(fd) : NULL;
    if (port == NULL) return result;
    struct state state;
    if (tell(port, &state, "get\n")) termios->c_cflag = (termios->c_cflag & ~KEPT) | state.kept;
    leave();
    return 0;
}

int tcsetattr(int fd, int when, const struct termios *termios)
{
    NEXT(int, tcsetattr, int, int, const struct termios *);
    struct port *port = enter(fd);
    if (port == NULL) return next(fd, when, termios);
    struct termios possible = *termios;
    possible.c_cflag = without_kept(termios->c_cflag);
    int result = next(fd, when, &possible);
    if (result == 0) applied(port, fd, termios->c_cflag);
    leave();
    return result;
}

/* TCGETS, TCGETS2: `termios` may be shorter than its type, by the rates. */
static int get_termios(struct port *port, int fd, ioctl_request request, struct termios2 *termios)
{
    int result = ioctl_next(fd, request, termios);
    struct state state;
    if (result == 0 && tell(port, &state, "get\n")) {
        termios->c_cflag = (termios->c_cflag & ~KEPT) | state.kept;
    }
    return result;
}

/* TCSETS, TCSETS2 and their kin: `termios` has `size` bytes. */
static int set_termios(struct port *port, int fd, ioctl_request request,
                       const struct termios2 *termios, size_t size)
{
    struct termios2 possible;
    memcpy(&possible, termios, size);
    possible.c_cflag = without_kept(termios->c_cflag);
    int result = ioctl_next(fd, request, &possible);
    if (result == 0) applied(port, fd, termios->c_cflag);
    return result;
}

/* ---- control lines, break, buffers ---- */

static int answer(bool happened)
{
    return happened ? 0 : fail(EIO);
}

static int get_lines(struct port *port, int *bits)
{
    struct state state;
    if (!tell(port, &state, "get\n")) return answer(false);
    /* The chip's side asserts its own lines, as a cable that ties them does. */
    *bits = TIOCM_CTS | TIOCM_DSR | TIOCM_CAR | (state.lines & DTR ? TIOCM_DTR : 0) |
            (state.lines & RTS ? TIOCM_RTS : 0);
    return 0;
}

static unsigned line_bits(int bits)
{
    return (bits & TIOCM_DTR ? DTR : 0u) | (bits & TIOCM_RTS ? RTS : 0u);
}

static int set_lines(struct port *port, unsigned on, unsigned off)
{
    return answer(tell(port, NULL, "lines %u %u\n", on, off));
}

static int set_break(struct port *port, int on)
{
    return answer(tell(port, NULL, "break %d\n", on));
}

static int send_break(struct port *port, long tenths)
{
    if (tenths <= 0) tenths = 3; /* POSIX: a quarter to half a second */
    struct timespec lasting = {.tv_sec = tenths / 10, .tv_nsec = tenths % 10 * 100000000L};
    if (set_break(port, 1) != 0) return -1;
    while (nanosleep(&lasting, &lasting) != 0 && errno == EINTR) continue;
    return set_break(port, 0);
}

/* Output is not dropped but waited for: it was on the wire long ago, as far as one can tell. */
static int flush(struct port *port, int fd, long queue)
{
    if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH) return fail(EINVAL);
    if (queue != TCOFLUSH) {
        tell(port, NULL, "forget\n");
        ioctl_next(fd, TCFLSH, (void *)TCIFLUSH);
    }
    return queue == TCIFLUSH ? 0 : answer(tell(port, NULL, "drain\n"));
}

static int serial_ioctl(struct port *port, int fd, ioctl_request request, void *argument)
{
    switch ((unsigned)request) {
    case TCGETS:
    case (unsigned)TCGETS2:
        return get_termios(port, fd, request, argument);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return set_termios(port, fd, request, argument, offsetof(struct termios2, c_ispeed));
    case (unsigned)TCSETS2:
    case (unsigned)TCSETSW2:
    case (unsigned)TCSETSF2:
        return set_termios(port, fd, request, argument, sizeof(struct termios2));
    case TIOCMGET:
        return get_lines(port, argument);
    case TIOCMSET:
        return set_lines(port, line_bits(*(int *)argument), line_bits(~*(int *)argument));
    case TIOCMBIS:
        return set_lines(port, line_bits(*(int *)argument), 0);
    case TIOCMBIC:
        return set_lines(port, 0, line_bits(*(int *)argument));
    case TIOCSBRK:
        return set_break(port, 1);
    case TIOCCBRK:
        return set_break(port, 0);
    case TCSBRK: /* any argument but 0 makes it tcdrain() */
        return argument == NULL ? send_break(port, 0) : answer(tell(port, NULL, "drain\n"));
    case TCSBRKP:
        return send_break(port, (long)argument);
    case TCFLSH:
        return flush(port, fd, (long)argument);
    case TIOCEXCL: /* the emulator keeps the pty open, so the kernel would never end this */
    case TIOCNXCL:
        return 0;
    default:
        return ioctl_next(fd, request, argument);
    }
}

/* Does `request` on `fd` if that is a port; on any other file it is the kernel's. */
static int terminal_ioctl(int fd, ioctl_request request, void *argument)
{
    bool of_terminals = ((unsigned)request >> 8 & 0xff) == 'T'; /* <asm-generic/ioctls.h> */
    struct port *port = of_terminals ? enter(fd) : NULL;
    if (port == NULL) return ioctl_next(fd, request, argument);
    int result = serial_ioctl(port, fd, request, argument);
    leave();
    return result;
}

int ioctl(int fd, ioctl_request request, ...)
{
    ARGUMENT(void *, argument, request);
    return terminal_ioctl(fd, request, argument);
}

int tcsendbreak(int fd, int milliseconds)
{
    if (milliseconds <= 0) return terminal_ioctl(fd, TCSBRK, NULL);
    long tenths = (milliseconds + 99) / 100;
    return terminal_ioctl(fd, TCSBRKP, (void *)tenths);
}

int tcdrain(int fd)
{
    return terminal_ioctl(fd, TCSBRK, (void *)1);
}

int tcflush(int fd, int queue)
{
    return terminal_ioctl(fd, TCFLSH, (void *)(long)queue);
}

/* ---- processes ---- */

/*
 * The child will have the port open too. Its connection is made before there is a child, lest the
 * parent's close() come first and be taken for the last one.
 */
static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < port_count; i++) {
        struct port *port = &ports[i];
        struct port child = *port;
        port->control_of_child = -1;
        if (!connected(port)) continue;
        use_control(&child, connect_control(port));
        tell(&child, NULL, "open %u\n", KEPT_AT_FIRST);
        port->control_of_child = child.control;
    }
}

static void in_parent(void)
{
    for (size_t i = 0; i < port_count; i++) {
        if (ports[i].control_of_child >= 0) close_next(ports[i].control_of_child);
    }
    pthread_mutex_unlock(&mutex);
}

static void in_child(void)
{
    owner = getpid();
    for (size_t i = 0; i < port_count; i++) {
        if (connected(&ports[i])) close_next(ports[i].control);
        use_control(&ports[i], ports[i].control_of_child);
    }
    pthread_mutex_unlock(&mutex);
}

/* A connection to `port` that was made by the program that called exec(). */
static bool is_inherited_control(const struct port *port, int fd)
{
    return fd != port->control && is_connected_to(fd, port->address.sun_path);
}

/* The emulator's own end of `port`, which programs that it starts inherit. */
static bool is_master(const struct port *port, int fd)
{
    struct stat status;
    unsigned number;
    return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(5, 2) &&
           ioctl_next(fd, (ioctl_request)TIOCGPTN, &number) == 0 && number == minor(port->device);
}

static void close_inherited(const struct port *port)
{
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || fd == dirfd(directory)) continue;
        if (is_inherited_control(port, fd) || is_master(port, fd)) close_next(fd);
    }
    closedir(directory);
}

static void add_port(char *text)
{
    char *equals = strchr(text, '=');
    struct stat status;
    if (equals == NULL || port_count == COUNT(ports)) return;
    *equals = '\0';
    struct port *port = &ports[port_count];
    if (stat(text, &status) != 0 || strlen(equals + 1) >= sizeof port->address.sun_path) return;
    *port = (struct port){.address.sun_family = AF_UNIX, .device = status.st_rdev, .control = -1};
    strcpy(port->address.sun_path, equals + 1);
    port_count++;
}

__attribute__((constructor)) static void start(void)
{
    const char *configuration = getenv("VSTM32_TTY");
    char *text = configuration == NULL ? NULL : strdup(configuration);
    if (text == NULL) return;
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) add_port(line);
    free(text);
    owner = getpid();
    pthread_atfork(before_fork, in_parent, in_child);
    for (size_t i = 0; i < port_count; i++) {
        int fd = descriptor_of(&ports[i]); /* open over exec(), as by a shell's redirection */
        if (fd >= 0) attach(&ports[i], fd);
        close_inherited(&ports[i]);
    }
}

/* Returns when the emulator has taken what the program wrote last. */
__attribute__((destructor)) static void end(void)
{
    if (getpid() != owner || pthread_mutex_trylock(&mutex) != 0) return;
    for (size_t i = 0; i < port_count; i++) {
        if (connected(&ports[i])) detach(&ports[i]);
    }
    pthread_mutex_unlock(&mutex);
}
