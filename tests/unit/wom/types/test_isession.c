/* tests/unit/wom/types/test_isession.c - what is done to streams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/isession.h"

#include "tests/unit/wom/types/womconf.h"

#define P(lines)	"wom profile isession /Common/p {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "adaptive-compression", "disabled" },
		{ "compression", "disabled" }, { "compression-level", "19" },
		{ "deduplication", "disabled" },
		{ "deduplication-domain", "tenant-7" },
		{ "defaults-from", "/Common/isession-encrypt" },
		{ "description", "d" }, { "mode", "disabled" },
	};

	(void)state;
	WOM_HOLDS(P("adaptive-compression disabled\napp-service none\n"
	    "compression disabled\ncompression-level 19\n"
	    "data-encryption enabled\ndeduplication disabled\n"
	    "deduplication-domain tenant-7\n"
	    "defaults-from isession-encrypt\ndeflate-compression-level 1\n"
	    "description d\nmode disabled\nport-transparency disabled\n"
	    "reuse-connection enabled\ntarget-virtual virtual-match-all"),
	    &isession_type, "/Common/p", v);
}

static void
all_is_on_unless_said(void **state)
{
	static const struct confkit_value v[] = {
		{ "adaptive-compression", "enabled" },
		{ "compression", "enabled" }, { "compression-level", "1" },
		{ "deduplication", "enabled" },
		{ "deduplication-domain", "none" },
		{ "defaults-from", "/Common/isession" },
		{ "description", "none" }, { "mode", "enabled" },
	};

	(void)state;
	WOM_HOLDS(P(""), &isession_type, "/Common/p", v);
}

static void
a_profile_has_what_its_parent_says(void **state)
{
	const struct isession *e;
	struct object *o;
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &wom_schema,
	    P("defaults-from isession-softwoc\ncompression-level 3"));
	o = draft_effective(c.d, draft_find(c.d, &isession_type, "/Common/p"));
	e = (const struct isession *)o;
	assert_false(e->deduplication);
	assert_true(e->compression && e->adaptive && e->enabled);
	assert_int_equal(e->level, 3);
	object_unref(&o);
	confkit_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ P("compression-level 0"), "2:1: error: iSession profile "
		  "/Common/p: compression-level: 0 is outside 1..19" },
		{ P("compression-level 20"), "20 is outside 1..19" },
		{ P("deduplication-domain \"a b\""), "has other than visible "
		  "ASCII characters" },
		{ P("deduplication yes"), "\"yes\" is none of disabled, ena" },
		{ P("defaults-from nobody"), "defaults-from: there is no wom "
		  "profile isession /Common/nobody" },
		{ P("defaults-from p"), "leads back to itself" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ P("compression-codecs { deflate lzo }"), "2:1: error: iSession "
		  "profile /Common/p: not supported yet: compression-codecs: "
		  "there is one codec, zstd" },
		{ P("data-encryption disabled"), "not supported yet: data-encrypt"
		  "ion: what crosses the WAN is in TLS 1.3 always" },
		{ P("deflate-compression-level 6"), "see compression-level" },
		{ P("port-transparency enabled"), "not supported yet: port-trans"
		  "parency: all streams are in the tunnel, on its tunnel-port" },
		{ P("reuse-connection disabled"), "all streams share the conn" },
		{ P("target-virtual host-match-all"), "there are no virtual" },
		{ P("target-virtual none"), "there are no virtual servers" },
		{ P("app-service x"), "there are no application services" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(all_is_on_unless_said),
		cmocka_unit_test(a_profile_has_what_its_parent_says),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
