/* gtmd/serve/listenmanner.h - how a configured listener speaks: its certificate, and
 * the proxies that may say who a client is.
 *
 * Reads the files that the object names; opening sockets is the business of
 * listeners. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_LISTENMANNER_H
#define GTMD_SERVE_LISTENMANNER_H

struct diag;
struct draft;
struct listener;
struct tcpmanner;

/* Fills *m, which the caller ends with tls_free(&m->tls). base_dir: where
 * relative names of files start. 0, or a negative code with findings in out. */
int listenmanner_read(struct tcpmanner *m, const struct listener *cfg,
    const char *base_dir, struct diag *out);

/* Reads those of all enabled listeners and keeps nothing. */
int listenmanner_verify(const struct draft *d, const char *base_dir,
    struct diag *out);

#endif
