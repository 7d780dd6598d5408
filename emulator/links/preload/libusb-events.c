/* Waiting for replies. One thread of a context waits at a time; the others wait for it. */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SECOND_US = 1000000, DEFAULT_WAIT_S = 60 };

/*
 * The emulator mostly answers sooner than a process that sleeps wakes up: so long we do not sleep. But when
 * somebody else took the processor for LOST_US, it is left to them for YIELD_US: who sleeps gets it back as
 * soon as there is an answer, who does not waits for its turn.
 */
enum { AWAKE_US = 100, LOST_US = 1000, YIELD_US = 300000 };

int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

void context_wake(struct libusb_context *context)
{
    bool sleeps = context->handling && !context->reading;
    if (sleeps && write(context->wake[1], "", 1) < 0) return; /* full: it is awake */
}

void transfer_finished(struct libusb_context *context, struct pending *pending,
                       enum libusb_transfer_status status)
{
    pending->transfer.status = status;
    pending->next = NULL;
    *context->finished_end = pending;
    context->finished_end = &pending->next;
    context_wake(context);
}

static struct pending *take(struct libusb_device *device, uint32_t seqnum, bool by_unlink)
{
    for (struct pending **link = &device->pending; *link != NULL; link = &(*link)->next) {
        struct pending *pending = *link;
        if ((by_unlink ? pending->unlink : pending->seqnum) != seqnum) continue;
        *link = pending->next;
        return pending;
    }
    return NULL;
}

/* Linux' errno by number: those of the emulator do not depend on the machine. */
static enum libusb_transfer_status status_of(int32_t status)
{
    switch (status) {
    case 0: return LIBUSB_TRANSFER_COMPLETED;
    case -32: return LIBUSB_TRANSFER_STALL;
    case -19:
    case -108: return LIBUSB_TRANSFER_NO_DEVICE;
    case -75: return LIBUSB_TRANSFER_OVERFLOW;
    default: return LIBUSB_TRANSFER_ERROR;
    }
}

/* Reads one reply; false when the device is gone. */
static bool read_reply(struct libusb_device *device)
{
    struct reply reply;
    if (!wire_reply(device->socket, &reply)) return false;
    struct pending *pending = take(device, reply.seqnum, reply.unlinked);
    if (reply.unlinked) {
        /* Status 0: the answer itself came first, and has been taken. */
        if (pending == NULL) return true;
        bool late = pending->timed_out;
        transfer_finished(device->context, pending,
                          late ? LIBUSB_TRANSFER_TIMED_OUT : LIBUSB_TRANSFER_CANCELLED);
        return true;
    }
    if (pending == NULL) return false;
    struct libusb_transfer *transfer = &pending->transfer;
    bool control = transfer->type == LIBUSB_TYPE_CONTROL;
    bool in = ((control ? transfer->buffer[0] : transfer->endpoint) & DEVICE_TO_HOST) != 0;
    uint32_t room = control ? le16(transfer->buffer + 6) : (uint32_t)transfer->length;
    unsigned char *data = transfer->buffer + (control ? SETUP_SIZE : 0);
    bool whole = reply.actual <= room && (!in || wire_data(device->socket, data, reply.actual));
    transfer->actual_length = whole ? (int)reply.actual : 0;
    if (whole && in && control) sleep_note(device, transfer->buffer, data, transfer->actual_length);
    transfer_finished(device->context, pending,
                      whole ? status_of(reply.status) : LIBUSB_TRANSFER_NO_DEVICE);
    return whole;
}

static bool readable(int fd)
{
    struct pollfd one = {fd, POLLIN, 0};
    return poll(&one, 1, 0) > 0;
}

static void read_replies(struct libusb_context *context)
{
    for (struct libusb_device *device = context->devices; device != NULL; device = device->next)
        while (device->socket >= 0 && readable(device->socket))
            if (!read_reply(device)) device_lost(device);
}

/* Ends what has taken too long; returns when the next one will have, or `until`. */
static int64_t expire(struct libusb_context *context, int64_t until)
{
    int64_t now = now_us();
    for (struct libusb_device *device = context->devices; device != NULL; device = device->next)
        for (struct pending *pending = device->pending; pending != NULL; pending = pending->next) {
            if (pending->deadline == 0 || pending->unlink != 0) continue;
            if (pending->deadline > now) {
                if (pending->deadline < until) until = pending->deadline;
                continue;
            }
            pending->timed_out = true;
            pending->unlink = ++device->seqnum;
            wire_unlink(device->socket, &device->listed, pending->unlink, pending->seqnum);
        }
    return until;
}

static struct pollfd *sockets_of(struct libusb_context *context, nfds_t *count)
{
    *count = 1;
    for (struct libusb_device *device = context->devices; device != NULL; device = device->next)
        if (device->socket >= 0) ++*count;
    struct pollfd *fds = calloc(*count, sizeof *fds);
    if (fds == NULL) return NULL;
    fds[0] = (struct pollfd){context->wake[0], POLLIN, 0};
    struct pollfd *next = fds + 1;
    for (struct libusb_device *device = context->devices; device != NULL; device = device->next)
        if (device->socket >= 0) *next++ = (struct pollfd){device->socket, POLLIN, 0};
    return fds;
}

/* poll(2), which begins by looking again and again; one processor alone has better to do. */
static int poll_awake(struct pollfd *fds, nfds_t count, int64_t ms)
{
    static _Thread_local int64_t sleeps_until = -1;
    if (sleeps_until < 0) sleeps_until = sysconf(_SC_NPROCESSORS_ONLN) == 1 ? INT64_MAX : 0;
    int64_t now = now_us(), end = now + AWAKE_US;
    while (ms > 0 && now >= sleeps_until && now < end) {
        int64_t before = now;
        int ready = poll(fds, count, 0);
        now = now_us();
        if (now - before > LOST_US) sleeps_until = now + YIELD_US;
        if (ready != 0) return ready;
    }
    return poll(fds, count, ms > INT32_MAX ? INT32_MAX : (int)ms);
}

/* Waits for something to happen and takes note of it. With the lock held, which it gives up while
 * it waits. */
static int wait_for_replies(struct libusb_context *context, int64_t until)
{
    until = expire(context, until);
    nfds_t count;
    struct pollfd *fds = sockets_of(context, &count);
    if (fds == NULL) return LIBUSB_ERROR_NO_MEM;
    int64_t left = until - now_us();
    int64_t ms = left <= 0 || context->finished != NULL ? 0 : (left + 999) / 1000;
    pthread_mutex_unlock(&context->lock);
    int ready = poll_awake(fds, count, ms);
    bool interrupted = ready < 0 && errno == EINTR;
    pthread_mutex_lock(&context->lock);
    char drained[64];
    while (fds[0].revents != 0 && read(context->wake[0], drained, sizeof drained) > 0);
    free(fds);
    context->reading = true;
    read_replies(context);
    expire(context, until);
    context->reading = false;
    return interrupted ? LIBUSB_ERROR_INTERRUPTED : LIBUSB_SUCCESS;
}

/* With the lock held, which it gives up for each callback. */
static void call_back(struct libusb_context *context)
{
    while (context->finished != NULL) {
        struct pending *pending = context->finished;
        context->finished = pending->next;
        if (context->finished == NULL) context->finished_end = &context->finished;
        pending->active = false;
        struct libusb_transfer *transfer = &pending->transfer;
        pthread_mutex_unlock(&context->lock);
        bool free_after = (transfer->flags & LIBUSB_TRANSFER_FREE_TRANSFER) != 0;
        if ((transfer->flags & LIBUSB_TRANSFER_SHORT_NOT_OK) != 0 &&
            transfer->status == LIBUSB_TRANSFER_COMPLETED &&
            transfer->actual_length <
                transfer->length - (transfer->type == LIBUSB_TYPE_CONTROL ? SETUP_SIZE : 0))
            transfer->status = LIBUSB_TRANSFER_ERROR;
        if (transfer->callback != NULL) transfer->callback(transfer);
        if (free_after) libusb_free_transfer(transfer);
        pthread_mutex_lock(&context->lock);
    }
}

static void wait_for_others(struct libusb_context *context, int64_t until)
{
    struct timespec at = {until / SECOND_US, until % SECOND_US * 1000};
    pthread_cond_timedwait(&context->changed, &context->lock, &at);
}

static int64_t deadline_of(const struct timeval *timeout)
{
    return now_us() + (timeout == NULL ? (int64_t)DEFAULT_WAIT_S * SECOND_US
                                       : (int64_t)timeout->tv_sec * SECOND_US + timeout->tv_usec);
}

API int libusb_handle_events_timeout_completed(libusb_context *given, struct timeval *timeout,
                                               int *completed)
{
    struct libusb_context *context = context_of(given);
    int64_t until = deadline_of(timeout);
    int error = LIBUSB_SUCCESS;
    pthread_mutex_lock(&context->lock);
    if (completed == NULL || !*completed) {
        if (context->handling) {
            wait_for_others(context, until);
        } else {
            context->handling = true;
            error = wait_for_replies(context, until);
            call_back(context);
            context->handling = false;
            pthread_cond_broadcast(&context->changed);
        }
    }
    pthread_mutex_unlock(&context->lock);
    return error;
}

API int libusb_handle_events_timeout(libusb_context *context, struct timeval *timeout)
{
    return libusb_handle_events_timeout_completed(context, timeout, NULL);
}

API int libusb_handle_events_completed(libusb_context *context, int *completed)
{
    return libusb_handle_events_timeout_completed(context, NULL, completed);
}

API int libusb_handle_events(libusb_context *context)
{
    return libusb_handle_events_timeout_completed(context, NULL, NULL);
}

/* ---- for programs with an event loop of their own ---- */

API int libusb_try_lock_events(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    bool taken = context->handling;
    context->handling = true;
    pthread_mutex_unlock(&context->lock);
    return taken;
}

API void libusb_lock_events(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    while (context->handling) pthread_cond_wait(&context->changed, &context->lock);
    context->handling = true;
    pthread_mutex_unlock(&context->lock);
}

API void libusb_unlock_events(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    context->handling = false;
    pthread_cond_broadcast(&context->changed);
    pthread_mutex_unlock(&context->lock);
}

API int libusb_handle_events_locked(libusb_context *given, struct timeval *timeout)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    int error = wait_for_replies(context, deadline_of(timeout));
    call_back(context);
    pthread_cond_broadcast(&context->changed);
    pthread_mutex_unlock(&context->lock);
    return error;
}

API int libusb_event_handling_ok(libusb_context *context)
{
    (void)context;
    return 1;
}

API int libusb_event_handler_active(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    bool active = context->handling;
    pthread_mutex_unlock(&context->lock);
    return active;
}

API void libusb_interrupt_event_handler(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    context_wake(context);
    pthread_mutex_unlock(&context->lock);
}

API void libusb_lock_event_waiters(libusb_context *context)
{
    pthread_mutex_lock(&context_of(context)->lock);
}

API void libusb_unlock_event_waiters(libusb_context *context)
{
    pthread_mutex_unlock(&context_of(context)->lock);
}

API int libusb_wait_for_event(libusb_context *given, struct timeval *timeout)
{
    struct timespec at;
    int64_t until = deadline_of(timeout);
    at = (struct timespec){until / SECOND_US, until % SECOND_US * 1000};
    struct libusb_context *context = context_of(given);
    return pthread_cond_timedwait(&context->changed, &context->lock, &at) == ETIMEDOUT;
}

API int libusb_get_next_timeout(libusb_context *given, struct timeval *out)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    int64_t next = expire(context, INT64_MAX);
    pthread_mutex_unlock(&context->lock);
    if (next == INT64_MAX) return 0;
    int64_t left = next - now_us();
    if (left < 0) left = 0;
    *out = (struct timeval){left / SECOND_US, left % SECOND_US};
    return 1;
}

API int libusb_pollfds_handle_timeouts(libusb_context *context)
{
    (void)context;
    return 0; /* the program is to ask libusb_get_next_timeout */
}

API const struct libusb_pollfd **libusb_get_pollfds(libusb_context *given)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    nfds_t count;
    struct pollfd *fds = sockets_of(context, &count);
    pthread_mutex_unlock(&context->lock);
    /* One allocation: the pointers, with NULL behind them, and what they point to. */
    const struct libusb_pollfd **list =
        fds == NULL ? NULL : calloc(1, (count + 1) * sizeof *list + count * sizeof **list);
    struct libusb_pollfd *items = (struct libusb_pollfd *)(list + count + 1);
    for (nfds_t i = 0; list != NULL && i < count; i++) {
        items[i] = (struct libusb_pollfd){fds[i].fd, fds[i].events};
        list[i] = &items[i];
    }
    free(fds);
    return list;
}

API void libusb_free_pollfds(const struct libusb_pollfd **list)
{
    free(list);
}

API void libusb_set_pollfd_notifiers(libusb_context *given, libusb_pollfd_added_cb added,
                                     libusb_pollfd_removed_cb removed, void *data)
{
    struct libusb_context *context = context_of(given);
    pthread_mutex_lock(&context->lock);
    context->added = added;
    context->removed = removed;
    context->pollfd_data = data;
    pthread_mutex_unlock(&context->lock);
}
