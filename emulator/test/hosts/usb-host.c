/*
 * A program that uses libusb-1.0 as its arguments say, one after the other, and prints what comes
 * of it: usb-host VERB...   ; see the table at the end. The device is the first one of 0483:df11.
 */
#define _GNU_SOURCE
#include "../../links/preload/libusb-abi.h"
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int libusb_init(libusb_context **);
extern void libusb_exit(libusb_context *);
extern ssize_t libusb_get_device_list(libusb_context *, libusb_device ***);
extern void libusb_free_device_list(libusb_device **, int);
extern int libusb_get_device_descriptor(libusb_device *, struct libusb_device_descriptor *);
extern int libusb_get_active_config_descriptor(libusb_device *, struct libusb_config_descriptor **);
extern void libusb_free_config_descriptor(struct libusb_config_descriptor *);
extern uint8_t libusb_get_bus_number(libusb_device *);
extern uint8_t libusb_get_device_address(libusb_device *);
extern int libusb_get_port_numbers(libusb_device *, uint8_t *, int);
extern int libusb_get_device_speed(libusb_device *);
extern libusb_device_handle *libusb_open_device_with_vid_pid(libusb_context *, uint16_t, uint16_t);
extern int libusb_open(libusb_device *, libusb_device_handle **);
extern libusb_device *libusb_get_device(libusb_device_handle *);
extern void libusb_close(libusb_device_handle *);
extern int libusb_claim_interface(libusb_device_handle *, int);
extern int libusb_release_interface(libusb_device_handle *, int);
extern int libusb_set_interface_alt_setting(libusb_device_handle *, int, int);
extern int libusb_get_configuration(libusb_device_handle *, int *);
extern int libusb_set_configuration(libusb_device_handle *, int);
extern int libusb_reset_device(libusb_device_handle *);
extern int libusb_kernel_driver_active(libusb_device_handle *, int);
extern int libusb_detach_kernel_driver(libusb_device_handle *, int);
extern int libusb_get_string_descriptor_ascii(libusb_device_handle *, uint8_t, unsigned char *,
                                              int);
extern int libusb_control_transfer(libusb_device_handle *, uint8_t, uint8_t, uint16_t, uint16_t,
                                   unsigned char *, uint16_t, unsigned);
extern int libusb_bulk_transfer(libusb_device_handle *, unsigned char, unsigned char *, int, int *,
                                unsigned);
extern struct libusb_transfer *libusb_alloc_transfer(int);
extern void libusb_free_transfer(struct libusb_transfer *);
extern int libusb_submit_transfer(struct libusb_transfer *);
extern int libusb_cancel_transfer(struct libusb_transfer *);
extern int libusb_handle_events(libusb_context *);
extern int libusb_handle_events_timeout(libusb_context *, struct timeval *);
extern const struct libusb_pollfd **libusb_get_pollfds(libusb_context *);
extern void libusb_free_pollfds(const struct libusb_pollfd **);
extern const char *libusb_error_name(int);
extern const char *libusb_strerror(int);

enum { AT_ONCE = 20, THREADS = 4 };

static libusb_context *context;
static libusb_device_handle *handle;

static void say(const char *what, int result)
{
    if (result < 0) printf("%s %s\n", what, libusb_error_name(result));
    else printf("%s %d\n", what, result);
}

static int get(uint16_t descriptor, uint16_t length, unsigned timeout)
{
    unsigned char data[512];
    return libusb_control_transfer(handle, 0x80, GET_DESCRIPTOR, descriptor, 0, data, length,
                                   timeout);
}

static void list(void)
{
    libusb_device **devices;
    ssize_t count = libusb_get_device_list(context, &devices);
    for (ssize_t i = 0; i < count; i++) {
        struct libusb_device_descriptor device;
        struct libusb_config_descriptor *config;
        uint8_t port;
        say("described", libusb_get_device_descriptor(devices[i], &device));
        libusb_get_port_numbers(devices[i], &port, 1);
        printf("%04x:%04x bus %d address %d port %d speed %d\n", device.idVendor, device.idProduct,
               libusb_get_bus_number(devices[i]), libusb_get_device_address(devices[i]), port,
               libusb_get_device_speed(devices[i]));
        say("configuration", libusb_get_active_config_descriptor(devices[i], &config));
        const struct libusb_interface *interface = config->interface;
        const struct libusb_interface_descriptor *last =
            &interface->altsetting[interface->num_altsetting - 1];
        printf("%d alternates, class %02x, %d extra bytes of type %02x\n",
               interface->num_altsetting, last->bInterfaceClass, last->extra_length,
               last->extra[1]);
        libusb_free_config_descriptor(config);
    }
    printf("%d devices\n", (int)count);
    libusb_free_device_list(devices, 1);
}

static void open_it(void)
{
    handle = libusb_open_device_with_vid_pid(context, 0x0483, 0xdf11);
    printf("open %s\n", handle == NULL ? "nothing" : "it");
}

static void strings(void)
{
    unsigned char text[64];
    for (uint8_t i = 1; i <= 3; i++) {
        if (libusb_get_string_descriptor_ascii(handle, i, text, sizeof text) > 0)
            puts((char *)text);
    }
    say("string 99", libusb_get_string_descriptor_ascii(handle, 99, text, sizeof text));
}

static void interfaces(void)
{
    int configuration;
    libusb_device_handle *other;
    say("alternate of what is not claimed", libusb_set_interface_alt_setting(handle, 0, 1));
    say("claim 7", libusb_claim_interface(handle, 7));
    say("claim 0", libusb_claim_interface(handle, 0));
    libusb_open(libusb_get_device(handle), &other);
    say("claim 0 twice", libusb_claim_interface(other, 0));
    libusb_close(other);
    say("alternate 1", libusb_set_interface_alt_setting(handle, 0, 1));
    say("alternate 9", libusb_set_interface_alt_setting(handle, 0, 9));
    say("configure while claimed", libusb_set_configuration(handle, 1));
    say("release 0", libusb_release_interface(handle, 0));
    say("configure", libusb_set_configuration(handle, 1));
    libusb_get_configuration(handle, &configuration);
    say("configuration", configuration);
    say("driver", libusb_kernel_driver_active(handle, 0));
    say("detach", libusb_detach_kernel_driver(handle, 0));
}

static void endings(void)
{
    int moved;
    unsigned char data[8];
    say("18 bytes", get(DT_DEVICE << 8, 255, 1000));
    say("stall", get(0x6600, 18, 1000));
    say("never answered", get(0x2100, 9, 50));
    say("and then", get(DT_DEVICE << 8, 18, 1000));
    say("no endpoint", libusb_bulk_transfer(handle, 0x81, data, sizeof data, &moved, 1000));
}

static void reset(void)
{
    say("reset", libusb_reset_device(handle));
    say("and then", get(DT_DEVICE << 8, 18, 1000));
}

static int left;

static void count_down(struct libusb_transfer *transfer)
{
    if (transfer->status != LIBUSB_TRANSFER_COMPLETED || transfer->actual_length != 18)
        printf("status %d\n", transfer->status);
    left--;
}

static struct libusb_transfer *transfer_of(uint16_t descriptor, uint8_t length,
                                           libusb_transfer_cb_fn callback)
{
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    transfer->dev_handle = handle;
    transfer->buffer = calloc(1, 8u + length);
    memcpy(transfer->buffer,
           (unsigned char[]){0x80, GET_DESCRIPTOR, descriptor & 0xff, descriptor >> 8, 0, 0, length,
                             0},
           8);
    transfer->length = 8 + length;
    transfer->callback = callback;
    transfer->flags = LIBUSB_TRANSFER_FREE_BUFFER | LIBUSB_TRANSFER_FREE_TRANSFER;
    return transfer;
}

static void at_once(void)
{
    left = AT_ONCE;
    for (int i = 0; i < AT_ONCE; i++)
        libusb_submit_transfer(transfer_of(DT_DEVICE << 8, 18, count_down));
    while (left > 0) libusb_handle_events(context);
    printf("%d at once\n", AT_ONCE);
}

static void own_loop(void)
{
    left = AT_ONCE;
    for (int i = 0; i < AT_ONCE; i++)
        libusb_submit_transfer(transfer_of(DT_DEVICE << 8, 18, count_down));
    while (left > 0) {
        const struct libusb_pollfd **wanted = libusb_get_pollfds(context);
        struct pollfd fds[8];
        nfds_t count = 0;
        while (wanted[count] != NULL) {
            fds[count] = (struct pollfd){wanted[count]->fd, wanted[count]->events, 0};
            count++;
        }
        libusb_free_pollfds(wanted);
        poll(fds, count, 5000);
        struct timeval now = {0, 0};
        libusb_handle_events_timeout(context, &now);
    }
    printf("%d in a loop of its own\n", AT_ONCE);
}

static void note_status(struct libusb_transfer *transfer)
{
    *(int *)transfer->user_data = (int)transfer->status;
}

static void cancel(void)
{
    int status = -1;
    struct libusb_transfer *transfer = transfer_of(0x2100, 9, note_status);
    transfer->user_data = &status;
    transfer->flags = LIBUSB_TRANSFER_FREE_BUFFER;
    libusb_submit_transfer(transfer);
    say("cancel", libusb_cancel_transfer(transfer));
    while (status < 0) libusb_handle_events(context);
    say("status", status);
    say("cancel again", libusb_cancel_transfer(transfer));
    libusb_free_transfer(transfer);
}

static void *hammer(void *failures)
{
    for (int i = 0; i < 200; i++)
        if (get(DT_DEVICE << 8, 18, 1000) != 18)
            __atomic_add_fetch((int *)failures, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void threads(void)
{
    int failures = 0;
    pthread_t all[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&all[i], NULL, hammer, &failures);
    for (int i = 0; i < THREADS; i++) pthread_join(all[i], NULL);
    say("failures of threads", failures);
}

static void leave(void)
{
    unsigned char status[6];
    libusb_control_transfer(handle, 0x21, 4, 0, 0, NULL, 0, 1000); /* DFU_CLRSTATUS */
    libusb_control_transfer(handle, 0x21, 1, 0, 0, NULL, 0, 1000); /* DFU_DNLOAD of nothing */
    say("last status", libusb_control_transfer(handle, 0xa1, 3, 0, 0, status, 6, 1000));
    say("gone", get(DT_DEVICE << 8, 18, 1000));
    int error = libusb_claim_interface(handle, 0);
    printf("%s\n", libusb_strerror(error));
    say("reset", libusb_reset_device(handle));
}

static const struct {
    const char *name;
    void (*run)(void);
} verbs[] = {
    {"list", list},       {"open", open_it},    {"strings", strings}, {"interfaces", interfaces},
    {"endings", endings}, {"reset", reset},     {"at-once", at_once}, {"own-loop", own_loop},
    {"cancel", cancel},   {"threads", threads}, {"leave", leave},
};

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    say("init", libusb_init(&context));
    for (int i = 1; i < count; i++)
        for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
            if (strcmp(arguments[i], verbs[k].name) == 0) verbs[k].run();
    if (handle != NULL) libusb_close(handle);
    libusb_exit(context);
    return 0;
}
