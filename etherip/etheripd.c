/* etherip/etheripd.c - see etheripd.h. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/etheripd.h"

#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/confine.h"
#include "core/model/store.h"
#include "core/rest/daemonlife.h"
#include "etherip/control/netcontrol.h"
#include "etherip/control/netenact.h"
#include "etherip/path/tapkeeper.h"
#include "etherip/types/net.h"

#define BPF_FOLDER	"/sys/fs/bpf"
#define TAPS		"%s/taps.sock"	/* in the state directory */

struct etheripd {
	struct daemonlife life;		/* first: as daemonlife.h has it */
	char		*pins;
	struct tapkeeper *keeper;
	struct netenact	*enact;
	struct netcontrol *control;
};

/* Beside what every daemon writes: where the kernel takes devices and programs. */
static void
confine(void *arg)
{
	static const char *const folders[] = { "/dev/net", "/proc/sys/net",
	    BPF_FOLDER };
	const struct etheripd *d = arg;

	daemonlife_confine(&d->life, folders, OBJ_COUNT(folders),
	    CONFINE_BUT_BPF);
}

/* Of each state directory its own, so that daemons of several network namespaces do not meet
 * there; names on a BPF file system have no dots. For the caller to free. */
static char *
pins_of(const char *state_dir)
{
	char *whole = realpath(state_dir, NULL);
	char *pins = mem_printf(BPF_FOLDER "/etheripd%s",
	    whole != NULL ? whole : state_dir);

	for (char *p = pins + sizeof(BPF_FOLDER); *p != '\0'; p++)
		if (*p == '/' || *p == '.')
			*p = '_';
	free(whole);
	return pins;
}

static int
meet(void *arg, struct err *e)
{
	struct etheripd *d = arg;
	char *taps = mem_printf(TAPS, d->life.state_dir);

	(void)e;
	d->keeper = tapkeeper_new(taps);
	free(taps);
	return 0;
}

static int
open_parts(void *arg, struct err *e)
{
	struct etheripd *d = arg;
	struct store_gate gate;

	d->pins = pins_of(d->life.state_dir);
	tapkeeper_take(d->keeper);
	d->enact = netenact_new(&(struct netenact_config){
	    .loop = d->life.loop, .events = d->life.events, .pins = d->pins,
	    .keeper = d->keeper,
	    .confine = confine, .arg = d }, e);
	if (d->enact == NULL)
		return e->code;
	gate = (struct store_gate){ netenact_prepare, netenact_settle,
	    d->enact };
	store_gate(d->life.store, &gate);
	return 0;
}

static void
close_parts(void *arg)
{
	struct etheripd *d = arg;

	netcontrol_free(&d->control);
	netenact_free(&d->enact);
	tapkeeper_free(&d->keeper);
	free(d->pins);
}

static int
start(void *arg, struct diag *out)
{
	struct etheripd *d = arg;
	struct err e = { 0 };

	d->control = netcontrol_new(&d->life, d->enact, &e);
	return d->control != NULL && netcontrol_listen(d->control, &e) == 0 ?
	    0 : diag_err(out, NULL, &e);
}

const struct daemonlife_kind etheripd_kind = {
	.name = "etheripd", .size = sizeof(struct etheripd),
	.schema = &net_schema, .meet = meet, .open = open_parts,
	.start = start, .close = close_parts,
};

int
etheripd_clear(const char *state_dir, struct err *e)
{
	char *pins = pins_of(state_dir), *taps = mem_printf(TAPS, state_dir);
	int rc = netenact_clear(pins, e);

	tapkeeper_end(taps);
	free(taps);
	free(pins);
	return rc;
}
