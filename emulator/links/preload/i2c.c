/*
 * Makes /dev/i2c-N exist for one program: LD_PRELOAD this library and set
 *     VSTM32_I2C=/dev/i2c-1=/path/of/socket        (further buses on further lines)
 *
 * What the kernel's i2c-dev offers: read, write, I2C_RDWR, and SMBus calls as messages, as the kernel does
 * for adapters without SMBus (i2c_smbus_xfer_emulated). Requests, beside those of bus-device.h:
 *     a  u16 address           I2C_SLAVE
 *     t  u32 ms                I2C_TIMEOUT: how long SCL may be held; 0 is the default
 *     r  u16 count             a message from that address; answered by its bytes
 *     w  bytes                 a message to that address
 *     m  messages: u16 address (FFFF: that one), u16 flags (1: read), u16 length, bytes of a write
 *                              with repeated STARTs between them; answered by the bytes of all reads
 */
#define VARIABLE "VSTM32_I2C"
#include "bus-device.h"
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

enum { MOST_BYTES = 8192, HEAD = 6 }; /* of one message, as in i2c-dev */

static const unsigned long FUNCTIONS = I2C_FUNC_I2C | I2C_FUNC_SMBUS_QUICK | I2C_FUNC_SMBUS_BYTE |
                                       I2C_FUNC_SMBUS_BYTE_DATA | I2C_FUNC_SMBUS_WORD_DATA |
                                       I2C_FUNC_SMBUS_I2C_BLOCK;

static ssize_t device_read(int fd, void *bytes, size_t count)
{
    if (count > MOST_BYTES) count = MOST_BYTES;
    uint8_t wanted[2];
    put_little(wanted, count, 2);
    return request(fd, 'r', wanted, sizeof wanted, bytes, count);
}

static ssize_t device_write(int fd, const void *bytes, size_t count)
{
    return request(fd, 'w', bytes, count > MOST_BYTES ? MOST_BYTES : count, NULL, 0);
}

/* Sends messages; those that read are filled. */
static int transfer(int fd, struct i2c_msg *messages, unsigned count)
{
    size_t size = 0, room = 0;
    for (unsigned i = 0; i < count; i++) {
        if (messages[i].len > MOST_BYTES) return fail(EINVAL);
        if ((messages[i].flags & ~I2C_M_RD) != 0) return fail(EOPNOTSUPP);
        bool reads = (messages[i].flags & I2C_M_RD) != 0;
        size += HEAD + (reads ? 0 : messages[i].len);
        room += reads ? messages[i].len : 0;
    }
    uint8_t *out = calloc(1, size + room + 1);
    if (out == NULL) return fail(ENOMEM);
    uint8_t *to = out;
    for (unsigned i = 0; i < count; i++) {
        to = put_little(to, messages[i].addr, 2);
        to = put_little(to, messages[i].flags, 2);
        to = put_little(to, messages[i].len, 2);
        if ((messages[i].flags & I2C_M_RD) != 0 || messages[i].len == 0) continue;
        memcpy(to, messages[i].buf, messages[i].len);
        to += messages[i].len;
    }
    uint8_t *in = out + size;
    int result = request(fd, 'm', out, size, in, room);
    for (unsigned i = 0; result >= 0 && i < count; i++) {
        if ((messages[i].flags & I2C_M_RD) == 0 || messages[i].len == 0) continue;
        memcpy(messages[i].buf, in, messages[i].len);
        in += messages[i].len;
    }
    int saved = errno;
    free(out);
    errno = saved;
    return result;
}

/* The address lives at the other end. */
static int smbus(int fd, const struct i2c_smbus_ioctl_data *call)
{
    enum { SELECTED = 0xffff };
    bool reads = call->read_write == I2C_SMBUS_READ;
    union i2c_smbus_data *data = call->data;
    uint8_t out[I2C_SMBUS_BLOCK_MAX + 1] = {call->command}, in[I2C_SMBUS_BLOCK_MAX];
    struct i2c_msg messages[2] = {
        {.addr = SELECTED, .flags = 0, .len = 1, .buf = out},
        {.addr = SELECTED, .flags = I2C_M_RD, .len = 0, .buf = in},
    };
    struct i2c_msg *written = &messages[0], *read_back = &messages[1];
    if (call->size != I2C_SMBUS_QUICK && data == NULL &&
        !(call->size == I2C_SMBUS_BYTE && !reads))
        return fail(EINVAL);
    switch (call->size) {
    case I2C_SMBUS_QUICK:
        written->len = 0;
        written->flags = reads ? I2C_M_RD : 0;
        return transfer(fd, written, 1) < 0 ? -1 : 0;
    case I2C_SMBUS_BYTE:
        if (!reads) return transfer(fd, written, 1) < 0 ? -1 : 0;
        read_back->len = 1;
        if (transfer(fd, read_back, 1) < 0) return -1;
        data->byte = in[0];
        return 0;
    case I2C_SMBUS_BYTE_DATA:
        read_back->len = 1;
        out[1] = data->byte;
        break;
    case I2C_SMBUS_WORD_DATA:
        read_back->len = 2;
        put_little(out + 1, data->word, 2);
        break;
    case I2C_SMBUS_I2C_BLOCK_BROKEN:
    case I2C_SMBUS_I2C_BLOCK_DATA:
        read_back->len = call->size == I2C_SMBUS_I2C_BLOCK_BROKEN ? I2C_SMBUS_BLOCK_MAX
                                                                  : data->block[0];
        if (read_back->len == 0 || read_back->len > I2C_SMBUS_BLOCK_MAX) return fail(EINVAL);
        memcpy(out + 1, data->block + 1, read_back->len);
        break;
    default:
        return fail(EOPNOTSUPP);
    }
    if (!reads) {
        written->len = (uint16_t)(1 + read_back->len);
        return transfer(fd, written, 1) < 0 ? -1 : 0;
    }
    if (transfer(fd, messages, 2) < 0) return -1;
    if (call->size == I2C_SMBUS_BYTE_DATA)
        data->byte = in[0];
    else if (call->size == I2C_SMBUS_WORD_DATA)
        data->word = (uint16_t)(in[0] | in[1] << 8);
    else {
        data->block[0] = (uint8_t)read_back->len;
        memcpy(data->block + 1, in, read_back->len);
    }
    return 0;
}

static int device_ioctl(int fd, ioctl_request request_, void *argument)
{
    unsigned long value = (unsigned long)argument;
    uint8_t number[4];
    switch (request_) {
    case I2C_SLAVE:
    case I2C_SLAVE_FORCE:
        if (value > 0x7f) return fail(EINVAL);
        put_little(number, value, 2);
        return request(fd, 'a', number, 2, NULL, 0);
    case I2C_TIMEOUT: /* in units of 10 ms */
        if (value > INT32_MAX / 10) return fail(EINVAL);
        put_little(number, value * 10, 4);
        return request(fd, 't', number, 4, NULL, 0);
    case I2C_RETRIES:
        return 0;
    case I2C_TENBIT:
    case I2C_PEC:
        return value == 0 ? 0 : fail(EINVAL);
    case I2C_FUNCS:
        *(unsigned long *)argument = FUNCTIONS;
        return 0;
    case I2C_RDWR: {
        const struct i2c_rdwr_ioctl_data *data = argument;
        if (data->nmsgs == 0 || data->nmsgs > I2C_RDWR_IOCTL_MAX_MSGS) return fail(EINVAL);
        return transfer(fd, data->msgs, data->nmsgs);
    }
    case I2C_SMBUS:
        return smbus(fd, argument);
    default:
        return fail(ENOTTY);
    }
}
