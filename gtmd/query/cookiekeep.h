/* gtmd/query/cookiekeep.h - the secrets that cookies are made with.
 *
 * From the file that gtm global-settings dns names, for servers that share
 * them; else made at random and rolled over each day, the old one still
 * checked. A file is prepared first and then made or dropped, so that a bad
 * one never half-applies. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_COOKIEKEEP_H
#define GTMD_QUERY_COOKIEKEEP_H

#include <stdbool.h>

struct cookie_secrets;
struct cookiekeep;
struct diag;
struct draft;
struct loop;

struct cookiekeep_config {
	struct loop	*loop;
	const char	*config_path;	/* file names are relative to its
					 * folder */
	void		(*rolled)(void *arg);	/* the secrets are others */
	void		*arg;
};

struct cookiekeep *cookiekeep_new(const struct cookiekeep_config *c);
void cookiekeep_free(struct cookiekeep **pk);

/* Reads the draft's file, if it names one and the draft touches global-settings
 * dns, as a load always does: lines of 32 hexadecimal digits, the
 * first makes cookies, up to 4 check them; empty lines and what stands behind
 * '#' mean nothing. Returns 0 or a negative code with the finding in out. */
int cookiekeep_prepare(struct cookiekeep *k, const struct draft *d,
    struct diag *out);
/* Takes what was prepared, or drops it. */
void cookiekeep_settle(struct cookiekeep *k, bool made);

/* Another process's secrets in the place of ours, when those are random; its
 * clients go on with the cookies that they have. Count 0 says nothing. */
void cookiekeep_inherit(struct cookiekeep *k, const struct cookie_secrets *s);

/* At least one. Valid until the next call of settle or rolled. */
const struct cookie_secrets *cookiekeep_secrets(const struct cookiekeep *k);

#endif
