/* tests/unit/admin/shell/shellkit.h - the real catalogue and parsed phrases,
 * for the tests of the shell. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ADMIN_SHELL_SHELLKIT_H
#define TESTS_UNIT_ADMIN_SHELL_SHELLKIT_H

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/phrase.h"

/* What gtmd describes, or etheripd; the caller frees it. */
struct catalog *shellkit_catalog(void);
struct catalog *shellkit_net(void);

/* The same for all tests of a group, as its fixtures. */
extern struct catalog *shellkit;
int shellkit_open(void **state);
int shellkit_close(void **state);

/* The phrase that text is; fails when it is none. */
struct phrase shellkit_phrase(const char *text);

/* The place at the top of the catalogue, in /Common. */
struct command_place shellkit_place(const struct catalog *c);

#endif
