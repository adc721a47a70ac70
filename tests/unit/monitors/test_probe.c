/* tests/unit/monitors/test_probe.c - what an errno means for a target, and the
 * words for each result. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_metrics.h"
#include "monitors/probe.h"
#include "monitors/redisreply.h"

static void
errno_blames_the_target_the_time_or_us(void **state)
{
	static const struct {
		int		   sys_errno;
		enum probe_outcome outcome;
		enum probe_code	   code;
		const char	   *reason;
	} row[] = {
		{ ECONNREFUSED, PROBE_DOWN, PROBE_REFUSED,
		  "connection refused" },
		{ ECONNRESET, PROBE_DOWN, PROBE_RESET, "connection reset" },
		{ EPIPE, PROBE_DOWN, PROBE_RESET, "connection reset" },
		{ EHOSTUNREACH, PROBE_DOWN, PROBE_UNREACHABLE, "no route" },
		{ ENETUNREACH, PROBE_DOWN, PROBE_UNREACHABLE, "no route" },
		{ ETIMEDOUT, PROBE_SILENT, PROBE_TIMEOUT, "timed out" },
		{ EMFILE, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Too many open files" },
		{ EADDRNOTAVAIL, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Cannot assign requested address" },
		{ ENFILE, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Too many open files in system" },
		{ ENOBUFS, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: No buffer space available" },
		{ ENOMEM, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Cannot allocate memory" },
		{ ENOSPC, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: No space left on device" },
		{ EADDRINUSE, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Address already in use" },
		{ EAGAIN, PROBE_ABSTAIN, PROBE_LOCAL,
		  "cannot probe: Resource temporarily unavailable" },
		{ EACCES, PROBE_DOWN, PROBE_SYSTEM,
		  "failed: Permission denied" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct probe_result r = { 0 };
		char text[128];

		probe_from_errno(&r, row[i].sys_errno);
		assert_int_equal(r.outcome, row[i].outcome);
		assert_int_equal(r.code, row[i].code);
		assert_string_equal(probe_reason(&r, text, sizeof(text)),
		    row[i].reason);
	}
}

static void
every_code_has_words_of_its_own(void **state)
{
	char text[PROBE_LOCAL + 1][128];

	(void)state;
	for (size_t i = 0; i <= PROBE_LOCAL; i++) {
		struct probe_result r = { .code = (enum probe_code)i };

		probe_reason(&r, text[i], sizeof(text[i]));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(text[i], text[k]);
	}
}

static void
a_time_out_tells_what_had_come(void **state)
{
	char text[128];

	(void)state;
	assert_string_equal(probe_reason(&(struct probe_result){
	    .code = PROBE_TIMEOUT, .octets = 17 }, text, sizeof(text)),
	    "timed out after 17 octets");
}

static void
what_a_protocol_says_is_told_in_its_words(void **state)
{
	static const struct {
		enum probe_code	 code;
		int		 status;
		const char	*words;
	} row[] = {
		{ PROBE_RCODE, 5, "rcode 5 (REFUSED)" },
		{ PROBE_RCODE, 15, "rcode 15" },
		{ PROBE_GRPC, 14, "grpc-status 14 (UNAVAILABLE)" },
		{ PROBE_GRPC, 99, "grpc-status 99" },
		{ PROBE_SERVING, 2, "health is NOT_SERVING" },
		{ PROBE_REDIS, REDISREPLY_MASTERDOWN, "server says MASTERDOWN" },
		{ PROBE_REDIS, REDISREPLY_OTHER, "server says an error" },
		{ PROBE_SQL, 1040,
		  "server says error 1040 (too many connections)" },
		{ PROBE_SQL, 9, "server says error 9" },
		{ PROBE_SQLSTATE, 9119091, "server says SQLSTATE 5FGC3" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		const struct probe_result r = { .code = row[i].code,
		    .status = row[i].status };
		char text[128];

		assert_string_equal(probe_reason(&r, text, sizeof(text)),
		    row[i].words);
	}
}

/* A monitor type without a probe could be configured and never run. The one that
 * measures is refused where probes are named (gtmd/types/measuring.h). */
static void
each_monitor_type_has_its_probe(void **state)
{
	size_t types = 0, probes = 0;

	(void)state;
	for (size_t i = 0; monitor_types[i] != NULL; i++) {
		size_t k = 0;

		if (monitor_types[i] == &monitor_metrics_type)
			continue;
		types++;
		while (probe_types[k] != NULL &&
		    probe_types[k]->object != monitor_types[i])
			k++;
		assert_non_null(probe_types[k]);
	}
	while (probe_types[probes] != NULL)
		probes++;
	assert_int_equal(probes, types);
}

/* A probe that cannot go through its gateway goes nowhere, and says so later. */
static void
without_its_way_each_type_abstains(void **state)
{
	char why[128];
	unsigned types = 0;

	(void)state;
	for (size_t k = 0; probe_types[k] != NULL; k++) {
		struct probe_job job;
		struct bed b;
		void *spec;

		if (prop_find(probe_types[k]->object->props, "transparent",
		    NULL) == NULL)
			continue;	/* not one of those */
		types++;
		bed_open(&b, probe_types[k]);
		spec = b.type->spec_new(b.monitor);
		job = bed_job(&b, spec, 5 * CLOCK_S);
		job.fault = EPERM;
		assert_non_null(b.type->start(&job));
		assert_int_equal(b.done, 0);
		for (int i = 0; i < 10 && b.done == 0; i++)
			loop_advance(b.loop, &b.clk, 0);
		assert_int_equal(b.done, 1);
		bed_expect(&b, PROBE_ABSTAIN, PROBE_GATEWAY);
		assert_string_equal(probe_reason(&b.result, why, sizeof(why)),
		    "cannot probe through the target: gtmd may not set "
		    "routes, no CAP_NET_ADMIN");
		assert_int_equal(b.peer.accepted, 0);
		b.type->spec_free(&spec);
		bed_close(&b);
	}
	assert_true(types >= 6);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(errno_blames_the_target_the_time_or_us),
		cmocka_unit_test(every_code_has_words_of_its_own),
		cmocka_unit_test(a_time_out_tells_what_had_come),
		cmocka_unit_test(what_a_protocol_says_is_told_in_its_words),
		cmocka_unit_test(each_monitor_type_has_its_probe),
		cmocka_unit_test(without_its_way_each_type_abstains),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
