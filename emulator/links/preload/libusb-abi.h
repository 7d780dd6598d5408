/*
 * The binary interface of libusb-1.0 (soname libusb-1.0.so.0), as far as its types and numbers go.
 * Written out here so that a machine without the development package can compile the stand-in.
 */
#ifndef LIBUSB_ABI_H
#define LIBUSB_ABI_H
#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

typedef struct libusb_context libusb_context;
typedef struct libusb_device libusb_device;
typedef struct libusb_device_handle libusb_device_handle;

enum {
    LIBUSB_SUCCESS = 0,
    LIBUSB_ERROR_IO = -1,
    LIBUSB_ERROR_INVALID_PARAM = -2,
    LIBUSB_ERROR_ACCESS = -3,
    LIBUSB_ERROR_NO_DEVICE = -4,
    LIBUSB_ERROR_NOT_FOUND = -5,
    LIBUSB_ERROR_BUSY = -6,
    LIBUSB_ERROR_TIMEOUT = -7,
    LIBUSB_ERROR_OVERFLOW = -8,
    LIBUSB_ERROR_PIPE = -9,
    LIBUSB_ERROR_INTERRUPTED = -10,
    LIBUSB_ERROR_NO_MEM = -11,
    LIBUSB_ERROR_NOT_SUPPORTED = -12,
    LIBUSB_ERROR_OTHER = -99
};

enum libusb_transfer_status {
    LIBUSB_TRANSFER_COMPLETED,
    LIBUSB_TRANSFER_ERROR,
    LIBUSB_TRANSFER_TIMED_OUT,
    LIBUSB_TRANSFER_CANCELLED,
    LIBUSB_TRANSFER_STALL,
    LIBUSB_TRANSFER_NO_DEVICE,
    LIBUSB_TRANSFER_OVERFLOW
};

enum {
    LIBUSB_TRANSFER_SHORT_NOT_OK = 1,
    LIBUSB_TRANSFER_FREE_BUFFER = 2,
    LIBUSB_TRANSFER_FREE_TRANSFER = 4
};
enum { LIBUSB_TYPE_CONTROL, LIBUSB_TYPE_ISOCHRONOUS, LIBUSB_TYPE_BULK, LIBUSB_TYPE_INTERRUPT };
enum { LIBUSB_CAP_HAS_CAPABILITY = 0, LIBUSB_CAP_SUPPORTS_DETACH_KERNEL_DRIVER = 0x101 };
/* USB 2.0 tables 9-2, 9-4, 9-5 and 9-6. */
enum { DEVICE_TO_HOST = 0x80, TO_INTERFACE = 0x01, TO_ENDPOINT = 0x02 };
enum {
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    GET_DESCRIPTOR = 6,
    SET_CONFIGURATION = 9,
    SET_INTERFACE = 11
};
enum { DT_DEVICE = 1, DT_CONFIG = 2, DT_STRING = 3, DT_INTERFACE = 4, DT_ENDPOINT = 5 };
enum { ENDPOINT_HALT = 0 };

struct libusb_device_descriptor {
    uint8_t bLength, bDescriptorType;
    uint16_t bcdUSB;
    uint8_t bDeviceClass, bDeviceSubClass, bDeviceProtocol, bMaxPacketSize0;
    uint16_t idVendor, idProduct, bcdDevice;
    uint8_t iManufacturer, iProduct, iSerialNumber, bNumConfigurations;
};

struct libusb_endpoint_descriptor {
    uint8_t bLength, bDescriptorType, bEndpointAddress, bmAttributes;
    uint16_t wMaxPacketSize;
    uint8_t bInterval, bRefresh, bSynchAddress;
    const unsigned char *extra;
    int extra_length;
};

struct libusb_interface_descriptor {
    uint8_t bLength, bDescriptorType, bInterfaceNumber, bAlternateSetting, bNumEndpoints;
    uint8_t bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol, iInterface;
    const struct libusb_endpoint_descriptor *endpoint;
    const unsigned char *extra;
    int extra_length;
};

struct libusb_interface {
    const struct libusb_interface_descriptor *altsetting;
    int num_altsetting;
};

struct libusb_config_descriptor {
    uint8_t bLength, bDescriptorType;
    uint16_t wTotalLength;
    uint8_t bNumInterfaces, bConfigurationValue, iConfiguration, bmAttributes, MaxPower;
    const struct libusb_interface *interface;
    const unsigned char *extra;
    int extra_length;
};

struct libusb_iso_packet_descriptor {
    unsigned int length, actual_length;
    enum libusb_transfer_status status;
};

struct libusb_transfer;
typedef void (*libusb_transfer_cb_fn)(struct libusb_transfer *);

struct libusb_transfer {
    libusb_device_handle *dev_handle;
    uint8_t flags;
    unsigned char endpoint, type;
    unsigned int timeout; /* ms, 0 for none */
    enum libusb_transfer_status status;
    int length, actual_length;
    libusb_transfer_cb_fn callback;
    void *user_data;
    unsigned char *buffer; /* of a control transfer: the SETUP packet, then the data */
    int num_iso_packets;
    struct libusb_iso_packet_descriptor iso_packet_desc[];
};

struct libusb_version {
    uint16_t major, minor, micro, nano;
    const char *rc, *describe;
};

struct libusb_pollfd {
    int fd;
    short events;
};

typedef void (*libusb_pollfd_added_cb)(int fd, short events, void *user_data);
typedef void (*libusb_pollfd_removed_cb)(int fd, void *user_data);

#endif
