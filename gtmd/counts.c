/* gtmd/counts.c - see counts.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/counts.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/word.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/types/recordtype.h"

#define HEAD		"gtmd-counts 1\n"
#define WORDS_OF_ROW	5	/* before its numbers, at the most */
#define NUMBERS_MAX	16
#define WORDS_MAX	(WORDS_OF_ROW + NUMBERS_MAX)	/* of a line */
#define LINE_MAX_LEN	8192	/* octets; full paths are far shorter */

/* ---- giving ---- */

/* One row: its words, then the numbers of count slots from first on. */
struct row {
	const char	*words[WORDS_OF_ROW];	/* NULL behind the last */
	uint32_t	 first, count;
};

static void
give_row(struct strbuf *b, const struct row *r)
{
	uint64_t n[NUMBERS_MAX], any = 0;

	assert(r->count <= NUMBERS_MAX);
	for (uint32_t i = 0; i < r->count; i++)
		any |= n[i] = tally_sum(r->first + i);
	if (any == 0)
		return;
	for (size_t i = 0; i < WORDS_OF_ROW && r->words[i] != NULL; i++) {
		strbuf_add(b, i > 0 ? " " : "");
		word_quote(b, r->words[i]);
	}
	for (uint32_t i = 0; i < r->count; i++) {
		strbuf_printf(b, " %" PRIu64, n[i]);
		if (n[i] != 0)
			tally_carry(r->first + i, -n[i]);
	}
	strbuf_add(b, "\n");
}

static void
give_wide(struct strbuf *b, const struct plan_wide *w)
{
	const char *type = recordtype_rows[w->type].name;
	struct row r = { { "wide", type, w->name }, w->tally,
	    DECISION_WIDE_SLOTS };

	give_row(b, &r);
	for (size_t i = 0; i < w->edge_count; i++) {
		const struct plan_edge *e = w->edges[i];
		struct row edge = { { "edge", type, w->name,
		    recordtype_rows[e->pool->type].name, e->pool->name }, e->slot,
		    DECISION_POOL_SLOTS };

		give_row(b, &edge);
	}
}

static void
give_pool(struct strbuf *b, const struct plan_pool *p)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct plan_member *m = p->members[i];
		struct row r = { { "member", recordtype_rows[p->type].name, p->name,
		    m->obj->obj.name }, m->slot, DECISION_MEMBER_SLOTS };

		give_row(b, &r);
	}
}

static void
give_stats(struct strbuf *b)
{
	for (unsigned i = 0; i < STATS_COUNT; i++) {
		uint64_t n = stats_sum((enum stats_id)i);

		if (n == 0)
			continue;
		strbuf_printf(b, "stat %s %" PRIu64 "\n",
		    stats_name((enum stats_id)i), n);
		stats_carry((enum stats_id)i, -n);
	}
}

/* who: the words before the metric, NULL behind the last. */
static void
give_values(struct strbuf *b, const char *const *who,
    const struct measures_row *r)
{
	for (int i = 0; r != NULL && i < METRICS; i++) {
		if (!metric_is_known(&r->now, (enum metric)i))
			continue;
		for (size_t k = 0; who[k] != NULL; k++) {
			word_quote(b, who[k]);
			strbuf_add(b, " ");
		}
		strbuf_printf(b, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		    metric_names[i].key, r->now.v[i], r->at[i], r->until[i]);
	}
}

static void
give_server(struct strbuf *b, const struct plan_server *s)
{
	const struct plan_vs *vs;
	const char *name;

	give_values(b, (const char *const[]){ "server-value", s->name, NULL },
	    s->metrics);
	for (size_t at = 0; (vs = map_next(&s->vss, &at, &name)) != NULL;)
		give_values(b, (const char *const[]){ "value", s->name, name,
		    NULL }, vs->metrics);
}

static size_t
count_lines(const char *text, size_t len)
{
	size_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

void
counts_give(const struct plan *p, struct strbuf *b)
{
	strbuf_add(b, HEAD);
	strbuf_printf(b, "slots %d %d %d\n", DECISION_WIDE_SLOTS,
	    DECISION_POOL_SLOTS, DECISION_MEMBER_SLOTS);
	give_stats(b);
	for (int t = 0; t < WIDE_TYPES; t++) {
		const struct plan_wide *w;
		const struct plan_pool *pool;
		size_t at = 0;

		while ((w = map_next(&p->wides[t], &at, NULL)) != NULL)
			give_wide(b, w);
		at = 0;
		while ((pool = map_next(&p->pools[t], &at, NULL)) != NULL)
			give_pool(b, pool);
	}
	strbuf_printf(b, "end %zu\n", count_lines(b->text, b->len));
}

void
counts_give_measured(const struct plan *p, struct strbuf *b)
{
	const struct plan_server *s;

	strbuf_add(b, HEAD);
	for (size_t at = 0; (s = map_next(&p->servers, &at, NULL)) != NULL;)
		give_server(b, s);
	strbuf_printf(b, "end %zu\n", count_lines(b->text, b->len));
}

/* ---- taking ---- */

struct taking {
	const struct plan *plan;
	bool		 fits[3];	/* wide, edge, member: as many numbers */
	char		*words[WORDS_MAX];
	size_t		 count;
};

static bool
read_number(const char *word, uint64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(word, &end, 10);
	return errno == 0 && end != word && *end == '\0' && *word >= '0' &&
	    *word <= '9';
}

/* Words from first on are exactly that many numbers. */
static bool
read_numbers(const struct taking *t, size_t first, uint64_t *n, size_t count)
{
	if (t->count != first + count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_number(t->words[first + i], &n[i]))
			return false;
	return true;
}

static void
carry(uint32_t slot, const uint64_t *n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (n[i] != 0)
			tally_carry(slot + (uint32_t)i, n[i]);
}

static const struct plan_wide *
find_wide(const struct taking *t)
{
	enum wide_type type = recordtype_find(t->words[1]);

	return t->plan == NULL || type == WIDE_TYPES ? NULL :
	    map_find(&t->plan->wides[type], t->words[2]);
}

static bool
take_stat(struct taking *t)
{
	uint64_t n;

	if (!read_numbers(t, 2, &n, 1))
		return false;
	for (unsigned i = 0; t->plan != NULL && i < STATS_COUNT; i++)
		if (strcmp(stats_name((enum stats_id)i), t->words[1]) == 0)
			stats_carry((enum stats_id)i, n);
	return true;
}

static bool
take_slots(struct taking *t)
{
	uint64_t n[3];

	if (!read_numbers(t, 1, n, 3))
		return false;
	t->fits[0] = n[0] == DECISION_WIDE_SLOTS;
	t->fits[1] = n[1] == DECISION_POOL_SLOTS;
	t->fits[2] = n[2] == DECISION_MEMBER_SLOTS;
	return true;
}

static bool
take_wide(struct taking *t)
{
	const struct plan_wide *w;
	uint64_t n[DECISION_WIDE_SLOTS];

	if (!t->fits[0])
		return true;
	if (!read_numbers(t, 3, n, OBJ_COUNT(n)))
		return false;
	w = find_wide(t);
	if (w != NULL)
		carry(w->tally, n, OBJ_COUNT(n));
	return true;
}

static bool
take_edge(struct taking *t)
{
	const struct plan_wide *w;
	uint64_t n[DECISION_POOL_SLOTS];

	if (!t->fits[1])
		return true;
	if (!read_numbers(t, 5, n, OBJ_COUNT(n)))
		return false;
	w = find_wide(t);
	for (size_t i = 0; w != NULL && i < w->edge_count; i++) {
		const struct plan_pool *p = w->edges[i]->pool;

		if (strcmp(p->name, t->words[4]) == 0 &&
		    p->type == recordtype_find(t->words[3]))
			carry(w->edges[i]->slot, n, OBJ_COUNT(n));
	}
	return true;
}

static bool
take_member(struct taking *t)
{
	const struct plan_pool *p;
	const struct plan_member *m;
	uint64_t n[DECISION_MEMBER_SLOTS];
	enum wide_type type;

	if (!t->fits[2])
		return true;
	if (!read_numbers(t, 4, n, OBJ_COUNT(n)))
		return false;
	type = recordtype_find(t->words[1]);
	p = t->plan == NULL || type == WIDE_TYPES ? NULL :
	    map_find(&t->plan->pools[type], t->words[2]);
	m = p != NULL ? plan_pool_find_member(p, t->words[3]) : NULL;
	if (m != NULL)
		carry(m->slot, n, OBJ_COUNT(n));
	return true;
}

/* The words from first on: metric, value, and its two times. */
static bool
take_values(struct taking *t, size_t first, struct measures_row *r)
{
	uint64_t n[3];

	if (!read_numbers(t, first + 1, n, OBJ_COUNT(n)))
		return false;
	for (int i = 0; r != NULL && i < METRICS; i++)
		if (strcmp(metric_names[i].key, t->words[first]) == 0 &&
		    n[0] <= metric_names[i].max && n[1] <= measures_now(r))
			measures_restore(r, (enum metric)i, n[0], n[1], n[2]);
	return true;
}

static const struct plan_server *
find_server(const struct taking *t)
{
	return t->plan == NULL || t->count < 2 ? NULL :
	    map_find(&t->plan->servers, t->words[1]);
}

static bool
take_server_value(struct taking *t)
{
	const struct plan_server *s = find_server(t);

	return take_values(t, 2, s != NULL ? s->metrics : NULL);
}

static bool
take_value(struct taking *t)
{
	const struct plan_server *s = find_server(t);
	const struct plan_vs *vs = s != NULL && t->count > 2 ?
	    map_find(&s->vss, t->words[2]) : NULL;

	return take_values(t, 3, vs != NULL ? vs->metrics : NULL);
}

static const struct {
	const char	*word;
	bool		(*take)(struct taking *t);
} kinds[] = {
	{ "slots", take_slots }, { "stat", take_stat },
	{ "wide", take_wide }, { "edge", take_edge },
	{ "member", take_member },
	{ "server-value", take_server_value }, { "value", take_value },
};

static void
drop_words(struct taking *t)
{
	while (t->count > 0)
		free(t->words[--t->count]);
}

static bool
split(struct taking *t, const char *line)
{
	struct strbuf b;
	enum word_kind k;

	strbuf_init(&b);
	while ((k = word_next(&line, &b)) == WORD_BARE || k == WORD_QUOTED) {
		if (t->count == WORDS_MAX) {
			k = WORD_BAD;
			break;
		}
		t->words[t->count++] = mem_strdup(b.text);
	}
	strbuf_fini(&b);
	return k == WORD_END && t->count > 0;
}

static bool
take_line(struct taking *t, const char *from, size_t len)
{
	char line[LINE_MAX_LEN];
	bool ok;

	if (len >= sizeof(line))
		return false;
	memcpy(line, from, len);
	line[len] = '\0';
	ok = split(t, line);
	for (size_t i = 0; ok && i < OBJ_COUNT(kinds); i++)
		if (strcmp(kinds[i].word, t->words[0]) == 0)
			ok = kinds[i].take(t);
	drop_words(t);
	return ok;
}

/* Where the last line starts when it counts those before it, else NULL. */
static const char *
find_end(const char *text, size_t len)
{
	char want[32];
	size_t at = len, n;

	if (len < sizeof(HEAD) || text[len - 1] != '\n')
		return NULL;
	for (at--; at > 0 && text[at - 1] != '\n'; at--)
		continue;
	n = (size_t)snprintf(want, sizeof(want), "end %zu\n",
	    count_lines(text, at));
	return len - at == n && memcmp(text + at, want, n) == 0 ?
	    text + at : NULL;
}

int
counts_take(const struct plan *p, const char *text, size_t len,
    struct err *e)
{
	const size_t head = sizeof(HEAD) - 1;
	struct taking t = { .plan = p };
	const char *end = find_end(text, len), *at, *stop;
	size_t number = 1;

	if (end == NULL || memcmp(text, HEAD, head) != 0)
		return err_set(e, ERR_PARSE, "counts: this is not a whole "
		    "text of this version");
	for (at = text + head; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		number++;
		if (!take_line(&t, at, (size_t)(stop - at)))
			return err_set(e, ERR_PARSE, "counts: line %zu is not "
			    "understood", number);
	}
	return 0;
}
