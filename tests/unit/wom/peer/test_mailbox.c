/* tests/unit/wom/peer/test_mailbox.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <pthread.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "wom/peer/mailbox.h"

#define THREADS	4
#define LETTERS	2000

struct letter {
	unsigned from, number;
};

struct reader {
	struct loop	*loop;
	struct mailbox	*box;
	unsigned next[THREADS], read;
};

static unsigned dropped;

static void
on_letter(void *arg, void *letter)
{
	struct reader *r = arg;
	struct letter *l = letter;

	assert_int_equal(l->number, r->next[l->from]++);
	free(l);
	if (++r->read == THREADS * LETTERS)
		loop_stop(r->loop);
}

static void
drop(void *letter)
{
	dropped++;
	free(letter);
}

struct writer {
	struct mailbox	*box;
	unsigned number;
};

static void *
write_all(void *arg)
{
	const struct writer *w = arg;

	for (unsigned i = 0; i < LETTERS; i++) {
		struct letter *l = mem_zalloc(1, sizeof(*l));

		*l = (struct letter){ .from = w->number, .number = i };
		mailbox_put(w->box, l);
	}
	return NULL;
}

static void
open_box(struct reader *r)
{
	struct mailbox_config c = { .read = on_letter, .drop = drop, .arg = r };

	*r = (struct reader){ .loop = loop_new(&clock_system, NULL) };
	assert_non_null(r->loop);
	c.loop = r->loop;
	r->box = mailbox_new(&c, NULL);
	assert_non_null(r->box);
}

static void
close_box(struct reader *r)
{
	mailbox_free(&r->box);
	loop_free(&r->loop);
}

static void
each_letter_is_read_once_and_in_order(void **state)
{
	struct writer w[THREADS];
	pthread_t t[THREADS];
	struct reader r;

	(void)state;
	open_box(&r);
	for (unsigned i = 0; i < THREADS; i++) {
		w[i] = (struct writer){ .box = r.box, .number = i };
		assert_int_equal(pthread_create(&t[i], NULL, write_all, &w[i]),
		    0);
	}
	loop_run(r.loop);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(r.read, THREADS * LETTERS);
	close_box(&r);
}

static void
what_nobody_reads_is_dropped(void **state)
{
	struct writer w = { .number = 0 };
	struct reader r;

	(void)state;
	open_box(&r);
	w.box = r.box;
	(void)write_all(&w);
	dropped = 0;
	close_box(&r);
	assert_int_equal(dropped, LETTERS);
	assert_int_equal(r.read, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_letter_is_read_once_and_in_order),
		cmocka_unit_test(what_nobody_reads_is_dropped),
	};

	return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
