/* monitors/mysqlgreet.h - the first packets of a MySQL or MariaDB connection:
 * the server's greeting, a log-in without a password, and its answer. Numbers
 * have their low octet first here. Pure. Layer: monitors.
 *
 * A client that goes away after the greeting is counted by the server, and at a
 * hundred in a row (max_connect_errors) its address is shut out. One who is told
 * "access denied" is not; so the log-in is made, and is to fail.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MYSQLGREET_H
#define MONITORS_MYSQLGREET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wbuf;

#define MYSQLGREET_MAX	4096u	/* octets of a packet that we read */

enum mysqlgreet {
	MYSQLGREET_MORE,	/* the packet is not whole yet */
	MYSQLGREET_HELLO,	/* a greeting */
	MYSQLGREET_ENTERED,	/* we are logged in */
	MYSQLGREET_SWITCH,	/* shall log in by another method */
	MYSQLGREET_ERROR,
	MYSQLGREET_GARBLED,	/* that is not MySQL */
};

/* One packet of the server. */
struct mysqlgreet_packet {
	uint8_t		 sequence;
	uint16_t	 error;		/* ERROR: its number */
	uint32_t	 can;		/* HELLO: capability flags */
	uint8_t		 charset;	/* HELLO: the server's */
};

/* Reads the first packet, or the answer to a log-in. */
enum mysqlgreet mysqlgreet_hello(const uint8_t *in, size_t len,
    struct mysqlgreet_packet *p);
enum mysqlgreet mysqlgreet_answer(const uint8_t *in, size_t len,
    struct mysqlgreet_packet *p);

/* The log-in of user that answers hello; false where the server is older than
 * protocol 4.1, and has none that we speak. */
bool mysqlgreet_login(struct wbuf *w, const struct mysqlgreet_packet *hello,
    const char *user);
/* No password, by whatever method; and the goodbye of one who is logged in. */
void mysqlgreet_nothing(struct wbuf *w, const struct mysqlgreet_packet *asked);
void mysqlgreet_leave(struct wbuf *w);

/* An error that is about us, whom the server does not let in, and not about
 * the server. */
bool mysqlgreet_is_denial(uint16_t error);
/* "too many connections"; NULL = a number that has no words here. */
const char *mysqlgreet_words(int error);

#endif
