/* tests/unit/core/model/storekit.h - a store over a file and a directory made
 * for one test, with the sample schema.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_MODEL_STOREKIT_H
#define TESTS_UNIT_CORE_MODEL_STOREKIT_H

#include "tests/unit/core/base/tempdir.h"

struct diag;
struct store;

/* Valid between setup and teardown. */
extern struct tempdir storekit_dir;
extern const char *storekit_config, *storekit_state, *storekit_journal;
/* What the configuration file says after setup: sites s1, s2 and box b. */
extern const char storekit_first[];

int storekit_setup(void **state);
int storekit_teardown(void **state);
void storekit_write(const char *text);

/* Opened, and also loaded without a finding. */
struct store *storekit_open(void);
struct store *storekit_loaded(void);
/* Loads; fails unless it returns code with just these findings, one a line,
 * their files named without the directory. */
void storekit_load(struct store *s, int code, const char *want);

/* Commits a site's note, of a new site if need be. */
int storekit_commit_note(struct store *s, const char *site, const char *note,
    struct diag *out);
/* The same, and a deletion, which must succeed. */
void storekit_set_note(struct store *s, const char *site, const char *note);
void storekit_delete_site(struct store *s, const char *site);
/* "absent" when the site is; NULL when it has none. */
const char *storekit_note(const struct store *s, const char *site);
void storekit_expect_note(const struct store *s, const char *site,
    const char *want);

#endif
