/* Answers stm32flash on a pty of its own and models nothing: the floor for what a pty can do. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { ACK = 0x79, START = 0x08000000, LENGTH = 1 << 20 };

static int master;
static unsigned char flash[LENGTH + 256];

static unsigned char byte(void) {
  static unsigned char buffer[4096];
  static int have, at;
  if (at == have) {
    at = 0;
    have = read(master, buffer, sizeof buffer);
    if (have <= 0) exit(1);
  }
  return buffer[at++];
}

static void answer(const void *bytes, int length) {
  if (write(master, bytes, length) != length) exit(1);
}

static void ack(void) { answer("\x79", 1); }

/* Address packet; returns the offset in flash. */
static unsigned address(void) {
  unsigned value = 0;
  for (int i = 0; i < 4; i++) value = value << 8 | byte();
  byte();
  return (value - START) % LENGTH;
}

static void get(void) {
  answer("\x79\x0B\x31\x00\x01\x02\x11\x21\x31\x44\x63\x73\x82\x92\x79", 15);
}

static void read_memory(void) {
  unsigned char reply[257] = {ACK};
  ack();
  unsigned from = address();
  ack();
  int length = byte() + 1;
  byte();
  memcpy(reply + 1, flash + from, length);
  answer(reply, length + 1);
}

static void write_memory(void) {
  ack();
  unsigned to = address();
  ack();
  int length = byte() + 1;
  for (int i = 0; i < length; i++) flash[to + i] = byte();
  byte();
  ack();
}

/* All of it: FFFF and its checksum. */
static void extended_erase(void) {
  ack();
  for (int i = 0; i < 3; i++) byte();
  memset(flash, 0xFF, LENGTH);
  ack();
}

int main(void) {
  struct termios raw;
  master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) || unlockpt(master)) return 1;
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY); /* kept, so that hosts can come and go */
  if (slave < 0 || tcgetattr(slave, &raw)) return 1;
  cfmakeraw(&raw);
  if (tcsetattr(slave, TCSANOW, &raw)) return 1;
  puts(ptsname(master));
  fflush(stdout);
  for (;;) {
    unsigned char opcode = byte();
    if (opcode == 0x7F) {
      ack();
      continue;
    }
    byte();
    switch (opcode) {
    case 0x00: get(); break;
    case 0x01: answer("\x79\x31\x00\x00\x79", 5); break;
    case 0x02: answer("\x79\x01\x04\x13\x79", 5); break;
    case 0x11: read_memory(); break;
    case 0x31: write_memory(); break;
    case 0x44: extended_erase(); break;
    default: answer("\x1F", 1);
    }
  }
}
