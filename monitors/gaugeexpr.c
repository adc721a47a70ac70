/* monitors/gaugeexpr.c - see gaugeexpr.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugeexpr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "monitors/jsonpath.h"
#include "monitors/promtext.h"

#define FACTORS_MAX	32
#define MATCHES_MAX	16	/* of one series */

/* Is, or is not, this label's value this one? */
struct match {
	char	*label, *value;	/* owned */
	bool	 not;
};

/* What a page says of a series. */
struct seen {
	double	 sum;
	uint64_t count, who;	/* samples, and a sum over their labels */
	bool	 twice;		/* one of them was there again */
	mono_ns	 at;		/* 0 = no page yet */
};

struct factor {
	char	 op;		/* '+' '-' start a product, '*' '/' go on */
	enum { FACTOR_NUMBER, FACTOR_LEVEL, FACTOR_RATE } kind;
	double	 number;
	char	*name;		/* owned; Prometheus */
	struct match matches[MATCHES_MAX];
	size_t	 match_count;
	struct jsonpath *path;	/* owned; JSON */
	struct seen now, before;
};

struct gaugeexpr {
	enum gaugeexpr_form form;
	size_t	 count;
	struct factor *factors;	/* owned */
};

/* ---- reading ---- */

static size_t
add_match(struct factor *f, const char *text)
{
	struct match *m = &f->matches[f->match_count];
	size_t n = promtext_name_len(text), len;
	const char *at = text + n, *end;

	if (n == 0 || f->match_count == MATCHES_MAX)
		return 0;
	m->not = *at == '!';
	at += m->not;
	if (*at++ != '=')
		return 0;
	if (*at == '"') {
		end = strchr(++at, '"');
		if (end == NULL)
			return 0;
		len = (size_t)(end - at);
		end++;
	} else {
		len = strcspn(at, ",} ");
		end = at + len;
	}
	m->label = mem_strndup(text, n);
	m->value = mem_strndup(at, len);
	f->match_count++;
	return (size_t)(end - text);
}

/* Matchers with commas between them, up to stop; octets, SIZE_MAX: not so. */
static size_t
add_matches(struct factor *f, const char *text, char stop)
{
	const char *at = text;
	size_t n;

	while (*at != stop) {
		n = add_match(f, at);
		if (n == 0)
			return SIZE_MAX;
		at += n;
		if (*at == ',')
			at++;
		else if (*at != stop)
			return SIZE_MAX;
	}
	return (size_t)(at - text);
}

static bool
has_label(const struct factor *f, const char *label, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(f->matches[i].label, label) == 0)
			return true;
	return false;
}

/* Takes away those of labels that the series has itself. */
static void
keep_own(struct factor *f, size_t own)
{
	size_t to = own;

	for (size_t i = own; i < f->match_count; i++) {
		struct match m = f->matches[i];

		if (has_label(f, m.label, own)) {
			free(m.label);
			free(m.value);
		} else {
			f->matches[to++] = m;
		}
	}
	f->match_count = to;
}

/* Octets of the series at text; 0 with e. */
static size_t
read_series(struct factor *f, const char *text, const char *labels,
    struct err *e)
{
	size_t n = promtext_name_len(text), more = 0, own;

	if (n != 0 && text[n] == '{')
		more = add_matches(f, text + n + 1, '}');
	if (n == 0 || more == SIZE_MAX) {
		(void)err_set(e, ERR_PARSE, "\"%.200s\" is not a series, "
		    "NAME{LABEL=\"value\",...}", text);
		return 0;
	}
	own = f->match_count;
	if (labels != NULL && add_matches(f, labels, '\0') == SIZE_MAX) {
		(void)err_set(e, ERR_PARSE, "\"%.200s\" is not a list "
		    "LABEL=value,LABEL=value", labels);
		return 0;
	}
	keep_own(f, own);
	f->name = mem_strndup(text, n);
	return text[n] == '{' ? n + more + 2 : n;
}

/* Up to a blank or ')' that is in no quotes. */
static size_t
path_len(const char *text)
{
	bool quoted = false;
	size_t n = 0;

	while (text[n] != '\0' &&
	    (quoted || (text[n] != ' ' && text[n] != ')')))
		if (text[n++] == '"')
			quoted = !quoted;
	return n;
}

static size_t
read_path(struct factor *f, const char *text, struct err *e)
{
	size_t n = path_len(text);
	char *path = mem_strndup(text, n);

	f->path = jsonpath_new(path, e);
	free(path);
	return f->path != NULL ? n : 0;
}

/* Octets of the factor at text; 0 with e. */
static size_t
read_factor(struct gaugeexpr *x, struct factor *f, const char *text,
    const char *labels, struct err *e)
{
	static const char rate[] = "rate(";
	const char *at = text;
	char *end;
	size_t n;

	if (*at >= '0' && *at <= '9') {
		f->number = strtod(at, &end);
		return (size_t)(end - at);
	}
	f->kind = FACTOR_LEVEL;
	if (strncmp(at, rate, sizeof(rate) - 1) == 0) {
		f->kind = FACTOR_RATE;
		at += sizeof(rate) - 1;
	}
	n = x->form == GAUGEEXPR_JSON ? read_path(f, at, e) :
	    read_series(f, at, labels, e);
	if (n == 0 || f->kind == FACTOR_LEVEL)
		return n;
	if (at[n] != ')') {
		(void)err_set(e, ERR_PARSE, "\"%.200s\" has no )", text);
		return 0;
	}
	return (size_t)(at - text) + n + 1;
}

static int
read_all(struct gaugeexpr *x, const char *text, const char *labels,
    struct err *e)
{
	const char *at = text;
	char op = '+';
	size_t n;

	for (;;) {
		struct factor *f = &x->factors[x->count];

		if (x->count == FACTORS_MAX)
			return err_set(e, ERR_RANGE, "more than %d numbers and "
			    "series", FACTORS_MAX);
		x->count++;
		f->op = op;
		n = read_factor(x, f, at, labels, e);
		if (n == 0)
			return ERR_PARSE;
		at += n;
		if (*at == '\0')
			return 0;
		if (at[0] != ' ' || strchr("+-*/", at[1]) == NULL ||
		    at[1] == '\0' || at[2] != ' ')
			return err_set(e, ERR_PARSE, "\"%.200s\": + - * or / "
			    "between blanks is expected", at);
		op = at[1];
		at += 3;
	}
}

struct gaugeexpr *
gaugeexpr_new(enum gaugeexpr_form form, const char *text, const char *labels,
    struct err *e)
{
	struct gaugeexpr *x = mem_zalloc(1, sizeof(*x));

	x->form = form;
	x->factors = mem_zalloc(FACTORS_MAX, sizeof(*x->factors));
	if (read_all(x, text, labels, e) != 0)
		gaugeexpr_free(&x);
	else		/* there may be thousands of readers */
		x->factors = mem_resize(x->factors, x->count,
		    sizeof(*x->factors));
	return x;
}

void
gaugeexpr_free(struct gaugeexpr **px)
{
	struct gaugeexpr *x = *px;

	*px = NULL;
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->count; i++) {
		struct factor *f = &x->factors[i];

		free(f->name);
		jsonpath_free(&f->path);
		for (size_t k = 0; k < f->match_count; k++) {
			free(f->matches[k].label);
			free(f->matches[k].value);
		}
	}
	free(x->factors);
	free(x);
}

/* ---- a page ---- */

size_t
gaugeexpr_count(const struct gaugeexpr *x)
{
	return x->count;
}

const char *
gaugeexpr_name(const struct gaugeexpr *x, size_t factor)
{
	return x->factors[factor].name;
}

void
gaugeexpr_key(const struct gaugeexpr *x, size_t factor,
    const struct promtext_sample *s, struct strbuf *key)
{
	const struct factor *f = &x->factors[factor];

	strbuf_clear(key);
	strbuf_add(key, f->name);
	for (size_t i = 0; i < f->match_count; i++) {
		const struct match *m = &f->matches[i];

		if (m->not)
			continue;
		strbuf_add_char(key, '\n');
		strbuf_add(key, m->label);
		strbuf_add_char(key, '=');
		strbuf_add(key, s != NULL ? promtext_get(s, m->label) :
		    m->value);
	}
}

/* The next label that must have a value, from at on. */
static const char *
next_label(const struct factor *f, size_t *at)
{
	while (*at < f->match_count && f->matches[*at].not)
		(*at)++;
	return *at < f->match_count ? f->matches[(*at)++].label : NULL;
}

bool
gaugeexpr_alike(const struct gaugeexpr *x, size_t factor,
    const struct gaugeexpr *y, size_t other)
{
	const struct factor *f = &x->factors[factor], *g = &y->factors[other];
	size_t i = 0, k = 0;
	const char *a, *b;

	do {
		a = next_label(f, &i);
		b = next_label(g, &k);
	} while (a != NULL && b != NULL && strcmp(a, b) == 0);
	return a == b;
}

void
gaugeexpr_begin(struct gaugeexpr *x)
{
	for (size_t i = 0; i < x->count; i++)
		x->factors[i].now = (struct seen){ 0 };
}

static bool
fits(const struct factor *f, const struct promtext_sample *s)
{
	if (f->kind == FACTOR_NUMBER || strcmp(f->name, s->name) != 0)
		return false;
	for (size_t i = 0; i < f->match_count; i++) {
		const struct match *m = &f->matches[i];

		if ((strcmp(promtext_get(s, m->label), m->value) == 0) ==
		    m->not)
			return false;
	}
	return true;
}

/* The same for the same labels in this process, in whatever order they are. */
static uint64_t
who_is(const struct promtext_sample *s)
{
	uint64_t who = 1;
	struct hash_key key;

	hash_key_init(&key, 0);
	for (size_t i = 0; i < s->label_count; i++)
		who += hash_octets(&key, s->labels[i].name,
		    strlen(s->labels[i].name)) *
		    (hash_octets(&key, s->labels[i].value,
		    strlen(s->labels[i].value)) | 1);
	return who;
}

void
gaugeexpr_sample(struct gaugeexpr *x, size_t factor,
    const struct promtext_sample *s, bool again)
{
	struct factor *f = &x->factors[factor];

	if (!fits(f, s))
		return;
	f->now.twice = f->now.twice || again;
	f->now.sum += s->value;
	f->now.count++;
	if (f->kind == FACTOR_RATE)
		f->now.who += who_is(s);
}

void
gaugeexpr_document(struct gaugeexpr *x, const struct json *j)
{
	for (size_t i = 0; i < x->count; i++) {
		struct factor *f = &x->factors[i];

		if (f->kind != FACTOR_NUMBER)
			f->now.count = jsonpath_sum(f->path, j, &f->now.sum);
	}
}

/* ---- what it comes to ---- */

static enum gauge_outcome
value_of(struct factor *f, mono_ns now, double *v)
{
	struct seen was = f->before;

	if (f->kind == FACTOR_NUMBER) {
		*v = f->number;
		return GAUGE_OK;
	}
	f->now.at = now;
	f->before = f->now;
	if (f->now.count == 0)
		return GAUGE_MISSING;
	if (f->now.twice)
		return GAUGE_TWICE;
	*v = f->now.sum;
	if (f->kind == FACTOR_LEVEL)
		return GAUGE_OK;
	if (isnan(f->now.sum))
		return GAUGE_NAN;
	if (was.at == 0 || was.count == 0 || was.twice ||
	    now <= was.at)
		return GAUGE_FIRST;
	if (was.count != f->now.count || was.who != f->now.who ||
	    !(f->now.sum >= was.sum))
		return GAUGE_RESET;
	*v = (f->now.sum - was.sum) * 1e9 / (double)(now - was.at);
	return GAUGE_OK;
}

/* Each series remembers this page, whatever comes of the others. */
static enum gauge_outcome
add_up(struct gaugeexpr *x, mono_ns now, double *out)
{
	enum gauge_outcome worst = GAUGE_OK;
	double sum = 0, product = 0;

	for (size_t i = 0; i < x->count; i++) {
		struct factor *f = &x->factors[i];
		double v = 0;
		enum gauge_outcome o = value_of(f, now, &v);

		if (o != GAUGE_OK && worst == GAUGE_OK)
			worst = o;
		if (f->op == '*') {
			product *= v;
		} else if (f->op == '/') {
			product = v != 0 ? product / v : (double)NAN;
		} else {
			sum += product;
			product = f->op == '-' ? -v : v;
		}
	}
	*out = sum + product;
	return worst;
}

enum gauge_outcome
gaugeexpr_value(struct gaugeexpr *x, mono_ns now, double *value)
{
	enum gauge_outcome o = add_up(x, now, value);

	return o == GAUGE_OK && isnan(*value) ? GAUGE_NAN : o;
}

enum gauge_outcome
gaugeexpr_end(struct gaugeexpr *x, mono_ns now, uint64_t max, uint64_t *value)
{
	double v = 0;
	enum gauge_outcome o = gaugeexpr_value(x, now, &v);

	if (o != GAUGE_OK)
		return o;
	v = round(v);
	if (v < 0)
		return GAUGE_NEGATIVE;
	if (v > (double)max)
		return GAUGE_HUGE;
	*value = (uint64_t)v;
	return GAUGE_OK;
}

const char *
gaugeexpr_words(enum gauge_outcome o)
{
	switch (o) {
	case GAUGE_NONE:
		return "no page yet";
	case GAUGE_OK:
		return "ok";
	case GAUGE_FIRST:
		return "a rate needs a second page";
	case GAUGE_RESET:
		return "counter reset";
	case GAUGE_MISSING:
		return "not on the page";
	case GAUGE_NAN:
		return "not a number";
	case GAUGE_NEGATIVE:
		return "negative";
	case GAUGE_HUGE:
		return "too large";
	case GAUGE_TWICE:
		return "twice on the page";
	case GAUGE_OUTCOMES:
		break;
	}
	return NULL;
}
