/* monitors/pgreply.h - the first words of a PostgreSQL connection, protocol 3.0:
 * the start-up message, and what a server says to it. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PGREPLY_H
#define MONITORS_PGREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wbuf;

#define PGREPLY_MAX	8192u	/* octets of what is read */

/* An SQLSTATE, five digits or capitals, as a number of base 36. */
#define PGREPLY_STATE_MAX	60466176	/* 36 to the fifth */
#define PGREPLY_STATE_TEXT	6

enum pgreply {
	PGREPLY_MORE,		/* no message that matters is whole yet */
	PGREPLY_SPEAKS,		/* asks for a password or the like */
	PGREPLY_ENTERED,	/* asks for nothing: we are logged in */
	PGREPLY_ERROR,		/* *state is its SQLSTATE */
	PGREPLY_GARBLED,	/* that is not PostgreSQL */
};

/* Start-up as user, in the database that each server has, so that its log has
 * nothing to say; in its lists we are gtmd. */
void pgreply_start(struct wbuf *w, const char *user);
/* The goodbye of one who is logged in. */
void pgreply_leave(struct wbuf *w);

/* What a server has said so far, from its first octet on. */
enum pgreply pgreply_read(const uint8_t *in, size_t len, int *state);

/* A server that says so serves nobody for now: classes 53 (out of resources,
 * too many connections), 57 (starting up, shutting down), 58 and XX (broken).
 * What else it may say is about who we are, and is said by one that serves. */
bool pgreply_is_down(int state);
/* "57P03". Returns text. */
const char *pgreply_state(int state, char text[PGREPLY_STATE_TEXT]);

#endif
