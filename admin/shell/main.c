/* admin/shell/main.c - gtmsh, the operator's shell: its command line, and
 * where commands come from.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/shell/branch.h"
#include "admin/shell/interact.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/word.h"

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: gtmsh [-x socket] [-c commands | word ...]\n";

struct args {
	const char	*socket, *commands;
	char		*const *words;
	int		 count;
};

static int
read_args(struct args *a, int argc, char *argv[])
{
	int opt;

	a->socket = getenv(branch_table[BRANCH_GTM].env);
	if (a->socket == NULL || *a->socket == '\0')
		a->socket = branch_table[BRANCH_GTM].socket;
	while ((opt = getopt(argc, argv, "+c:x:")) != -1) {
		if (opt == 'c')
			a->commands = optarg;
		else if (opt == 'x')
			a->socket = optarg;
		else
			return EXIT_USAGE;
	}
	a->words = argv + optind;
	a->count = argc - optind;
	return a->commands != NULL && a->count > 0 ? EXIT_USAGE : 0;
}

/* The command line's words as one command. What came with blanks in it, and is
 * no piece of tmsh, was one word for whoever quoted it. */
static void
join(struct strbuf *b, const struct args *a)
{
	for (int i = 0; i < a->count; i++) {
		const char *word = a->words[i];

		strbuf_add(b, i > 0 ? " " : "");
		if (*word == '\0' || (a->count > 1 &&
		    strchr(word, ' ') != NULL && strpbrk(word, "{}\"") == NULL))
			word_quote(b, word);
		else
			strbuf_add(b, word);
	}
}

/* All of it must be whole. */
static int
run_text(struct session *s, const char *text)
{
	size_t used;
	int rc = session_run(s, text, &used);

	if (rc == 2)
		fprintf(stderr, "gtmsh: a brace or quote is never closed: "
		    "%.60s\n", text + used);
	return rc == 0 ? 0 : 1;
}

/* Commands from standard input, each carried out when its last line is there. */
static int
run_script(struct session *s)
{
	struct strbuf b;
	char *line = NULL;
	size_t cap = 0, used;
	int rc = 0;

	strbuf_init(&b);
	while ((rc == 0 || rc == 2) && !s->ended &&
	    getline(&line, &cap, stdin) != -1) {
		strbuf_add(&b, line);
		rc = session_run(s, b.text, &used);
		memmove(b.text, b.text + used, b.len - used + 1);
		b.len -= used;
	}
	if (rc == 2)
		rc = run_text(s, b.text);
	free(line);
	strbuf_fini(&b);
	return rc;
}

static int
run(struct session *s, const struct args *a)
{
	struct strbuf b;
	int rc;

	if (a->commands != NULL)
		return run_text(s, a->commands);
	if (a->count > 0) {
		strbuf_init(&b);
		join(&b, a);
		rc = run_text(s, b.text);
		strbuf_fini(&b);
		return rc;
	}
	if (!isatty(STDIN_FILENO))
		return run_script(s);
	interact_run(s);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct args a = { 0 };
	struct session *s;
	struct err e;
	int rc;

	(void)setlocale(LC_CTYPE, "");
	if (read_args(&a, argc, argv) != 0) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	s = session_new(a.socket, &e);
	if (s == NULL) {
		fprintf(stderr, "gtmsh: %s\n", e.text);
		return EXIT_FAILURE;
	}
	s->colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	s->progress = isatty(STDERR_FILENO);
	rc = run(s, &a);
	if (fflush(stdout) != 0 && rc == 0) {
		fprintf(stderr, "gtmsh: standard output: it is full or gone\n");
		rc = EXIT_FAILURE;
	}
	session_free(&s);
	return rc;
}
