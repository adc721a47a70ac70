/* admin/rest/setup.h - what has to be there before the first request: the state
 * directory, a password, a certificate, fewer rights.
 *
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_SETUP_H
#define ADMIN_REST_SETUP_H

#include <stdbool.h>

struct err;

/* Makes the directory (mode 0700, for that user) when there is none. user NULL
 * = who we are. */
int setup_state_dir(const char *dir, const char *user, struct err *e);

/* No core dumps, no ptrace by others of the same user, no new privileges. */
void setup_harden(void);

/* Becomes that user for good, with his groups. */
int setup_drop_to(const char *user, struct err *e);

/* PEM texts. */
struct setup_tls {
	char	*cert, *key;
};

/* Reads a certificate and its key, which fit each other. When there is no
 * certificate and make is set, both are made first. One that is not valid today
 * is served all the same, and the log told: who renews it may need the REST. */
int setup_read_tls(struct setup_tls *t, const char *cert_path,
    const char *key_path, bool make, struct err *e);
/* Frees, and wipes the key. */
void setup_tls_fini(struct setup_tls *t);

/* Asks on the terminal, without echo, or takes a line of standard input; makes
 * or changes that user in the file. role NULL keeps what he has, admin for the
 * first of all. */
int setup_password(const char *users_path, const char *name,
    const char *role, struct err *e);

#endif
