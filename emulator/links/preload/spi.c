/*
 * Makes /dev/spidevB.C exist for one program: LD_PRELOAD this library and set
 *     VSTM32_SPI=/dev/spidev1.0=/path/of/socket        (further devices on further lines)
 *
 * What the kernel's spidev offers. Requests, beside those of bus-device.h:
 *     g                       answered by u32 mode, u32 bits per word, u32 speed in Hz
 *     s  u32 mode, u32 bits per word, u32 speed in Hz
 *     x  transfers of one message: u32 length, u32 speed in Hz or 0, u8 bits per word or 0,
 *        u8 cs_change, u16 delay in us, bytes     answered by as many bytes from MISO
 */
#define VARIABLE "VSTM32_SPI"
#include "bus-device.h"
#include <linux/spi/spidev.h>

enum { MOST_BYTES = 65536, HEAD = 12, MOST_TRANSFERS = 512 };

#ifndef SPI_LSB_FIRST
#define SPI_LSB_FIRST 0x08
#endif

struct setting {
    uint32_t mode, bits, speed;
};

static int message(int fd, const struct spi_ioc_transfer *transfers, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (transfers[i].len > MOST_BYTES) return fail(EMSGSIZE);
        length += transfers[i].len;
    }
    if (length > MOST_BYTES) return fail(EMSGSIZE);
    uint8_t *out = calloc(1, HEAD * count + 2 * length + 1);
    if (out == NULL) return fail(ENOMEM);
    uint8_t *to = out;
    for (size_t i = 0; i < count; i++) {
        const struct spi_ioc_transfer *each = &transfers[i];
        to = put_little(to, each->len, 4);
        to = put_little(to, each->speed_hz, 4);
        to = put_little(to, each->bits_per_word, 1);
        to = put_little(to, each->cs_change, 1);
        to = put_little(to, each->delay_usecs, 2);
        if (each->tx_buf != 0)
            memcpy(to, (const void *)(uintptr_t)each->tx_buf, each->len);
        else
            memset(to, 0, each->len);
        to += each->len;
    }
    uint8_t *in = to;
    int result = request(fd, 'x', out, (size_t)(to - out), in, length);
    for (size_t i = 0; result >= 0 && i < count; i++) {
        if (transfers[i].rx_buf != 0)
            memcpy((void *)(uintptr_t)transfers[i].rx_buf, in, transfers[i].len);
        in += transfers[i].len;
    }
    int saved = errno;
    free(out);
    errno = saved;
    return result;
}

static ssize_t device_read(int fd, void *bytes, size_t count)
{
    if (count > MOST_BYTES) return fail(EMSGSIZE);
    struct spi_ioc_transfer transfer = {.rx_buf = (uintptr_t)bytes, .len = (uint32_t)count};
    return message(fd, &transfer, 1);
}

static ssize_t device_write(int fd, const void *bytes, size_t count)
{
    if (count > MOST_BYTES) return fail(EMSGSIZE);
    struct spi_ioc_transfer transfer = {.tx_buf = (uintptr_t)bytes, .len = (uint32_t)count};
    return message(fd, &transfer, 1);
}

static bool get(int fd, struct setting *setting)
{
    uint8_t bytes[12];
    if (request(fd, 'g', NULL, 0, bytes, sizeof bytes) < 0) return false;
    *setting = (struct setting){(uint32_t)little(bytes, 4), (uint32_t)little(bytes + 4, 4),
                                (uint32_t)little(bytes + 8, 4)};
    return true;
}

static int set(int fd, struct setting setting)
{
    uint8_t bytes[12];
    put_little(put_little(put_little(bytes, setting.mode, 4), setting.bits, 4), setting.speed, 4);
    return request(fd, 's', bytes, sizeof bytes, NULL, 0);
}

static int device_ioctl(int fd, ioctl_request request_, void *argument)
{
    unsigned long code = (unsigned long)request_ & 0xffffffff;
    if (_IOC_TYPE(code) == SPI_IOC_MAGIC && _IOC_NR(code) == 0 && _IOC_DIR(code) == _IOC_WRITE) {
        size_t size = _IOC_SIZE(code);
        size_t count = size / sizeof(struct spi_ioc_transfer);
        if (size % sizeof(struct spi_ioc_transfer) != 0 || count > MOST_TRANSFERS)
            return fail(EINVAL);
        return count == 0 ? 0 : message(fd, argument, count);
    }
    struct setting setting;
    if (!get(fd, &setting)) return -1;
    switch (code) {
    case SPI_IOC_RD_MODE:
        *(uint8_t *)argument = (uint8_t)setting.mode;
        return 0;
    case SPI_IOC_RD_MODE32:
        *(uint32_t *)argument = setting.mode;
        return 0;
    case SPI_IOC_RD_LSB_FIRST:
        *(uint8_t *)argument = (setting.mode & SPI_LSB_FIRST) != 0;
        return 0;
    case SPI_IOC_RD_BITS_PER_WORD:
        *(uint8_t *)argument = (uint8_t)setting.bits;
        return 0;
    case SPI_IOC_RD_MAX_SPEED_HZ:
        *(uint32_t *)argument = setting.speed;
        return 0;
    case SPI_IOC_WR_MODE:
        setting.mode = *(uint8_t *)argument;
        return set(fd, setting);
    case SPI_IOC_WR_MODE32:
        setting.mode = *(uint32_t *)argument;
        return set(fd, setting);
    case SPI_IOC_WR_LSB_FIRST:
        setting.mode &= ~(uint32_t)SPI_LSB_FIRST;
        if (*(uint8_t *)argument != 0) setting.mode |= SPI_LSB_FIRST;
        return set(fd, setting);
    case SPI_IOC_WR_BITS_PER_WORD:
        setting.bits = *(uint8_t *)argument;
        return set(fd, setting);
    case SPI_IOC_WR_MAX_SPEED_HZ:
        setting.speed = *(uint32_t *)argument;
        return set(fd, setting);
    default:
        return fail(ENOTTY);
    }
}
