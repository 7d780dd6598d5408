/* Open devices: configuration, interfaces, reset. */
#define _GNU_SOURCE
#include "libusb-internal.h"
#include <stdlib.h>

enum { STANDARD_TIMEOUT_MS = 1000, PORT_RESET = 4, TO_PORT_OF_HUB = 0x23 };

API int libusb_open(libusb_device *device, libusb_device_handle **out)
{
    int error = device_describe(device);
    if (error == LIBUSB_SUCCESS && device->gone) error = LIBUSB_ERROR_NO_DEVICE;
    if (error != LIBUSB_SUCCESS) return error;
    *out = calloc(1, sizeof **out);
    if (*out == NULL) return LIBUSB_ERROR_NO_MEM;
    (*out)->device = libusb_ref_device(device);
    return LIBUSB_SUCCESS;
}

API void libusb_close(libusb_device_handle *handle)
{
    if (handle == NULL) return;
    for (int i = 0; i < 32; i++)
        if (handle->device->claimed[i] == handle) handle->device->claimed[i] = NULL;
    libusb_unref_device(handle->device);
    free(handle);
}

API libusb_device_handle *libusb_open_device_with_vid_pid(libusb_context *context, uint16_t vendor,
                                                          uint16_t product)
{
    libusb_device **list;
    libusb_device_handle *handle = NULL;
    if (libusb_get_device_list(context, &list) < 0) return NULL;
    for (libusb_device **each = list; *each != NULL && handle == NULL; each++)
        if (device_describe(*each) == LIBUSB_SUCCESS && (*each)->descriptor.idVendor == vendor &&
            (*each)->descriptor.idProduct == product &&
            libusb_open(*each, &handle) != LIBUSB_SUCCESS)
            handle = NULL;
    libusb_free_device_list(list, 1);
    return handle;
}

API libusb_device *libusb_get_device(libusb_device_handle *handle)
{
    return handle->device;
}

API int libusb_wrap_sys_device(libusb_context *context, intptr_t fd, libusb_device_handle **out)
{
    (void)context, (void)fd, (void)out;
    return LIBUSB_ERROR_NOT_SUPPORTED;
}

static int standard(struct libusb_device *device, uint8_t to, uint8_t request, uint16_t value,
                    uint16_t index)
{
    return device_control(device, to, request, value, index, NULL, 0, STANDARD_TIMEOUT_MS);
}

API int libusb_get_configuration(libusb_device_handle *handle, int *out)
{
    if (handle->device->gone) return LIBUSB_ERROR_NO_DEVICE;
    *out = handle->device->configuration;
    return LIBUSB_SUCCESS;
}

API int libusb_set_configuration(libusb_device_handle *handle, int configuration)
{
    struct libusb_device *device = handle->device;
    if (configuration < -1 || configuration > 255) return LIBUSB_ERROR_INVALID_PARAM;
    for (int i = 0; i < 32; i++)
        if (device->claimed[i] != NULL) return LIBUSB_ERROR_BUSY;
    uint16_t value = configuration < 0 ? 0 : (uint16_t)configuration;
    int error = standard(device, 0, SET_CONFIGURATION, value, 0);
    if (error == LIBUSB_ERROR_PIPE) return LIBUSB_ERROR_NOT_FOUND;
    if (error == LIBUSB_SUCCESS) device->configuration = (uint8_t)value;
    return error;
}

static bool has_interface(struct libusb_device *device, int number)
{
    for (int i = 0; i < device->descriptor.bNumConfigurations; i++) {
        const unsigned char *raw = device->configs[i];
        if (raw[5] != device->configuration) continue;
        for (int at = 0, total = le16(raw + 2); at + 3 <= total && raw[at] >= 2; at += raw[at])
            if (raw[at + 1] == DT_INTERFACE && raw[at + 2] == number) return true;
    }
    return false;
}

API int libusb_claim_interface(libusb_device_handle *handle, int number)
{
    struct libusb_device *device = handle->device;
    if (number < 0 || number >= 32) return LIBUSB_ERROR_INVALID_PARAM;
    if (device->gone) return LIBUSB_ERROR_NO_DEVICE;
    if (!has_interface(device, number)) return LIBUSB_ERROR_NOT_FOUND;
    if (device->claimed[number] != NULL && device->claimed[number] != handle)
        return LIBUSB_ERROR_BUSY;
    device->claimed[number] = handle;
    return LIBUSB_SUCCESS;
}

static bool has_claimed(const libusb_device_handle *handle, int number)
{
    return number >= 0 && number < 32 && handle->device->claimed[number] == handle;
}

API int libusb_set_interface_alt_setting(libusb_device_handle *handle, int number, int alternate)
{
    if (alternate < 0 || alternate > 255) return LIBUSB_ERROR_INVALID_PARAM;
    if (!has_claimed(handle, number)) return LIBUSB_ERROR_NOT_FOUND;
    int error = standard(handle->device, TO_INTERFACE, SET_INTERFACE, (uint16_t)alternate,
                         (uint16_t)number);
    if (error == LIBUSB_SUCCESS) handle->device->alternate[number] = (uint8_t)alternate;
    return error == LIBUSB_ERROR_PIPE ? LIBUSB_ERROR_NOT_FOUND : error;
}

API int libusb_release_interface(libusb_device_handle *handle, int number)
{
    if (number < 0 || number >= 32) return LIBUSB_ERROR_INVALID_PARAM;
    if (!has_claimed(handle, number)) return LIBUSB_ERROR_NOT_FOUND;
    /* Linux goes back to the first alternate setting. */
    if (handle->device->alternate[number] != 0) libusb_set_interface_alt_setting(handle, number, 0);
    handle->device->claimed[number] = NULL;
    return handle->device->gone ? LIBUSB_ERROR_NO_DEVICE : LIBUSB_SUCCESS;
}

API int libusb_clear_halt(libusb_device_handle *handle, unsigned char endpoint)
{
    int error = standard(handle->device, TO_ENDPOINT, CLEAR_FEATURE, ENDPOINT_HALT, endpoint);
    return error == LIBUSB_ERROR_PIPE ? LIBUSB_ERROR_NOT_FOUND : error;
}

/* USB/IP passes a reset on as one of the hub's port; like Linux, put everything back as it was
 * then. */
API int libusb_reset_device(libusb_device_handle *handle)
{
    struct libusb_device *device = handle->device;
    int error =
        standard(device, TO_PORT_OF_HUB, SET_FEATURE, PORT_RESET, libusb_get_port_number(device));
    unsigned char raw[18];
    if (error == LIBUSB_SUCCESS)
        error = device_control(device, DEVICE_TO_HOST, GET_DESCRIPTOR, DT_DEVICE << 8, 0, raw,
                               sizeof raw, STANDARD_TIMEOUT_MS);
    if (error > 0) error = standard(device, 0, SET_CONFIGURATION, device->configuration, 0);
    for (int i = 0; i < 32 && error == LIBUSB_SUCCESS; i++)
        if (device->alternate[i] != 0)
            error =
                standard(device, TO_INTERFACE, SET_INTERFACE, device->alternate[i], (uint16_t)i);
    return error == LIBUSB_ERROR_NO_DEVICE ? LIBUSB_ERROR_NOT_FOUND : error;
}

/* ---- no kernel driver ever has the device ---- */

API int libusb_kernel_driver_active(libusb_device_handle *handle, int number)
{
    (void)number;
    return handle->device->gone ? LIBUSB_ERROR_NO_DEVICE : 0;
}

API int libusb_detach_kernel_driver(libusb_device_handle *handle, int number)
{
    (void)handle, (void)number;
    return LIBUSB_ERROR_NOT_FOUND;
}

API int libusb_attach_kernel_driver(libusb_device_handle *handle, int number)
{
    (void)handle, (void)number;
    return LIBUSB_ERROR_NOT_FOUND;
}

API int libusb_set_auto_detach_kernel_driver(libusb_device_handle *handle, int on)
{
    (void)handle, (void)on;
    return LIBUSB_SUCCESS;
}
