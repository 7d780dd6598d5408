/*
 * A program that uses a serial port as its arguments say, one after the other, and prints what it reads
 * back:  serial-host PORT VERB... ; see the table at the end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

struct termios2 {
    tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
    cc_t c_line, c_cc[19];
    speed_t c_ispeed, c_ospeed;
};

extern char **environ;
static char **arguments; /* program, port, verbs */
static char **verb;
static int fd = -1, other = -1;
static FILE *file;

static void check(int result, const char *what)
{
    if (result >= 0) return;
    perror(what);
    exit(1);
}

static const char *operand(void) { return *++verb; }
static int number(void) { return (int)strtol(operand(), NULL, 0); }
static const char *port(void) { return arguments[1]; }

static void do_open(void) { check(fd = open(port(), O_RDWR | O_NOCTTY), "open"); }
static void do_openat(void) { check(fd = openat(AT_FDCWD, port(), O_RDWR | O_NOCTTY), "openat"); }
static void do_fopen(void)
{
    file = fopen(port(), "r+");
    check(file == NULL ? -1 : 0, "fopen");
    fd = fileno(file);
}
static void do_fclose(void) { check(fclose(file), "fclose"); }
static void do_close(void)
{
    check(close(fd), "close");
    fd = other;
}
static void do_dup(void)
{
    other = fd;
    check(fd = dup(fd), "dup");
}
static void do_dup_over(void) { check(dup2(STDERR_FILENO, fd), "dup2"); }
static void do_close_all(void) { for (int each = 3; each < 1024; each++) close(each); }

static void do_write(void)
{
    const char *text = operand();
    check((int)write(fd, text, strlen(text)), "write");
}
static void do_writev(void)
{
    const char *text = operand();
    struct iovec parts[2] = {{(char *)text, 1}, {(char *)text + 1, strlen(text) - 1}};
    check((int)writev(fd, parts, 2), "writev");
}
static void do_print(void) { check(fprintf(file, "%s", operand()) < 0 ? -1 : fflush(file), "fprintf"); }
static void do_read(void)
{
    char text[256];
    int wanted = number(), length = 0;
    while (length < wanted) {
        int got = (int)read(fd, text + length, (size_t)(wanted - length));
        check(got > 0 ? 0 : -1, "read");
        length += got;
    }
    printf("%.*s\n", length, text);
}

static void do_lines(void)
{
    int lines;
    check(ioctl(fd, TIOCMGET, &lines), "TIOCMGET");
    printf("%s %s\n", lines & TIOCM_DTR ? "dtr" : "-dtr", lines & TIOCM_RTS ? "rts" : "-rts");
}
static void change(unsigned long request, int lines) { check(ioctl(fd, request, &lines), "TIOCM"); }
static void do_dtr(void) { change(number() ? TIOCMBIS : TIOCMBIC, TIOCM_DTR); }
static void do_rts(void) { change(number() ? TIOCMBIS : TIOCMBIC, TIOCM_RTS); }
static void do_both(void) { change(TIOCMSET, number() ? TIOCM_DTR | TIOCM_RTS : 0); }

static tcflag_t flags_of(const char *mode)
{
    tcflag_t parity = mode[1] == 'E' ? PARENB : mode[1] == 'O' ? PARENB | PARODD : 0;
    return (mode[0] == '7' ? CS7 : CS8) | parity | (mode[2] == '2' ? CSTOPB : 0);
}
static void do_set(void)
{
    struct termios termios;
    check(tcgetattr(fd, &termios), "tcgetattr");
    cfmakeraw(&termios);
    termios.c_cflag &= ~(CSIZE | PARENB | PARODD | CSTOPB);
    termios.c_cflag |= flags_of(operand());
    check(cfsetspeed(&termios, B57600), "cfsetspeed");
    check(tcsetattr(fd, TCSANOW, &termios), "tcsetattr");
}
static void do_rate(void)
{
    struct termios2 termios;
    check(ioctl(fd, TCGETS2, &termios), "TCGETS2");
    termios.c_cflag = (termios.c_cflag & ~(tcflag_t)CBAUD) | CBAUDEX; /* BOTHER */
    termios.c_ospeed = termios.c_ispeed = (speed_t)number();
    check(ioctl(fd, TCSETSW2, &termios), "TCSETSW2");
}
static void hang_up(tcflag_t cleared, tcflag_t set)
{
    struct termios termios;
    check(tcgetattr(fd, &termios), "tcgetattr");
    termios.c_cflag = (termios.c_cflag & ~cleared) | set;
    check(cfsetospeed(&termios, B0), "cfsetospeed");
    check(tcsetattr(fd, TCSANOW, &termios), "tcsetattr");
}
static void do_hang_up(void) { hang_up(0, 0); }
static void do_hang_up_to(void)
{
    hang_up(CSIZE | PARENB | PARODD | CSTOPB, flags_of(operand()));
}
static void do_keep_lines(void)
{
    struct termios termios;
    check(tcgetattr(fd, &termios), "tcgetattr");
    termios.c_cflag &= ~(tcflag_t)HUPCL;
    check(tcsetattr(fd, TCSANOW, &termios), "tcsetattr");
}
static void show(tcflag_t flags)
{
    char parity = !(flags & PARENB) ? 'N' : flags & PARODD ? 'O' : 'E';
    printf("%d%c%d\n", (flags & CSIZE) == CS7 ? 7 : 8, parity, flags & CSTOPB ? 2 : 1);
}
static void do_show(void)
{
    struct termios termios;
    check(tcgetattr(fd, &termios), "tcgetattr");
    show(termios.c_cflag);
    struct termios2 termios2;
    check(ioctl(fd, TCGETS2, &termios2), "TCGETS2");
    show(termios2.c_cflag);
    printf("%u\n", termios2.c_ospeed);
}

static void do_break(void) { check(ioctl(fd, number() ? TIOCSBRK : TIOCCBRK), "TIOCSBRK"); }
static void do_send_break(void) { check(tcsendbreak(fd, 100), "tcsendbreak"); }
static void do_flush(void) { check(tcflush(fd, TCIOFLUSH), "tcflush"); }
static void do_drain(void) { check(tcdrain(fd), "tcdrain"); }
static void do_unsupported(void)
{
    char serial[256];
    printf("%s\n", ioctl(fd, TIOCGSERIAL, serial) == 0 ? "serial" : "no serial");
}

static pid_t forked(void)
{
    fflush(stdout);
    pid_t child = fork();
    check(child, "fork");
    return child;
}
static void wait_for(pid_t child)
{
    int status;
    check(waitpid(child, &status, 0), "waitpid");
    if (status != 0) exit(1);
}
/* The rest is done by a child, whose parent closes the port first. */
static void do_fork_away(void)
{
    pid_t child = forked();
    if (child == 0) return;
    close(fd);
    wait_for(child);
    _exit(0);
}
/* What comes before `rest` is done by a child, the rest then by its parent. */
static void do_fork(void)
{
    pid_t child = forked();
    if (child == 0) return;
    wait_for(child);
    while (strcmp(*++verb, "rest") != 0) continue;
}
static void do_rest(void) { exit(0); }
static void do_use(void) { fd = number(); }
/* Arguments for a new program that does the rest with the descriptor as it is. */
static char **rest(void)
{
    static char number_of_fd[16];
    static char *words[64] = {NULL, NULL, "use", number_of_fd};
    snprintf(number_of_fd, sizeof number_of_fd, "%d", fd);
    words[0] = arguments[0];
    words[1] = arguments[1];
    for (int i = 4; *verb != NULL && i < 63; i++) words[i] = *++verb;
    return words;
}
static void do_exec(void)
{
    fflush(stdout);
    execv("/proc/self/exe", rest());
}
static void do_spawn(void)
{
    pid_t child;
    fflush(stdout);
    check(-posix_spawn(&child, "/proc/self/exe", NULL, NULL, rest(), environ), "posix_spawn");
    wait_for(child);
    do_lines();
    exit(0);
}

static void *toggle(void *bit)
{
    for (int i = 0; i < 200; i++) change(i % 2 ? TIOCMBIS : TIOCMBIC, *(int *)bit);
    return NULL;
}
static void do_threads(void)
{
    int bits[] = {TIOCM_DTR, TIOCM_RTS};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, toggle, &bits[i]);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}

/* Bytes, lines and settings in turn, with nothing to wait for in between. */
static void do_storm(void)
{
    for (int i = 0, rounds = number(); i < rounds; i++) {
        char text[512];
        int length = 0;
        while (length < i) length += snprintf(text + length, sizeof text - (size_t)length, "%d ", i);
        check((int)write(fd, text, (size_t)length), "write");
        change(i % 2 ? TIOCMBIS : TIOCMBIC, TIOCM_RTS);
    }
}

static const struct {
    const char *name;
    void (*act)(void);
} verbs[] = {
    {"open", do_open},       {"openat", do_openat},     {"fopen", do_fopen},   {"fclose", do_fclose},
    {"close", do_close},     {"dup", do_dup},           {"dup-over", do_dup_over},
    {"close-all", do_close_all},
    {"write", do_write},     {"writev", do_writev},     {"print", do_print},   {"read", do_read},
    {"lines", do_lines},     {"dtr", do_dtr},           {"rts", do_rts},       {"both", do_both},
    {"set", do_set},         {"rate", do_rate},         {"hang-up", do_hang_up},
    {"hang-up-to", do_hang_up_to},
    {"keep-lines", do_keep_lines},                      {"show", do_show},
    {"break", do_break},     {"send-break", do_send_break},
    {"flush", do_flush},     {"drain", do_drain},       {"unsupported", do_unsupported},
    {"fork", do_fork},       {"rest", do_rest},         {"fork-away", do_fork_away},
    {"exec", do_exec},       {"spawn", do_spawn},       {"use", do_use},
    {"threads", do_threads}, {"storm", do_storm},
};

int main(int count, char **values)
{
    arguments = values;
    if (count < 2) return 2;
    for (verb = values + 2; *verb != NULL; verb++) {
        size_t i = 0;
        while (i < sizeof verbs / sizeof *verbs && strcmp(verbs[i].name, *verb) != 0) i++;
        if (i == sizeof verbs / sizeof *verbs) return 2;
        verbs[i].act();
    }
    return 0;
}
