/* tests/unit/admin/shell/shellsession.c - see shellsession.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/admin/shell/shellsession.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/err.h"

void
shellsession_open(struct shellsession *t,
    const struct shelldaemon_answer *answers)
{
	struct err e;

	*t = (struct shellsession){ .out = NULL };
	t->daemon = shelldaemon_new(answers);
	t->s = session_new(shelldaemon_socket(t->daemon), &e);
	if (t->s == NULL)
		fail_msg("%s", e.text);
}

static void
drop_output(struct shellsession *t)
{
	if (t->out_file == NULL)
		return;
	(void)fclose(t->out_file);
	(void)fclose(t->problems_file);
	free(t->out);
	free(t->problems);
	t->out_file = NULL;
}

void
shellsession_close(struct shellsession *t)
{
	drop_output(t);
	session_free(&t->s);
	shelldaemon_free(&t->daemon);
}

int
shellsession_run(struct shellsession *t, const char *text)
{
	size_t used;
	int rc;

	drop_output(t);
	t->out_file = open_memstream(&t->out, &t->out_len);
	t->problems_file = open_memstream(&t->problems, &t->problems_len);
	t->s->out = t->out_file;
	t->s->problems = t->problems_file;
	rc = session_run(t->s, text, &used);
	(void)fflush(t->out_file);
	(void)fflush(t->problems_file);
	return rc;
}
