/* tests/unit/monitors/test_httpreply.c - where replies end, however they are
 * cut. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "monitors/httpreply.h"

#define OPEN	SIZE_MAX	/* goes on until it closes */

static const struct row {
	const char *octets;
	bool	    head;
	int	    status;
	size_t	    end;	/* octets of the reply, or OPEN */
} row[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokextra", false, 200, 40 },
	{ "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, 200, 37 },
	{ "HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", false, 200, 34 },
	{ "HTTP/1.0 404 No\r\n\r\nbody", false, 404, OPEN },
	{ "HTTP/1.1 204 No\r\n\r\n", false, 204, 19 },
	{ "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", false, 304, 38 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, 200, 38 },
	{ "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 204 No\r\n\r\n", false, 204, 38 },
	{ "HTTP/1.1 101 Switch\r\nContent-Length: 0\r\n\r\n", false, 101, OPEN },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked \r\n\r\n"
	  "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: r\r\n\r\nmore",
	  false, 200, 92 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "Content-Length: 1\r\n\r\n0\r\n\r\n", false, 200, 71 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	  false, 200, OPEN },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "fffffffffffffffff\r\n", false, 200, OPEN },	/* 17 digits */
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
	  false, 200, 58 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
	  false, 200, OPEN },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", false, 200, OPEN },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
	  false, 200, OPEN },
	{ "<html>no status line</html>", false, 0, OPEN },
	{ "HTTP/2 200\r\n\r\n", false, 0, OPEN },
	{ "HTTP/1.1 20 OK\r\n\r\n", false, 0, OPEN },
	{ "HTTP/1.1 999 OK\r\n\r\n", false, 0, OPEN },
	{ "HTTP/1.1 2000\r\n\r\n", false, 0, OPEN },
	{ "HTTP/1.x 200 OK\r\n\r\n", false, 0, OPEN },
	{ "\r\n", false, 0, OPEN },
	{ "", false, 0, OPEN },
};

/* Gives the reply in pieces of cut octets; 0 = at once. */
static void
check(size_t i, size_t cut)
{
	size_t len = strlen(row[i].octets), at = 0;
	struct httpreply h;
	bool done = false;

	httpreply_init(&h, row[i].head);
	while (at < len && !done) {
		at = cut == 0 || len - at < cut ? len : at + cut;
		done = httpreply_push(&h, (const uint8_t *)row[i].octets, at);
	}
	if (h.status != row[i].status)
		fail_msg("row %zu by %zu: status %d", i, cut, h.status);
	if (done != (row[i].end != OPEN) || (done && h.at != row[i].end))
		fail_msg("row %zu by %zu: ends at %zu, %s", i, cut, h.at,
		    done ? "done" : "open");
}

static void
ends_are_found_at_once_and_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		for (size_t cut = 0; cut < 9; cut++)
			check(i, cut);
	}
}

/* A line of 64 KiB that comes octet by octet is looked at once, not 64 K
 * times: the search goes on where it stopped. */
static void
long_lines_cost_no_more_than_their_length(void **state)
{
	static uint8_t octets[65536];
	struct httpreply h;

	(void)state;
	memset(octets, 'x', sizeof(octets));
	memcpy(octets, "HTTP/1.1 200 OK\r\nX:", 19);
	httpreply_init(&h, false);
	for (size_t len = 1; len <= sizeof(octets); len++) {
		assert_false(httpreply_push(&h, octets, len));
		assert_true(len < 19 || h.look == len);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_found_at_once_and_in_pieces),
		cmocka_unit_test(long_lines_cost_no_more_than_their_length),
	};

	return cmocka_run_group_tests_name("httpreply", tests, NULL, NULL);
}
