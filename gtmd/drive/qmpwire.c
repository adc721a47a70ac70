/* gtmd/drive/qmpwire.c - see qmpwire.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpwire.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/json.h"

void
qmpwire_init(struct qmpwire *w)
{
	*w = (struct qmpwire){ .at = 0 };
	strbuf_init(&w->buf);
}

void
qmpwire_fini(struct qmpwire *w)
{
	strbuf_fini(&w->buf);
}

/* What has been read goes first. */
void
qmpwire_feed(struct qmpwire *w, const char *octets, size_t len)
{
	struct strbuf *b = &w->buf;

	if (w->at > 0) {
		size_t left = b->len - w->at;

		memmove(b->text, b->text + w->at, left);
		b->len = left;
		w->at = 0;
	}
	strbuf_add_len(b, octets, len);
}

static int
take_error(struct qmpwire_msg *m, const struct json *error)
{
	const char *desc = json_get_text(json_find(error, "desc"));

	m->kind = QMPWIRE_ERROR;
	m->text = desc != NULL ? desc : "no reason is given";
	return 1;
}

/* Which message it is; 0 when it is none. */
static int
classify(struct qmpwire_msg *m)
{
	const struct json *error = json_find(m->whole, "error");
	const struct json *event = json_find(m->whole, "event");

	m->id = json_get_int(json_find(m->whole, "id"));
	if (error != NULL)
		return take_error(m, error);
	if (event != NULL) {
		m->kind = QMPWIRE_EVENT;
		m->text = json_get_text(event);
		m->value = json_find(m->whole, "data");
		return m->text != NULL;
	}
	m->kind = QMPWIRE_RETURN;
	m->value = json_find(m->whole, "return");
	if (m->value != NULL)
		return 1;
	m->kind = QMPWIRE_GREETING;
	m->value = json_find(m->whole, "QMP");
	return m->value != NULL;
}

static int
read_line(const char *line, size_t len, struct qmpwire_msg *m, struct err *e)
{
	*m = (struct qmpwire_msg){ .whole = json_parse(line, len, e) };
	if (m->whole == NULL)
		return err_wrap(e, "what QEMU says is not JSON");
	if (json_kind_of(m->whole) == JSON_KIND_OBJECT && classify(m))
		return 1;
	json_free(&m->whole);
	return err_set(e, ERR_PARSE, "what QEMU says is no message of its "
	    "machine protocol");
}

int
qmpwire_next(struct qmpwire *w, struct qmpwire_msg *m, struct err *e)
{
	for (;;) {
		const char *line, *end;
		size_t left = w->buf.len - w->at;

		if (left == 0)
			return 0;
		line = w->buf.text + w->at;
		end = memchr(line, '\n', left);
		if ((end != NULL ? (size_t)(end - line) : left) >
		    QMPWIRE_LINE_MAX)
			return err_set(e, ERR_RANGE, "a message of QEMU has "
			    "more than %u octets", QMPWIRE_LINE_MAX);
		if (end == NULL)
			return 0;
		w->at += (size_t)(end - line) + 1;
		if (end > line && strspn(line, " \t\r") < (size_t)(end - line))
			return read_line(line, (size_t)(end - line), m, e);
	}
}

char *
qmpwire_command(const char *name, struct json **parguments, int64_t id)
{
	struct json *j = json_new_object();
	struct strbuf b;
	char *line;

	json_put_text(j, "execute", name);
	if (*parguments != NULL)
		json_put(j, "arguments", parguments);
	json_put_int(j, "id", id);
	line = json_line(j);
	json_free(&j);
	strbuf_init(&b);
	strbuf_printf(&b, "%s\n", line);
	free(line);
	return strbuf_take(&b);
}
