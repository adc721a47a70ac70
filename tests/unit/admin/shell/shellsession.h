/* tests/unit/admin/shell/shellsession.h - a session whose output and problems
 * are texts. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ADMIN_SHELL_SHELLSESSION_H
#define TESTS_UNIT_ADMIN_SHELL_SHELLSESSION_H

#include <stddef.h>
#include <stdio.h>

#include "admin/shell/session.h"
#include "tests/unit/admin/shell/shelldaemon.h"

struct shellsession {
	struct shelldaemon *daemon;
	struct session	*s;
	char		*out, *problems;	/* of the last run */
	size_t		 out_len, problems_len;
	FILE		*out_file, *problems_file;
};

/* A daemon with these answers, and a session that talks to it. */
void shellsession_open(struct shellsession *t,
    const struct shelldaemon_answer *answers);
void shellsession_close(struct shellsession *t);

/* session_run's result; out and problems are what this run printed. */
int shellsession_run(struct shellsession *t, const char *text);

#endif
