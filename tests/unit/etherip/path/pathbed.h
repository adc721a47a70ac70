/* tests/unit/etherip/path/pathbed.h - a network of our own for tests of a VLAN group: an
 * interface of the LAN whose other end we hold, and addresses for both ends of tunnels.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_PATH_PATHBED_H
#define TESTS_UNIT_ETHERIP_PATH_PATHBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATHBED_ROOM	70000u	/* octets for the longest frame */

/* Makes the namespace: veths la0-la1 and lb0-lb1, 192.0.2.1 to .4 and 2001:db8::1 to ::4 on
 * the loopback. False: we may not; tests are skipped then. */
bool pathbed_open(void);

/* Runs "ip" with these words. */
bool pathbed_ip(const char *words);

/* A socket at the other end of a VLAN's interface; with head frames have a virtio_net_hdr. */
int pathbed_station(const char *device, bool head);
/* A socket that is a tunnel's other end. */
int pathbed_peer(const char *local, const char *remote);

/* The next frame of a station's that begins like this (dst, src), with the head that the
 * socket asks for; its length, or 0. */
size_t pathbed_hear(int fd, uint64_t dst, uint64_t src,
    uint8_t out[PATHBED_ROOM], int within_ms);
/* The next datagram of a peer's, without the outer head, within so many ms. */
size_t pathbed_receive(int fd, uint8_t *out, size_t cap, int within_ms);

/* A frame with so many octets of payload; returns its length. */
size_t pathbed_frame(uint8_t *out, uint64_t dst, uint64_t src, uint16_t type,
    size_t payload);
/* An IPv4 TCP segment in a frame. */
size_t pathbed_tcp(uint8_t *out, uint64_t dst, uint64_t src, uint32_t seq,
    size_t body);
/* Its checksum as a kernel leaves it to a device. */
void pathbed_leave_sum(uint8_t *frame, size_t body);

#endif
