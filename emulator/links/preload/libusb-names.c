/* What a program asks about the library, and what this one does not do. */
#define _GNU_SOURCE
#include "libusb-internal.h"

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static const struct {
    int code;
    const char *name, *text;
} ERRORS[] = {
    {LIBUSB_SUCCESS, "LIBUSB_SUCCESS", "Success"},
    {LIBUSB_ERROR_IO, "LIBUSB_ERROR_IO", "Input/Output Error"},
    {LIBUSB_ERROR_INVALID_PARAM, "LIBUSB_ERROR_INVALID_PARAM", "Invalid parameter"},
    {LIBUSB_ERROR_ACCESS, "LIBUSB_ERROR_ACCESS", "Access denied (insufficient permissions)"},
    {LIBUSB_ERROR_NO_DEVICE, "LIBUSB_ERROR_NO_DEVICE",
     "No such device (it may have been disconnected)"},
    {LIBUSB_ERROR_NOT_FOUND, "LIBUSB_ERROR_NOT_FOUND", "Entity not found"},
    {LIBUSB_ERROR_BUSY, "LIBUSB_ERROR_BUSY", "Resource busy"},
    {LIBUSB_ERROR_TIMEOUT, "LIBUSB_ERROR_TIMEOUT", "Operation timed out"},
    {LIBUSB_ERROR_OVERFLOW, "LIBUSB_ERROR_OVERFLOW", "Overflow"},
    {LIBUSB_ERROR_PIPE, "LIBUSB_ERROR_PIPE", "Pipe error"},
    {LIBUSB_ERROR_INTERRUPTED, "LIBUSB_ERROR_INTERRUPTED",
     "System call interrupted (perhaps due to signal)"},
    {LIBUSB_ERROR_NO_MEM, "LIBUSB_ERROR_NO_MEM", "Insufficient memory"},
    {LIBUSB_ERROR_NOT_SUPPORTED, "LIBUSB_ERROR_NOT_SUPPORTED",
     "Operation not supported or unimplemented on this platform"},
};

API const char *libusb_error_name(int code)
{
    for (int i = 0; i < COUNT(ERRORS); i++)
        if (ERRORS[i].code == code) return ERRORS[i].name;
    return code == LIBUSB_ERROR_OTHER ? "LIBUSB_ERROR_OTHER" : "**UNKNOWN**";
}

API const char *libusb_strerror(int code)
{
    for (int i = 0; i < COUNT(ERRORS); i++)
        if (ERRORS[i].code == code) return ERRORS[i].text;
    return "Other error";
}

API int libusb_setlocale(const char *locale)
{
    (void)locale;
    return LIBUSB_SUCCESS;
}

API const struct libusb_version *libusb_get_version(void)
{
    static const struct libusb_version version = {1, 0, 26, 0, "", "vstm32"};
    return &version;
}

API int libusb_has_capability(uint32_t capability)
{
    return capability == LIBUSB_CAP_HAS_CAPABILITY ||
           capability == LIBUSB_CAP_SUPPORTS_DETACH_KERNEL_DRIVER;
}

API int libusb_set_option(libusb_context *context, int option, ...)
{
    (void)context, (void)option;
    return LIBUSB_SUCCESS;
}

API void libusb_set_debug(libusb_context *context, int level)
{
    (void)context, (void)level;
}

API void libusb_set_log_cb(libusb_context *context,
                           void (*callback)(libusb_context *, int, const char *), int mode)
{
    (void)context, (void)callback, (void)mode;
}

/* ---- hotplug, streams, USB 3 and device memory: not there, as on some machine or other ---- */

API int libusb_hotplug_register_callback(libusb_context *context, int events, int flags, int vendor,
                                         int product, int device_class, void *callback, void *data,
                                         int *handle)
{
    (void)context, (void)events, (void)flags, (void)vendor, (void)product;
    (void)device_class, (void)callback, (void)data, (void)handle;
    return LIBUSB_ERROR_NOT_SUPPORTED;
}

API void libusb_hotplug_deregister_callback(libusb_context *context, int handle)
{
    (void)context, (void)handle;
}

API void *libusb_hotplug_get_user_data(libusb_context *context, int handle)
{
    (void)context, (void)handle;
    return NULL;
}

API int libusb_alloc_streams(libusb_device_handle *handle, uint32_t count, unsigned char *endpoints,
                             int length)
{
    (void)handle, (void)count, (void)endpoints, (void)length;
    return LIBUSB_ERROR_NOT_SUPPORTED;
}

API int libusb_free_streams(libusb_device_handle *handle, unsigned char *endpoints, int length)
{
    (void)handle, (void)endpoints, (void)length;
    return LIBUSB_ERROR_NOT_SUPPORTED;
}

API void libusb_transfer_set_stream_id(struct libusb_transfer *transfer, uint32_t id)
{
    (void)transfer, (void)id;
}

API uint32_t libusb_transfer_get_stream_id(struct libusb_transfer *transfer)
{
    (void)transfer;
    return 0;
}

API unsigned char *libusb_dev_mem_alloc(libusb_device_handle *handle, size_t length)
{
    (void)handle, (void)length;
    return NULL; /* the program takes ordinary memory then */
}

API int libusb_dev_mem_free(libusb_device_handle *handle, unsigned char *memory, size_t length)
{
    (void)handle, (void)memory, (void)length;
    return LIBUSB_ERROR_NOT_SUPPORTED;
}

/* No device of the emulator has any of these descriptors. */
#define NO_DESCRIPTOR(name)                                                                        \
    API int libusb_get_##name(void *context, const void *from, void **out)                         \
    {                                                                                              \
        (void)context, (void)from, (void)out;                                                      \
        return LIBUSB_ERROR_NOT_FOUND;                                                             \
    }                                                                                              \
    API void libusb_free_##name(void *descriptor)                                                  \
    {                                                                                              \
        (void)descriptor;                                                                          \
    }

NO_DESCRIPTOR(ss_endpoint_companion_descriptor)
NO_DESCRIPTOR(usb_2_0_extension_descriptor)
NO_DESCRIPTOR(ss_usb_device_capability_descriptor)
NO_DESCRIPTOR(container_id_descriptor)
NO_DESCRIPTOR(platform_descriptor)

API int libusb_get_bos_descriptor(libusb_device_handle *handle, void **out)
{
    (void)handle, (void)out;
    return LIBUSB_ERROR_PIPE;
}

API void libusb_free_bos_descriptor(void *descriptor)
{
    (void)descriptor;
}
