/* admin/rest/lockout.h - after five wrong passwords within a minute, a wait
 * that doubles each time.
 *
 * Counts per key; a user and a source of requests are a key each. Time is an
 * argument. Bounded: of more than LOCKOUT_KEYS keys the one that is longest
 * silent is forgotten. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_LOCKOUT_H
#define ADMIN_REST_LOCKOUT_H

#include <stdbool.h>

#include "core/base/clock.h"

#define LOCKOUT_KEYS	1024
#define LOCKOUT_KEY_MAX	128	/* octets with NUL; longer ones are cut */
#define LOCKOUT_KNOWN	256

struct lockout;

struct lockout *lockout_new(void);
void lockout_free(struct lockout **pl);

/* Seconds that the key has yet to wait, rounded up; 0 = it may try. */
unsigned lockout_wait_s(const struct lockout *l, const char *key, mono_ns now);
/* One wrong password. */
void lockout_fail(struct lockout *l, const char *key, mono_ns now);
/* A right one: all is forgotten. */
void lockout_clear(struct lockout *l, const char *key);

/* A user who has logged in from a source before is known there: what strangers
 * do elsewhere, or beside him, does not lock him out. Of more than
 * LOCKOUT_KNOWN the one that is longest away is forgotten. */
void lockout_know(struct lockout *l, const char *key, mono_ns now);
bool lockout_is_known(const struct lockout *l, const char *key);

#endif
