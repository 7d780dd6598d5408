/*
 * A host of the SPI bootloader (AN4286), written from the application note: connects, identifies, erases,
 * writes an image, verifies it and starts it.
 *     spi-program /dev/spidevB.C IMAGE MANNER      through spidev
 *     spi-program TERMINAL IMAGE MANNER            through a Bus Pirate
 * MANNER: d a dummy before the polls, t one byte too many of each reply, h NSS low all the time,
 * b NSS released behind every byte, p 26 ms before the last byte of each frame; - none of them.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { ACK = 0x79, NACK = 0x1f, SYNC = 0x5a, FLASH = 0x08000000 };

static int fd, pirate;
static const char *manner;

static int has(char letter)
{
    return strchr(manner, letter) != NULL;
}

static void fail(const char *what)
{
    fprintf(stderr, "failed: %s\n", what);
    exit(1);
}

/* ---- spidev ---- */

static void spidev_run(const uint8_t *out, uint8_t *in, size_t count)
{
    struct spi_ioc_transfer transfer = {
        .tx_buf = (uintptr_t)out, .rx_buf = (uintptr_t)in, .len = count, .cs_change = has('h')};
    if (ioctl(fd, SPI_IOC_MESSAGE(1), &transfer) != (int)count) fail("SPI_IOC_MESSAGE");
}

static void spidev_open(void)
{
    uint8_t mode = SPI_MODE_0, bits = 8;
    uint32_t speed = 1000000, back = 0;
    if (ioctl(fd, SPI_IOC_WR_MODE, &mode) != 0) fail("mode");
    if (ioctl(fd, SPI_IOC_WR_BITS_PER_WORD, &bits) != 0) fail("bits");
    if (ioctl(fd, SPI_IOC_WR_MAX_SPEED_HZ, &speed) != 0) fail("speed");
    if (ioctl(fd, SPI_IOC_RD_MAX_SPEED_HZ, &back) != 0 || back != speed) fail("speed kept");
}

/* ---- Bus Pirate ---- */

static void pirate_send(const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = write(fd, bytes, count);
        if (sent <= 0) fail("write to the Bus Pirate");
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void pirate_receive(uint8_t *bytes, size_t count)
{
    while (count > 0) {
        ssize_t got = read(fd, bytes, count);
        if (got <= 0) fail("the Bus Pirate is silent");
        bytes += got;
        count -= (size_t)got;
    }
}

static void pirate_command(uint8_t command)
{
    uint8_t answer;
    pirate_send(&command, 1);
    pirate_receive(&answer, 1);
    if (answer != 0x01) fail("a command of the Bus Pirate");
}

static void pirate_expect(const uint8_t *bytes, size_t count, const char *answer)
{
    uint8_t heard[8];
    pirate_send(bytes, count);
    pirate_receive(heard, strlen(answer));
    if (memcmp(heard, answer, strlen(answer)) != 0) fail(answer);
}

static void pirate_run(const uint8_t *out, uint8_t *in, size_t count)
{
    pirate_command(0x02);
    for (size_t at = 0; at < count; at += 16) {
        size_t part = count - at < 16 ? count - at : 16;
        pirate_command((uint8_t)(0x10 | (part - 1)));
        pirate_send(out + at, part);
        pirate_receive(in + at, part);
    }
    if (!has('h')) pirate_command(0x03);
}

static void pirate_open(void)
{
    struct termios setting;
    tcgetattr(fd, &setting);
    cfmakeraw(&setting);
    cfsetspeed(&setting, B115200);
    setting.c_cc[VMIN] = 0;
    setting.c_cc[VTIME] = 50;
    if (tcsetattr(fd, TCSANOW, &setting) != 0) fail("terminal");
    static const uint8_t zeros[20], spi[1] = {0x01};
    pirate_expect(zeros, sizeof zeros, "BBIO1");
    pirate_expect(spi, sizeof spi, "SPI1");
    pirate_command(0x63); /* 1 MHz */
    pirate_command(0x8a); /* 3.3 V, clock low at rest, data changes with the edge to rest */
}

/* ---- the bus ---- */

static void run(const uint8_t *out, uint8_t *in, size_t count)
{
    size_t step = has('b') ? 1 : count;
    for (size_t at = 0; at < count; at += step)
        (pirate ? pirate_run : spidev_run)(out + at, in + at, step);
}

static void send_frame(const uint8_t *bytes, size_t count)
{
    static uint8_t in[600];
    if (!has('p')) {
        run(bytes, in, count);
        return;
    }
    if (count > 1) run(bytes, in, count - 1);
    usleep(26000);
    run(bytes + count - 1, in, 1);
}

static int answer(void)
{
    static const uint8_t dummy = 0, acknowledge = ACK;
    uint8_t heard;
    if (has('d')) run(&dummy, &heard, 1);
    for (int poll = 0; poll < 1000; poll++) {
        run(&dummy, &heard, 1);
        if (heard != ACK && heard != NACK) continue;
        uint8_t answer = heard;
        run(&acknowledge, &heard, 1);
        return answer;
    }
    return -1;
}

static void step(const uint8_t *bytes, size_t count, const char *what)
{
    send_frame(bytes, count);
    if (answer() != ACK) fail(what);
}

static void command(uint8_t opcode)
{
    uint8_t frame[] = {SYNC, opcode, opcode ^ 0xff};
    step(frame, sizeof frame, "command");
}

static void address(uint32_t value)
{
    uint8_t frame[5] = {value >> 24, value >> 16, value >> 8, value};
    frame[4] = frame[0] ^ frame[1] ^ frame[2] ^ frame[3];
    step(frame, sizeof frame, "address");
}

static void read_bytes(uint8_t *bytes, size_t count)
{
    static uint8_t out[600], in[600];
    run(out, in, 1 + count + (has('t') ? 1 : 0));
    memcpy(bytes, in + 1, count);
}

int main(int argc, char **argv)
{
    if (argc != 4) fail("usage: spi-program DEVICE IMAGE MANNER");
    static uint8_t image[1 << 20];
    FILE *file = fopen(argv[2], "rb");
    if (file == NULL) fail("image");
    size_t length = fread(image, 1, sizeof image, file);
    fclose(file);
    manner = argv[3];
    pirate = strncmp(argv[1], "/dev/spidev", 11) != 0;
    fd = open(argv[1], O_RDWR | O_NOCTTY);
    if (fd < 0) fail("open");
    if (pirate)
        pirate_open();
    else
        spidev_open();

    uint8_t sync = SYNC, id[3], version;
    step(&sync, 1, "sync");
    command(0x01);
    read_bytes(&version, 1);
    if (answer() != ACK) fail("Get Version");
    command(0x02);
    read_bytes(id, sizeof id);
    if (answer() != ACK || id[0] != 1) fail("Get ID");

    static const uint8_t all[] = {0xff, 0xff, 0x00};
    command(0x44);
    step(all, sizeof all, "erase");
    for (size_t at = 0; at < length; at += 256) {
        uint8_t block[258] = {255};
        memcpy(block + 1, image + at, 256);
        for (int i = 0; i < 257; i++) block[257] ^= block[i];
        command(0x31);
        address(FLASH + at);
        step(block, sizeof block, "write");
    }
    for (size_t at = 0; at < length; at += 256) {
        static const uint8_t count[] = {255, 0};
        uint8_t block[256];
        command(0x11);
        address(FLASH + at);
        step(count, sizeof count, "length");
        read_bytes(block, sizeof block);
        if (memcmp(block, image + at, sizeof block) != 0) fail("verify");
    }
    command(0x21);
    address(FLASH);
    close(fd);
    printf("version %d.%d, ID 0x%02x%02x\n", version >> 4, version & 15, id[1], id[2]);
    return 0;
}
