/* Transfers, those that are waited for and those that are not. */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <stdlib.h>
#include <string.h>

static struct pending *pending_of(struct libusb_transfer *transfer)
{
    return (struct pending *)((char *)transfer - offsetof(struct pending, transfer));
}

API struct libusb_transfer *libusb_alloc_transfer(int iso_packets)
{
    if (iso_packets < 0) return NULL;
    size_t packets = (size_t)iso_packets * sizeof(struct libusb_iso_packet_descriptor);
    struct pending *pending = calloc(1, sizeof *pending + packets);
    return pending == NULL ? NULL : &pending->transfer;
}

API void libusb_free_transfer(struct libusb_transfer *transfer)
{
    if (transfer == NULL) return;
    if (transfer->flags & LIBUSB_TRANSFER_FREE_BUFFER) free(transfer->buffer);
    free(pending_of(transfer));
}

static int submit(struct libusb_device *device, struct libusb_transfer *transfer)
{
    struct pending *pending = pending_of(transfer);
    bool control = transfer->type == LIBUSB_TYPE_CONTROL;
    if (transfer->type == LIBUSB_TYPE_ISOCHRONOUS || transfer->type > LIBUSB_TYPE_INTERRUPT)
        return LIBUSB_ERROR_NOT_SUPPORTED;
    if (transfer->length < (control ? SETUP_SIZE + le16(transfer->buffer + 6) : 0))
        return LIBUSB_ERROR_INVALID_PARAM;
    struct libusb_context *context = device->context;
    pthread_mutex_lock(&context->lock);
    int error = pending->active ? LIBUSB_ERROR_BUSY : device_connect(device);
    if (error == LIBUSB_SUCCESS) {
        pending->device = device;
        pending->active = true;
        pending->timed_out = false;
        pending->unlink = 0;
        pending->seqnum = ++device->seqnum;
        pending->deadline =
            transfer->timeout == 0 ? 0 : now_us() + (int64_t)transfer->timeout * 1000;
        pending->next = device->pending;
        device->pending = pending;
        transfer->actual_length = 0;
        if (!wire_submit(device->socket, &device->listed, pending->seqnum, transfer)) {
            device->pending = pending->next;
            pending->active = false;
            device_lost(device);
            error = LIBUSB_ERROR_NO_DEVICE;
        }
        context_wake(context); /* its deadline may be the next */
    }
    pthread_mutex_unlock(&context->lock);
    return error;
}

API int libusb_submit_transfer(struct libusb_transfer *transfer)
{
    return submit(transfer->dev_handle->device, transfer);
}

API int libusb_cancel_transfer(struct libusb_transfer *transfer)
{
    struct pending *pending = pending_of(transfer);
    struct libusb_device *device = transfer->dev_handle->device;
    pthread_mutex_lock(&device->context->lock);
    bool under_way = false;
    for (struct pending *each = device->pending; each != NULL; each = each->next)
        under_way |= each == pending;
    if (under_way && pending->unlink == 0) {
        pending->unlink = ++device->seqnum;
        wire_unlink(device->socket, &device->listed, pending->unlink, pending->seqnum);
    }
    pthread_mutex_unlock(&device->context->lock);
    return under_way ? LIBUSB_SUCCESS : LIBUSB_ERROR_NOT_FOUND;
}

/* ---- waited for ---- */

static void set_done(struct libusb_transfer *transfer)
{
    *(int *)transfer->user_data = 1;
}

static int error_of(enum libusb_transfer_status status)
{
    switch (status) {
    case LIBUSB_TRANSFER_COMPLETED: return LIBUSB_SUCCESS;
    case LIBUSB_TRANSFER_TIMED_OUT: return LIBUSB_ERROR_TIMEOUT;
    case LIBUSB_TRANSFER_STALL: return LIBUSB_ERROR_PIPE;
    case LIBUSB_TRANSFER_NO_DEVICE: return LIBUSB_ERROR_NO_DEVICE;
    case LIBUSB_TRANSFER_OVERFLOW: return LIBUSB_ERROR_OVERFLOW;
    default: return LIBUSB_ERROR_IO;
    }
}

/* Carries a transfer out; what was moved is in `actual_length` then, also of one that timed out. */
static int carry_out(struct libusb_device *device, struct libusb_transfer *transfer)
{
    int done = 0;
    transfer->callback = set_done;
    transfer->user_data = &done;
    int error = submit(device, transfer);
    if (error != LIBUSB_SUCCESS) return error;
    while (!done) libusb_handle_events_timeout_completed(device->context, NULL, &done);
    return error_of(transfer->status);
}

int device_control(struct libusb_device *device, uint8_t bmRequestType, uint8_t bRequest,
                   uint16_t wValue, uint16_t wIndex, unsigned char *data, uint16_t wLength,
                   unsigned int timeout)
{
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    unsigned char *buffer = calloc(1, SETUP_SIZE + (size_t)wLength);
    int result = LIBUSB_ERROR_NO_MEM;
    if (transfer != NULL && buffer != NULL) {
        const unsigned char setup[SETUP_SIZE] = {bmRequestType,  bRequest,      wValue & 0xff,
                                                 wValue >> 8,    wIndex & 0xff, wIndex >> 8,
                                                 wLength & 0xff, wLength >> 8};
        memcpy(buffer, setup, sizeof setup);
        bool in = (bmRequestType & DEVICE_TO_HOST) != 0;
        if (!in && wLength > 0) memcpy(buffer + SETUP_SIZE, data, wLength);
        transfer->type = LIBUSB_TYPE_CONTROL;
        transfer->timeout = timeout;
        transfer->buffer = buffer;
        transfer->length = SETUP_SIZE + wLength;
        result = carry_out(device, transfer);
        if (result == LIBUSB_SUCCESS) {
            result = transfer->actual_length;
            if (in && result > 0) memcpy(data, buffer + SETUP_SIZE, (size_t)result);
        }
    }
    free(buffer);
    libusb_free_transfer(transfer);
    return result;
}

API int libusb_control_transfer(libusb_device_handle *handle, uint8_t bmRequestType,
                                uint8_t bRequest, uint16_t wValue, uint16_t wIndex,
                                unsigned char *data, uint16_t wLength, unsigned int timeout)
{
    return device_control(handle->device, bmRequestType, bRequest, wValue, wIndex, data, wLength,
                          timeout);
}

static int stream(libusb_device_handle *handle, unsigned char type, unsigned char endpoint,
                  unsigned char *data, int length, int *actual, unsigned int timeout)
{
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    if (transfer == NULL) return LIBUSB_ERROR_NO_MEM;
    transfer->type = type;
    transfer->endpoint = endpoint;
    transfer->timeout = timeout;
    transfer->buffer = data;
    transfer->length = length;
    int error = carry_out(handle->device, transfer);
    if (actual != NULL) *actual = transfer->actual_length;
    libusb_free_transfer(transfer);
    return error;
}

API int libusb_bulk_transfer(libusb_device_handle *handle, unsigned char endpoint,
                             unsigned char *data, int length, int *actual, unsigned int timeout)
{
    return stream(handle, LIBUSB_TYPE_BULK, endpoint, data, length, actual, timeout);
}

API int libusb_interrupt_transfer(libusb_device_handle *handle, unsigned char endpoint,
                                  unsigned char *data, int length, int *actual,
                                  unsigned int timeout)
{
    return stream(handle, LIBUSB_TYPE_INTERRUPT, endpoint, data, length, actual, timeout);
}
