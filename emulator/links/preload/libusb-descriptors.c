/* Configuration descriptors as trees, and the strings. */
#include "libusb-internal.h"
#include <stdlib.h>
#include <string.h>

enum { STRING_TIMEOUT_MS = 1000 };

/* The tree is built under these, which may be written. */
struct interface {
    struct libusb_interface_descriptor *altsetting;
    int num_altsetting;
};

static bool append(const unsigned char **extra, int *length, const unsigned char *from, int count)
{
    unsigned char *longer = realloc((void *)*extra, (size_t)(*length + count));
    if (longer == NULL) return false;
    memcpy(longer + *length, from, (size_t)count);
    *extra = longer;
    *length += count;
    return true;
}

static struct libusb_interface_descriptor *add_interface(struct libusb_config_descriptor *config,
                                                         const unsigned char *at)
{
    for (int i = 0; i < config->bNumInterfaces; i++) {
        struct interface *interface = (struct interface *)&config->interface[i];
        if (interface->num_altsetting > 0 && interface->altsetting[0].bInterfaceNumber != at[2])
            continue;
        size_t count = (size_t)interface->num_altsetting + 1;
        struct libusb_interface_descriptor *longer =
            realloc(interface->altsetting, count * sizeof *longer);
        if (longer == NULL) return NULL;
        interface->altsetting = longer;
        longer += interface->num_altsetting++;
        *longer = (struct libusb_interface_descriptor){at[0], at[1], at[2], at[3], 0,    at[5],
                                                       at[6], at[7], at[8], NULL,  NULL, 0};
        return longer;
    }
    return NULL; /* more interfaces than the head of the configuration says */
}

static struct libusb_endpoint_descriptor *
add_endpoint(struct libusb_interface_descriptor *interface, const unsigned char *at)
{
    size_t count = interface->bNumEndpoints + 1u;
    struct libusb_endpoint_descriptor *longer =
        realloc((void *)interface->endpoint, count * sizeof *longer);
    if (longer == NULL) return NULL;
    interface->endpoint = longer;
    longer += interface->bNumEndpoints++;
    *longer = (struct libusb_endpoint_descriptor){.bLength = at[0],
                                                  .bDescriptorType = at[1],
                                                  .bEndpointAddress = at[2],
                                                  .bmAttributes = at[3],
                                                  .wMaxPacketSize = le16(at + 4),
                                                  .bInterval = at[6]};
    if (at[0] >= 9) {
        longer->bRefresh = at[7];
        longer->bSynchAddress = at[8];
    }
    return longer;
}

API void libusb_free_config_descriptor(struct libusb_config_descriptor *config)
{
    if (config == NULL) return;
    for (int i = 0; config->interface != NULL && i < config->bNumInterfaces; i++) {
        const struct libusb_interface *interface = &config->interface[i];
        for (int k = 0; k < interface->num_altsetting; k++) {
            const struct libusb_interface_descriptor *alternate = &interface->altsetting[k];
            for (int e = 0; e < alternate->bNumEndpoints; e++)
                free((void *)alternate->endpoint[e].extra);
            free((void *)alternate->endpoint);
            free((void *)alternate->extra);
        }
        free((void *)interface->altsetting);
    }
    free((void *)config->interface);
    free((void *)config->extra);
    free(config);
}

/* What is neither an interface nor an endpoint belongs to what stands before it. */
static struct libusb_config_descriptor *parse(const unsigned char *raw)
{
    struct libusb_config_descriptor *config = calloc(1, sizeof *config);
    if (config == NULL) return NULL;
    uint16_t total = le16(raw + 2);
    *config = (struct libusb_config_descriptor){
        raw[0], raw[1], total,
        raw[4], raw[5], raw[6],
        raw[7], raw[8], calloc(raw[4] + 1u, sizeof(struct libusb_interface)),
        NULL,   0};
    struct libusb_interface_descriptor *interface = NULL;
    struct libusb_endpoint_descriptor *endpoint = NULL;
    bool whole = config->interface != NULL;
    for (int at = raw[0]; whole && at + 2 <= total; at += raw[at]) {
        const unsigned char *item = raw + at;
        if (item[0] < 2 || at + item[0] > total) break;
        if (item[1] == DT_INTERFACE && item[0] >= 9) {
            interface = add_interface(config, item);
            endpoint = NULL;
        } else if (item[1] == DT_ENDPOINT && item[0] >= 7 && interface != NULL) {
            endpoint = add_endpoint(interface, item);
        } else if (endpoint != NULL) {
            whole = append(&endpoint->extra, &endpoint->extra_length, item, item[0]);
        } else if (interface != NULL) {
            whole = append(&interface->extra, &interface->extra_length, item, item[0]);
        } else {
            whole = append(&config->extra, &config->extra_length, item, item[0]);
        }
    }
    if (whole) return config;
    libusb_free_config_descriptor(config);
    return NULL;
}

API int libusb_get_config_descriptor(libusb_device *device, uint8_t index,
                                     struct libusb_config_descriptor **out)
{
    int error = device_describe(device);
    if (error != LIBUSB_SUCCESS) return error;
    if (index >= device->descriptor.bNumConfigurations) return LIBUSB_ERROR_NOT_FOUND;
    *out = parse(device->configs[index]);
    return *out == NULL ? LIBUSB_ERROR_NO_MEM : LIBUSB_SUCCESS;
}

API int libusb_get_config_descriptor_by_value(libusb_device *device, uint8_t value,
                                              struct libusb_config_descriptor **out)
{
    int error = device_describe(device);
    if (error != LIBUSB_SUCCESS) return error;
    for (uint8_t i = 0; i < device->descriptor.bNumConfigurations; i++)
        if (device->configs[i][5] == value) return libusb_get_config_descriptor(device, i, out);
    return LIBUSB_ERROR_NOT_FOUND;
}

API int libusb_get_active_config_descriptor(libusb_device *device,
                                            struct libusb_config_descriptor **out)
{
    int error = device_describe(device);
    return error != LIBUSB_SUCCESS
               ? error
               : libusb_get_config_descriptor_by_value(device, device->configuration, out);
}

static int packet_size(libusb_device *device, int interface, int alternate, unsigned char endpoint)
{
    struct libusb_config_descriptor *config;
    int size = libusb_get_active_config_descriptor(device, &config);
    if (size != LIBUSB_SUCCESS) return size;
    size = LIBUSB_ERROR_NOT_FOUND;
    for (int i = 0; i < config->bNumInterfaces; i++)
        for (int k = 0; k < config->interface[i].num_altsetting; k++) {
            const struct libusb_interface_descriptor *setting = &config->interface[i].altsetting[k];
            bool wanted = interface < 0 || (setting->bInterfaceNumber == interface &&
                                            setting->bAlternateSetting == alternate);
            for (int e = 0; wanted && e < setting->bNumEndpoints; e++)
                if (size < 0 && setting->endpoint[e].bEndpointAddress == endpoint)
                    size = setting->endpoint[e].wMaxPacketSize;
        }
    libusb_free_config_descriptor(config);
    return size;
}

API int libusb_get_max_packet_size(libusb_device *device, unsigned char endpoint)
{
    return packet_size(device, -1, 0, endpoint);
}

API int libusb_get_max_iso_packet_size(libusb_device *device, unsigned char endpoint)
{
    return packet_size(device, -1, 0, endpoint);
}

API int libusb_get_max_alt_packet_size(libusb_device *device, int interface, int alternate,
                                       unsigned char endpoint)
{
    return packet_size(device, interface, alternate, endpoint);
}

static int get_string(struct libusb_device *device, uint8_t index, uint16_t language,
                      unsigned char *data)
{
    int got =
        device_control(device, DEVICE_TO_HOST, GET_DESCRIPTOR, (uint16_t)(DT_STRING << 8 | index),
                       language, data, 255, STRING_TIMEOUT_MS);
    if (got < 0) return got;
    return got < 2 || data[1] != DT_STRING || data[0] > got ? LIBUSB_ERROR_IO : data[0];
}

API int libusb_get_string_descriptor_ascii(libusb_device_handle *handle, uint8_t index,
                                           unsigned char *out, int size)
{
    unsigned char text[255];
    if (index == 0 || size <= 0) return LIBUSB_ERROR_INVALID_PARAM;
    int length = get_string(handle->device, 0, 0, text);
    if (length < 0) return length;
    if (length < 4) return LIBUSB_ERROR_IO;
    length = get_string(handle->device, index, le16(text + 2), text);
    if (length < 0) return length;
    int written = 0;
    for (int at = 2; at + 1 < length && written + 1 < size; at += 2)
        out[written++] = text[at + 1] == 0 && text[at] < 0x80 ? text[at] : '?';
    out[written] = '\0';
    return written;
}
