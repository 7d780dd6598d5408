/*
 * A stand-in for libusb-1.0 whose devices are those of the emulator. A program that is linked with
 * libusb-1.0.so.0 loads it when its folder comes first in LD_LIBRARY_PATH, and finds the devices of
 *     VSTM32_LIBUSB=SPEED=ADDRESS                     (further emulators on further lines)
 * which is where a USB/IP server listens (/path/of/socket or HOST:PORT), and by what factor the chip
 * works faster than a real one (a number, or `instant`). Each emulator is a bus, from 1 on.
 *
 * A device is imported when a program first looks at it: that plugs it in, and selects its USB port.
 * There are no isochronous transfers and no hotplug events; a device that comes back is found by
 * listing again.
 */
#ifndef LIBUSB_INTERNAL_H
#define LIBUSB_INTERNAL_H
#include "libusb-abi.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* What programs see; all else is hidden by -fvisibility. */
#define API __attribute__((visibility("default")))

enum { MAX_SERVERS = 32, SETUP_SIZE = 8 };

/* ---- the emulator's side: libusb-wire.c ---- */

/* A USB/IP server of the emulator; its devices are on a bus of their own. */
struct server {
    char address[128]; /* path of a Unix socket, or HOST:PORT */
    double speed;      /* by what factor the chip works faster than a real one */
};

/* A device as a server lists it. */
struct listed {
    char busid[33];
    uint32_t busnum, devnum, speed;
    uint8_t configuration;
};

struct reply {
    bool unlinked; /* an answer to `wire_unlink`, and `seqnum` is that request's */
    uint32_t seqnum;
    int32_t status; /* negative errno */
    uint32_t actual;
};

/* Reads VSTM32_LIBUSB; returns how many servers it names. */
int wire_servers(struct server servers[MAX_SERVERS]);
/* Asks for the devices and calls `found` with each. */
void wire_list(const struct server *, void (*found)(const struct listed *, void *), void *data);
/* Connects to a device; returns the socket, or -1 when it is not there or taken. */
int wire_import(const struct server *, struct listed *device);
bool wire_submit(int socket, const struct listed *, uint32_t seqnum,
                 const struct libusb_transfer *);
bool wire_unlink(int socket, const struct listed *, uint32_t seqnum, uint32_t victim);
/* Reads the head of the next reply; its data, if any, is still to be read. */
bool wire_reply(int socket, struct reply *);
bool wire_data(int socket, void *data, size_t length);

/* ---- devices and contexts: libusb-devices.c ---- */

struct libusb_device {
    struct libusb_device *next; /* in the context */
    struct libusb_context *context;
    int references;
    const struct server *server;
    uint8_t bus;
    struct listed listed;
    bool described, gone;
    struct libusb_device_descriptor descriptor;
    unsigned char **configs; /* as the device has sent them, bNumConfigurations of them */
    uint8_t configuration;   /* bConfigurationValue */
    /* The connection, while it is open, and what is under way on it. */
    int socket;
    uint32_t seqnum;
    struct pending *pending;
    /* Which handle has claimed which interface, and its alternate setting. */
    struct libusb_device_handle *claimed[32];
    uint8_t alternate[32];
};

struct libusb_device_handle {
    struct libusb_device *device;
};

/* A transfer under way; the libusb_transfer stands right behind it. */
struct pending {
    struct pending *next;
    struct libusb_device *device;
    uint32_t seqnum, unlink; /* `unlink` is not 0 when it was asked to end early */
    bool active, timed_out;
    int64_t deadline; /* µs on the monotonic clock, 0 for none */
    struct libusb_transfer transfer;
};

struct libusb_context {
    int references;
    pthread_mutex_t lock; /* of everything here and in the devices */
    pthread_cond_t changed;
    bool handling; /* a thread waits for replies, or has the event lock */
    bool reading;  /* it takes them: nobody need wake it */
    int wake[2];   /* a pipe that ends its waiting */
    struct server servers[MAX_SERVERS];
    int server_count;
    struct libusb_device *devices;
    struct pending *finished; /* whose callbacks are still to be called, in order */
    struct pending **finished_end;
    libusb_pollfd_added_cb added;
    libusb_pollfd_removed_cb removed;
    void *pollfd_data;
};

/* The context that NULL stands for, if there is none given. */
struct libusb_context *context_of(struct libusb_context *);
/* Opens the connection if it is not; an error when the device is gone. With the lock held. */
int device_connect(struct libusb_device *);
/* The device has gone; what is under way ends with LIBUSB_TRANSFER_NO_DEVICE. With the lock held.
 */
void device_lost(struct libusb_device *);
/* Reads the descriptors and sets a configuration if nobody has done so. Without the lock. */
int device_describe(struct libusb_device *);

/* ---- transfers: libusb-events.c, libusb-transfers.c ---- */

int64_t now_us(void);
/* Marks a transfer as ended; its callback is called by the next handling of events. With the lock
 * held. */
void transfer_finished(struct libusb_context *, struct pending *, enum libusb_transfer_status);
void context_wake(struct libusb_context *);
/* A control transfer on a device that need not be open; bytes of data, or an error. Without the
 * lock. */
int device_control(struct libusb_device *, uint8_t bmRequestType, uint8_t bRequest, uint16_t wValue,
                   uint16_t wIndex, unsigned char *data, uint16_t wLength, unsigned int timeout);
/* Remembers what a DFU device has asked the host to wait. */
void sleep_note(const struct libusb_device *, const unsigned char *setup, const unsigned char *data,
                int length);

/* ---- what programs call, and we too ---- */

ssize_t libusb_get_device_list(libusb_context *, libusb_device ***);
void libusb_free_device_list(libusb_device **, int unref);
libusb_device *libusb_ref_device(libusb_device *);
void libusb_unref_device(libusb_device *);
uint8_t libusb_get_port_number(libusb_device *);
void libusb_free_transfer(struct libusb_transfer *);
int libusb_handle_events_timeout_completed(libusb_context *, struct timeval *, int *completed);

static inline uint16_t le16(const unsigned char *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

#endif
