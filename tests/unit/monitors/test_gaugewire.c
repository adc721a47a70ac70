/* tests/unit/monitors/test_gaugewire.c - what one end says of pages the other one
 * understands, and nothing else is understood.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "monitors/gaugewire.h"
#include "monitors/probewire.h"

#define ID	UINT64_C(0x123456789abcdef0)
#define HEAD	5	/* of the frame */

static struct strbuf b;

static int
tear_down(void **state)
{
	(void)state;
	strbuf_fini(&b);
	return 0;
}

static bool
take(struct gaugewire_message *out)
{
	struct probewire_frame f;

	assert_int_equal(probewire_next(b.text, b.len, &f), b.len);
	assert_int_equal(f.kind, PROBEWIRE_GAUGE);
	return gaugewire_get(f.body, f.len, out);
}

static struct gaugewire_message
again(const struct gaugewire_message *m)
{
	struct gaugewire_message out;

	strbuf_clear(&b);
	gaugewire_put(&b, m);
	assert_true(take(&out));
	assert_int_equal(out.kind, m->kind);
	return out;
}

static const struct gaugewire_message page = { .kind = GAUGEWIRE_PAGE,
    .page = { .id = ID, .monitor = 70000, .path = "/a?b",
    .to = { .addr = { .family = AF_INET6, .octets = { 0xfd, [15] = 9 } },
    .port = 65535 } } };
static const struct gaugewire_message reader = { .kind = GAUGEWIRE_READER,
    .reader = { .page = ID, .id = ID + 1, .wants = 0x7f, .label = "" } };
static const struct gaugewire_message looked = { .kind = GAUGEWIRE_LOOKED,
    .looked = { .page = ID, .result = { .outcome = GAUGELOOK_SAMPLES,
    .sys_errno = 111, .status = 503, .octets = UINT64_C(1) << 33,
    .samples = 1, .bad = 2, .overlong = 3 } } };
static const struct gaugewire_message reading = { .kind = GAUGEWIRE_READING,
    .reading = { .reader = ID, .values = {
    [MONITOR_METRICS_BITS] = { GAUGE_OK, UINT64_C(1) << 53 },
    [MONITOR_METRICS_CPU] = { GAUGE_OK, 100 },
    [MONITOR_METRICS_SCORE] = { GAUGE_TWICE, 0 } } } };

static void
each_message_comes_back_whole(void **state)
{
	struct gaugewire_message m, end = { .kind = GAUGEWIRE_PAGE_END,
	    .ended = ID };

	(void)state;
	m = again(&page);
	assert_int_equal(m.page.id, ID);
	assert_int_equal(m.page.monitor, 70000);
	assert_true(addr_equal(&m.page.to.addr, &page.page.to.addr));
	assert_int_equal(m.page.to.port, 65535);
	assert_string_equal(m.page.path, "/a?b");
	m = again(&reader);
	assert_int_equal(m.reader.page, ID);
	assert_int_equal(m.reader.id, ID + 1);
	assert_int_equal(m.reader.wants, 0x7f);
	assert_string_equal(m.reader.label, "");
	m = again(&looked);
	assert_int_equal(m.looked.page, ID);
	assert_int_equal(m.looked.result.outcome, GAUGELOOK_SAMPLES);
	assert_int_equal(m.looked.result.sys_errno, 111);
	assert_int_equal(m.looked.result.status, 503);
	assert_int_equal(m.looked.result.octets, UINT64_C(1) << 33);
	assert_int_equal(m.looked.result.overlong, 3);
	m = again(&reading);
	assert_int_equal(m.reading.reader, ID);
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
		assert_int_equal(m.reading.values[i].outcome,
		    reading.reading.values[i].outcome);
		assert_int_equal(m.reading.values[i].value,
		    reading.reading.values[i].value);
	}
	m = again(&end);
	assert_int_equal(m.ended, ID);
	end.kind = GAUGEWIRE_READER_END;
	m = again(&end);
	assert_int_equal(m.ended, ID);
}

/* The octet at of a message, counted behind the frame's head, as something else. */
static void
refuse(const struct gaugewire_message *m, size_t at, unsigned octet)
{
	struct gaugewire_message out;

	strbuf_clear(&b);
	gaugewire_put(&b, m);
	assert_true(HEAD + at < b.len);
	b.text[HEAD + at] = (char)octet;
	if (take(&out))
		fail_msg("kind %d: octet %zu as %u was taken", m->kind, at,
		    octet);
}

static void
values_out_of_range_are_refused(void **state)
{
	const size_t cpu = 9 + 9 * (size_t)MONITOR_METRICS_CPU;

	(void)state;
	refuse(&page, 0, 0);
	refuse(&page, 0, GAUGEWIRE_LOOKED + 1);
	refuse(&page, 13, 5);		/* IP version */
	refuse(&page, 32, 0);		/* the path ends too soon, */
	refuse(&page, 36, 'x');		/* or not */
	refuse(&looked, 9, GAUGELOOK_OUTCOMES);
	refuse(&reading, 9, GAUGE_OUTCOMES);
	refuse(&reading, cpu + 8, 101);	/* % */
	refuse(&reading, 10, 1);	/* over 2^53 */
	refuse(&reading, 17, 1);
}

/* Neither too little nor too much is a body. */
static void
bodies_of_another_length_are_refused(void **state)
{
	static const struct gaugewire_message *const all[] = { &page, &reader,
	    &looked, &reading };
	struct gaugewire_message out;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(all); i++) {
		strbuf_clear(&b);
		gaugewire_put(&b, all[i]);
		for (size_t n = HEAD; n < b.len; n++)
			assert_false(gaugewire_get(b.text + HEAD, n - HEAD,
			    &out));
		strbuf_add_char(&b, '\0');
		assert_false(gaugewire_get(b.text + HEAD, b.len - HEAD, &out));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_message_comes_back_whole,
		    tear_down),
		cmocka_unit_test_teardown(values_out_of_range_are_refused,
		    tear_down),
		cmocka_unit_test_teardown(bodies_of_another_length_are_refused,
		    tear_down),
	};

	return cmocka_run_group_tests_name("gaugewire", tests, NULL, NULL);
}
