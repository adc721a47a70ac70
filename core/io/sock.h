/* core/io/sock.h - non-blocking sockets on address values.
 *
 * Local sockets (bind, listen) are configuration: a failure is a sentence that
 * names the address. Connections are weather: a failure is an errno. All are
 * close-on-exec. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_SOCK_H
#define CORE_IO_SOCK_H

#include <stdbool.h>

#include "core/base/addr.h"

struct err;

struct sock_options {
	bool	reuse_port;	/* one socket per thread on the same address */
	bool	pktinfo;	/* UDP: tell which local address was asked */
	int	rcvbuf;		/* octets; 0 = the system's default */
};

/* Each gives a bound descriptor >= 0, or ERR_IO with the sentence in e. o may
 * be NULL. IPv6 sockets take IPv6 only, so "::" and "0.0.0.0" stand side by
 * side. The address must have a family. */

/* UDP never sets DF and ignores path MTU claims (RFC 9715 section 3.1, R1, R2):
 * a spoofed "fragmentation needed" must not shrink answers. */
int sock_open_udp(const struct addrport *local, const struct sock_options *o,
    struct err *e);
/* TCP, listening, address reusable at once after a restart. */
int sock_listen_tcp(const struct addrport *local, const struct sock_options *o,
    struct err *e);

/* The local address that a socket got (port 0 asks the system for one). */
void sock_local(int fd, struct addrport *local);

/* Starts a TCP connection; writable when it has ended, then sock_error tells
 * how. Gives fd >= 0, or -1 with errno. */
int sock_connect_tcp(const struct addrport *remote);
/* The same, but the kernel holds the handshake's last ACK back for some
 * milliseconds, so that closing at once with a reset (SO_LINGER 0) lets the
 * listener never see a connection. */
int sock_connect_tcp_half(const struct addrport *remote);
/* A UDP socket that talks to nobody else: ICMP's refusals come as its errors.
 * Gives fd >= 0, or -1 with errno. */
int sock_connect_udp(const struct addrport *remote);
/* Takes one connection from a listening socket: fd >= 0, or -1 with errno
 * (EAGAIN = none waits). peer may be NULL. */
int sock_accept(int fd, struct addrport *peer);
/* The pending error of a socket, as an errno; 0 = none. */
int sock_error(int fd);

#endif
