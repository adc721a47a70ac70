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
#include <stdint.h>

#include "core/base/addr.h"

struct err;

struct sock_options {
	bool	reuse_port;	/* one socket per thread on the same address */
	bool	pktinfo;	/* UDP: tell which local address was asked */
	int	rcvbuf;		/* octets; 0 = the system's default */
	bool	transparent;	/* TCP: connections to anywhere that the kernel
				 * hands here; EPERM without CAP_NET_ADMIN or
				 * CAP_NET_RAW */
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
/* Who a connection is with; family 0 when there is nobody, or no IP address. */
void sock_peer(int fd, struct addrport *peer);

/* Starts a TCP connection; writable when it has ended, then sock_error tells
 * how. Gives fd >= 0, or -1 with errno. */
int sock_connect_tcp(const struct addrport *remote);
/* The same, but the kernel holds the handshake's last ACK back for some
 * milliseconds, so that closing at once with a reset (SO_LINGER 0) lets the
 * listener never see a connection. */
int sock_connect_tcp_half(const struct addrport *remote);
/* For many connections one after the other: a socket costs the kernel as much
 * as half a connection. One that is connected to nobody: fd >= 0, or -1 with
 * errno. */
int sock_open_tcp(int family);
/* Starts a connection, as sock_connect_tcp does: 0, or -1 with errno, and then fd
 * is good for nothing but close. */
int sock_connect(int fd, const struct addrport *remote);
/* Ends a connection that stands, with a reset: no last rites, no TIME_WAIT. What
 * has not arrived is lost. fd may be connected again, watches of it go on and
 * may tell of the end. 0, or -1 with errno, and then fd is good for nothing but
 * close. */
int sock_disconnect(int fd);
/* We have something to say as soon as the connection stands: the last ACK of the
 * handshakes to come goes with that, one segment less. */
void sock_speak_first(int fd, bool on);
/* A UDP socket that talks to nobody else: ICMP's refusals come as its errors.
 * Gives fd >= 0, or -1 with errno. */
int sock_connect_udp(const struct addrport *remote);

/* One of these three, whose packets have a mark that rules of routing go by
 * (SO_MARK; 0 = none): EPERM without CAP_NET_ADMIN or CAP_NET_RAW. */
enum sock_kind { SOCK_KIND_TCP, SOCK_KIND_TCP_HALF, SOCK_KIND_UDP };
int sock_connect_marked(const struct addrport *remote, enum sock_kind kind,
    uint32_t mark);
/* The same for the packets of any socket from here on: 0, or -1 with errno. */
int sock_mark(int fd, uint32_t mark);
/* Takes one connection from a listening socket: fd >= 0, or -1 with errno
 * (EAGAIN = none waits). peer may be NULL. */
int sock_accept(int fd, struct addrport *peer);
/* The pending error of a socket, as an errno; 0 = none. */
int sock_error(int fd);
/* What has become of a connect: 0 = the connection stands, EINPROGRESS = that is
 * not known yet, else the errno that it ended with. */
int sock_connected(int fd);

#endif
