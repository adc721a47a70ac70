/* admin/shell/interact.c - see interact.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/interact.h"

#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/shell/complete.h"
#include "admin/shell/phrase.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

#define HISTORY_LINES	1000

struct interact {
	struct session	*s;
	EditLine	*el;
	History		*history;
	char		*history_path;	/* NULL = there is no home */
	struct strbuf	 text;		/* lines of an open command */
	char		 prompt[256];
};

static struct interact *
interact_of(EditLine *el)
{
	struct interact *in = NULL;

	(void)el_get(el, EL_CLIENTDATA, &in);
	return in;
}

static char *
show_prompt(EditLine *el)
{
	struct interact *in = interact_of(el);
	char *p;

	if (in->text.len > 0) {
		(void)snprintf(in->prompt, sizeof(in->prompt), "... ");
		return in->prompt;
	}
	(void)snprintf(in->prompt, sizeof(in->prompt), "(%s)(tmos%s%s)# ",
	    in->s->folder, *in->s->mode != '\0' ? "." : "", in->s->mode);
	for (p = in->prompt; *p != '\0' && strncmp(p, ")# ", 3) != 0; p++)
		if (*p == ' ')
			*p = '.';
	return in->prompt;
}

static void
each_name(void *arg, const struct catalog_type *t, complete_name_fn *fn,
    void *fn_arg)
{
	session_each_name(arg, t, fn, fn_arg);
}

static void
each_item(void *arg, const struct complete_item *of, complete_name_fn *fn,
    void *fn_arg)
{
	session_each_item(arg, of, fn, fn_arg);
}

static void
find(struct interact *in, struct complete_list *l)
{
	const LineInfo *line = el_line(in->el);
	struct phrase p = { 0 };
	struct strbuf b;
	struct err e;
	size_t used;

	strbuf_init(&b);
	strbuf_add_len(&b, in->text.text, in->text.len);
	strbuf_add_len(&b, line->buffer, (size_t)(line->cursor - line->buffer));
	(void)phrase_parse(&p, b.text, &used, &e);
	session_learn(in->s, &p);
	phrase_fini(&p);
	complete_find(l, &(struct complete_input){
	    .place = session_place(in->s), .text = b.text,
	    .each_name = each_name, .each_item = each_item, .arg = in->s });
	strbuf_fini(&b);
}

static void
show_list(struct interact *in, const struct complete_list *l)
{
	struct strbuf b;

	strbuf_init(&b);
	complete_format(&b, l);
	fprintf(in->s->out, "\n%s", b.len > 0 ? b.text : "");
	fflush(in->s->out);
	strbuf_fini(&b);
}

static unsigned char
on_tab(EditLine *el, int ch)
{
	struct interact *in = interact_of(el);
	struct complete_list l = { 0 };
	unsigned char done = CC_ERROR;
	char *more;

	(void)ch;
	find(in, &l);
	more = complete_common(&l);
	if (*more != '\0') {
		done = el_insertstr(el, more) == 0 ? CC_REFRESH : CC_ERROR;
	} else if (l.count > 0) {
		show_list(in, &l);
		done = CC_REDISPLAY;
	}
	free(more);
	complete_fini(&l);
	return done;
}

/* Behind a backslash, or inside quotes, it is a question mark like any other. */
static bool
is_text(const LineInfo *line)
{
	bool quoted = false;

	for (const char *p = line->buffer; p < line->cursor; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '"')
			quoted = !quoted;
	}
	return quoted || (line->cursor > line->buffer &&
	    line->cursor[-1] == '\\');
}

static unsigned char
on_question(EditLine *el, int ch)
{
	struct interact *in = interact_of(el);
	struct complete_list l = { 0 };

	(void)ch;
	if (is_text(el_line(el)))
		return el_insertstr(el, "?") == 0 ? CC_REFRESH : CC_ERROR;
	find(in, &l);
	show_list(in, &l);
	complete_fini(&l);
	return CC_REDISPLAY;
}

static void
open_history(struct interact *in)
{
	const char *home = getenv("HOME");
	HistEvent ev;

	in->history = history_init();
	(void)history(in->history, &ev, H_SETSIZE, HISTORY_LINES);
	(void)history(in->history, &ev, H_SETUNIQUE, 1);
	el_set(in->el, EL_HIST, history, in->history);
	if (home == NULL || *home == '\0')
		return;
	in->history_path = mem_printf("%s/.gtmsh_history", home);
	(void)history(in->history, &ev, H_LOAD, in->history_path);
}

static void
close_history(struct interact *in)
{
	HistEvent ev;
	mode_t was = umask(077);

	if (in->history_path != NULL)
		(void)history(in->history, &ev, H_SAVE, in->history_path);
	(void)umask(was);
	history_end(in->history);
	free(in->history_path);
}

static void
open_line(struct interact *in)
{
	in->el = el_init("gtmsh", stdin, stdout, stderr);
	el_set(in->el, EL_CLIENTDATA, in);
	el_set(in->el, EL_PROMPT, show_prompt);
	el_set(in->el, EL_EDITOR, "emacs");
	el_set(in->el, EL_SIGNAL, 1);
	el_set(in->el, EL_ADDFN, "gtmsh-complete", "what can stand next",
	    on_tab);
	el_set(in->el, EL_ADDFN, "gtmsh-help", "help on what can stand next",
	    on_question);
	el_set(in->el, EL_BIND, "^I", "gtmsh-complete", NULL);
	el_set(in->el, EL_BIND, "?", "gtmsh-help", NULL);
	open_history(in);
	el_source(in->el, NULL);
}

/* One line: carried out, or kept until its braces are closed. */
static void
take_line(struct interact *in, const char *line)
{
	HistEvent ev;
	size_t used;

	if (line[strspn(line, " \t\n")] != '\0')
		(void)history(in->history, &ev, H_ENTER, line);
	strbuf_add(&in->text, line);
	if (session_run(in->s, in->text.text, &used) != 2) {
		strbuf_clear(&in->text);
		return;
	}
	memmove(in->text.text, in->text.text + used, in->text.len - used + 1);
	in->text.len -= used;
}

void
interact_run(struct session *s)
{
	struct interact in = { .s = s };
	const char *line;
	int len;

	strbuf_init(&in.text);
	open_line(&in);
	while (!s->ended && (line = el_gets(in.el, &len)) != NULL && len > 0)
		take_line(&in, line);
	if (!s->ended)
		fputc('\n', s->out);
	close_history(&in);
	el_end(in.el);
	strbuf_fini(&in.text);
}
