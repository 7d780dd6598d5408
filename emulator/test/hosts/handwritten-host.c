/* The handshake as people write it by hand: what it hears instead of an answer, it prints. */
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

int main(int argc, char **argv) {
  unsigned char heard[32];
  struct termios raw;
  int port = argc == 2 ? open(argv[1], O_RDWR | O_NOCTTY) : -1;
  if (port < 0 || tcgetattr(port, &raw)) return perror("port"), 1;
  cfmakeraw(&raw); /* 8N1 */
  cfsetspeed(&raw, B115200);
  raw.c_cc[VMIN] = 0, raw.c_cc[VTIME] = 8; /* 0.8 s of silence end a read */
  if (tcsetattr(port, TCSAFLUSH, &raw)) return perror("line"), 1;
  write(port, "\x7F", 1);
  if (read(port, heard, 1) == 0) return puts("silence"), 0;
  if (heard[0] != 0x79) return printf("0x%02X\n", heard[0]), 0;
  write(port, "\x00\xFF", 2);
  for (int got = 0, more; got < 15; got += more) /* ACK, count, version, 11 commands, ACK */
    if ((more = read(port, heard + got, 15 - got)) <= 0) return puts("silence after the ACK"), 0;
  return printf("version %d.%d\n", heard[2] >> 4, heard[2] & 15), 0;
}
