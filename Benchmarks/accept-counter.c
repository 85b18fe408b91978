/*
 * The other end of a benchmark's health checks: takes connections on every local address and counts them.
 *
 * usage: accept-counter PORT FILE
 *
 * The count is the 64-bit number at the start of FILE, which is mapped, so that reading it costs the other side
 * nothing. A connection is closed only thousands of connections later: the checker closes first, as with a real
 * server, and the checker keeps the TIME_WAIT state.
 */
#define _GNU_SOURCE /* accept4 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT = 4096 };

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: accept-counter PORT FILE\n");
        return 2;
    }
    int file = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || ftruncate(file, sizeof(uint64_t)) != 0) {
        perror(argv[2]);
        return 1;
    }
    volatile uint64_t *count = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (count == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 65535) != 0) {
        perror("listen");
        return 1;
    }
    int kept[KEPT];
    for (int slot = 0; slot < KEPT; slot++)
        kept[slot] = -1;
    for (unsigned slot = 0;; slot = (slot + 1) % KEPT) {
        if (kept[slot] >= 0)
            close(kept[slot]);
        kept[slot] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (kept[slot] >= 0)
            (*count)++;
    }
}
