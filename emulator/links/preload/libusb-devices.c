/* Contexts, the list of devices, and what is known of each. */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENUMERATION_TIMEOUT_MS = 5000, FIRST_LOOK = 64 };

static struct libusb_context *usual;
static pthread_mutex_t usual_lock = PTHREAD_MUTEX_INITIALIZER;

struct libusb_context *context_of(struct libusb_context *context)
{
    return context != NULL ? context : usual;
}

static struct libusb_context *make_context(void)
{
    struct libusb_context *context = calloc(1, sizeof *context);
    if (context == NULL) return NULL;
    if (pipe2(context->wake, O_CLOEXEC | O_NONBLOCK) < 0) {
        free(context);
        return NULL;
    }
    context->references = 1;
    context->finished_end = &context->finished;
    pthread_mutex_init(&context->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&context->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    context->server_count = wire_servers(context->servers);
    return context;
}

API int libusb_init(libusb_context **out)
{
    pthread_mutex_lock(&usual_lock);
    struct libusb_context *context;
    if (out == NULL && usual != NULL) {
        context = usual;
        context->references++;
    } else {
        context = make_context();
        if (out == NULL || usual == NULL) usual = context;
    }
    pthread_mutex_unlock(&usual_lock);
    if (context == NULL) return LIBUSB_ERROR_NO_MEM;
    if (out != NULL) *out = context;
    return LIBUSB_SUCCESS;
}

struct libusb_init_option;

API int libusb_init_context(libusb_context **out, const struct libusb_init_option *options,
                            int count)
{
    (void)options, (void)count;
    return libusb_init(out);
}

static void free_device(struct libusb_device *device)
{
    if (device->socket >= 0) close(device->socket);
    for (int i = 0; device->configs != NULL && i < device->descriptor.bNumConfigurations; i++)
        free(device->configs[i]);
    free(device->configs);
    free(device);
}

API void libusb_exit(libusb_context *given)
{
    pthread_mutex_lock(&usual_lock);
    struct libusb_context *context = context_of(given);
    bool last = context != NULL && --context->references == 0;
    if (last && context == usual) usual = NULL;
    pthread_mutex_unlock(&usual_lock);
    if (!last) return;
    for (struct libusb_device *device = context->devices, *next; device != NULL; device = next) {
        next = device->next;
        free_device(device); /* the program has kept a reference too many */
    }
    close(context->wake[0]);
    close(context->wake[1]);
    pthread_cond_destroy(&context->changed);
    pthread_mutex_destroy(&context->lock);
    free(context);
}

/* ---- the list ---- */

struct listing {
    struct libusb_context *context;
    int server;
    struct libusb_device **devices;
    size_t count;
};

static struct libusb_device *known(const struct listing *listing, const struct listed *listed)
{
    for (struct libusb_device *each = listing->context->devices; each != NULL; each = each->next)
        if (!each->gone && each->bus == listing->server + 1 &&
            each->listed.devnum == listed->devnum && strcmp(each->listed.busid, listed->busid) == 0)
            return each;
    return NULL;
}

static void found(const struct listed *listed, void *data)
{
    struct listing *listing = data;
    struct libusb_context *context = listing->context;
    struct libusb_device **longer =
        realloc(listing->devices, (listing->count + 2) * sizeof *longer);
    if (longer == NULL) return;
    listing->devices = longer;
    struct libusb_device *device = known(listing, listed);
    if (device == NULL) {
        device = calloc(1, sizeof *device);
        if (device == NULL) return;
        device->context = context;
        device->server = &context->servers[listing->server];
        device->bus = (uint8_t)(listing->server + 1);
        device->listed = *listed;
        device->socket = -1;
        device->next = context->devices;
        context->devices = device;
    }
    device->references++;
    longer[listing->count++] = device;
    longer[listing->count] = NULL;
}

API ssize_t libusb_get_device_list(libusb_context *given, libusb_device ***list)
{
    struct libusb_context *context = context_of(given);
    if (context == NULL) return LIBUSB_ERROR_INVALID_PARAM;
    struct listing listing = {.context = context,
                              .devices = calloc(1, sizeof(struct libusb_device *))};
    if (listing.devices == NULL) return LIBUSB_ERROR_NO_MEM;
    pthread_mutex_lock(&context->lock);
    for (; listing.server < context->server_count; listing.server++)
        wire_list(&context->servers[listing.server], found, &listing);
    pthread_mutex_unlock(&context->lock);
    *list = listing.devices;
    return (ssize_t)listing.count;
}

API libusb_device *libusb_ref_device(libusb_device *device)
{
    pthread_mutex_lock(&device->context->lock);
    device->references++;
    pthread_mutex_unlock(&device->context->lock);
    return device;
}

API void libusb_unref_device(libusb_device *device)
{
    if (device == NULL) return;
    struct libusb_context *context = device->context;
    pthread_mutex_lock(&context->lock);
    bool last = --device->references == 0;
    if (last) {
        struct libusb_device **link = &context->devices;
        while (*link != device) link = &(*link)->next;
        *link = device->next;
    }
    pthread_mutex_unlock(&context->lock);
    if (last) free_device(device);
}

API void libusb_free_device_list(libusb_device **list, int unref)
{
    if (list == NULL) return;
    for (libusb_device **each = list; unref && *each != NULL; each++) libusb_unref_device(*each);
    free(list);
}

/* ---- one device ---- */

int device_connect(struct libusb_device *device)
{
    if (device->gone) return LIBUSB_ERROR_NO_DEVICE;
    if (device->socket >= 0) return LIBUSB_SUCCESS;
    device->socket = wire_import(device->server, &device->listed);
    if (device->socket < 0) return LIBUSB_ERROR_NO_DEVICE;
    device->configuration = device->listed.configuration;
    if (device->context->added != NULL)
        device->context->added(device->socket, 1 /* POLLIN */, device->context->pollfd_data);
    return LIBUSB_SUCCESS;
}

void device_lost(struct libusb_device *device)
{
    device->gone = true;
    if (device->context->removed != NULL && device->socket >= 0)
        device->context->removed(device->socket, device->context->pollfd_data);
    if (device->socket >= 0) close(device->socket);
    device->socket = -1;
    while (device->pending != NULL) {
        struct pending *pending = device->pending;
        device->pending = pending->next;
        transfer_finished(device->context, pending, LIBUSB_TRANSFER_NO_DEVICE);
    }
}

static int get_descriptor(struct libusb_device *device, uint8_t type, uint8_t index,
                          unsigned char *data, uint16_t length)
{
    uint16_t value = (uint16_t)(type << 8 | index);
    return device_control(device, DEVICE_TO_HOST, GET_DESCRIPTOR, value, 0, data, length,
                          ENUMERATION_TIMEOUT_MS);
}

static int read_config(struct libusb_device *device, uint8_t index, unsigned char **out)
{
    unsigned char head[9];
    int got = get_descriptor(device, DT_CONFIG, index, head, sizeof head);
    if (got < 0) return got;
    uint16_t total = le16(head + 2);
    if (got < (int)sizeof head || head[1] != DT_CONFIG || total < sizeof head)
        return LIBUSB_ERROR_IO;
    *out = calloc(1, total);
    if (*out == NULL) return LIBUSB_ERROR_NO_MEM;
    got = get_descriptor(device, DT_CONFIG, index, *out, total);
    return got < 0 ? got : got < total ? LIBUSB_ERROR_IO : LIBUSB_SUCCESS;
}

static int read_descriptors(struct libusb_device *device)
{
    unsigned char raw[FIRST_LOOK];
    bool fresh = device->configuration == 0;
    /* Like an operating system: ask for more than there is, which also tells the emulator of a new
     * start. */
    int got = fresh ? get_descriptor(device, DT_DEVICE, 0, raw, FIRST_LOOK) : 0;
    if (got >= 0) got = get_descriptor(device, DT_DEVICE, 0, raw, 18);
    if (got < 0) return got;
    if (got < 18 || raw[1] != DT_DEVICE) return LIBUSB_ERROR_IO;
    struct libusb_device_descriptor descriptor = {
        raw[0],        raw[1],         le16(raw + 2),  raw[4],  raw[5],  raw[6],  raw[7],
        le16(raw + 8), le16(raw + 10), le16(raw + 12), raw[14], raw[15], raw[16], raw[17]};
    unsigned char **configs = calloc(descriptor.bNumConfigurations + 1u, sizeof *configs);
    if (configs == NULL) return LIBUSB_ERROR_NO_MEM;
    int error = LIBUSB_SUCCESS;
    for (uint8_t i = 0; i < descriptor.bNumConfigurations && error == LIBUSB_SUCCESS; i++)
        error = read_config(device, i, &configs[i]);
    if (error == LIBUSB_SUCCESS && fresh && configs[0] != NULL) {
        error = device_control(device, 0, SET_CONFIGURATION, configs[0][5], 0, NULL, 0,
                               ENUMERATION_TIMEOUT_MS);
        if (error == LIBUSB_SUCCESS) device->configuration = configs[0][5];
    }
    if (error != LIBUSB_SUCCESS) {
        for (int i = 0; i < descriptor.bNumConfigurations; i++) free(configs[i]);
        free(configs);
        return error;
    }
    device->descriptor = descriptor;
    device->configs = configs;
    device->described = true;
    return LIBUSB_SUCCESS;
}

int device_describe(struct libusb_device *device)
{
    if (device->described) return LIBUSB_SUCCESS;
    pthread_mutex_lock(&device->context->lock);
    int error = device_connect(device);
    pthread_mutex_unlock(&device->context->lock);
    return error != LIBUSB_SUCCESS ? error : read_descriptors(device);
}

API int libusb_get_device_descriptor(libusb_device *device, struct libusb_device_descriptor *out)
{
    int error = device_describe(device);
    if (error == LIBUSB_SUCCESS) *out = device->descriptor;
    return error;
}

API uint8_t libusb_get_bus_number(libusb_device *device)
{
    return device->bus;
}

API uint8_t libusb_get_device_address(libusb_device *device)
{
    return (uint8_t)device->listed.devnum;
}

/* busid is BUS-PORT: every device is in a port of the root hub. */
API uint8_t libusb_get_port_number(libusb_device *device)
{
    const char *dash = strchr(device->listed.busid, '-');
    return dash == NULL ? 0 : (uint8_t)atoi(dash + 1);
}

API int libusb_get_port_numbers(libusb_device *device, uint8_t *ports, int length)
{
    if (length <= 0) return LIBUSB_ERROR_OVERFLOW;
    ports[0] = libusb_get_port_number(device);
    return 1;
}

API int libusb_get_port_path(libusb_context *context, libusb_device *device, uint8_t *ports,
                             uint8_t length)
{
    (void)context;
    return libusb_get_port_numbers(device, ports, length);
}

API libusb_device *libusb_get_parent(libusb_device *device)
{
    (void)device;
    return NULL;
}

/* USB/IP and libusb number the speeds alike. */
API int libusb_get_device_speed(libusb_device *device)
{
    return (int)device->listed.speed;
}
