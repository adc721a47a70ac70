/* wom/types/dedup.c - the property table of wom deduplication.
 * Layer: wom/types. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/dedup.h"

#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "wom/types/womrows.h"

#define MIB_MAX	67108864	/* 64 TiB */

static const char *const codec_names[] = { "sdd-v3", "sdd-v2", NULL };

static const struct prop dedup_props[] = {
	REFUSED_CHOICE("codec", codec_names, "sdd-v3",
	    "there is one codec, docs/notes/wom-wire.md", "codec"),
	{ .name = "dictionary-size", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct dedup, dictionary_mib), .min = 16,
	  .max = MIB_MAX, .dflt = "1024", .unit = "MiB",
	  .help = "memory for what both ends know, taken in idle time, and a "
	      "sixth more; encrypted: what is clear" },
	{ .name = "disk-cache-key-file", .kind = PROP_STRING,
	  .flags = PROP_OURS, .off = offsetof(struct dedup, key_file),
	  .max = 4000, .check = rowcheck_path,
	  .help = "the files are encrypted under the key in this one: 32 octets "
	      "in hexadecimal or base64" },
	{ .name = "disk-cache-path", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct dedup, disk_path), .max = 4000,
	  .check = rowcheck_path,
	  .help = "folder of the files; none = the state directory" },
	{ .name = "disk-cache-size", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct dedup, disk_mib), .max = MIB_MAX,
	  .dflt = "0", .unit = "MiB",
	  .help = "room in files that outlive a restart, of all peers; 0 = "
	      "none" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct dedup, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: nothing is remembered, whatever profiles say" },
	{ .name = "max-endpoint-count", .kind = PROP_U32,
	  .off = offsetof(struct dedup, max_endpoints), .min = 1,
	  .max = 1024, .dflt = "1",
	  .help = "peers that share the room alike, the first by name; with "
	      "others streams are compressed alone" },
	{ .name = NULL }
};

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct dedup *u = (const struct dedup *)o;

	(void)d;
	if (u->disk_path != NULL && u->disk_mib == 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "disk-cache-path: it needs disk-cache-size");
	if (u->key_file != NULL && u->disk_mib == 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "disk-cache-key-file: it needs disk-cache-size");
	/* One peer's history is four blocks of 1 MiB at least. */
	if (u->dictionary_mib / u->max_endpoints < 4)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "dictionary-size: %u MiB are less than 4 MiB for each of "
		    "%u endpoints", u->dictionary_mib, u->max_endpoints);
}

const struct type dedup_type = {
	.words = "wom deduplication",
	.title = "Deduplication",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct dedup),
	.props = dedup_props,
	.help = "what both ends remember of what they sent",
	.check = check,
};
