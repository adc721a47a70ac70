/* gtmd/serve/listenmanner.c - see listenmanner.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/listenmanner.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/tls.h"
#include "core/model/draft.h"
#include "gtmd/serve/tcpstream.h"
#include "gtmd/types/listener.h"

_Static_assert(LISTENER_PROXIES_MAX == PROXYHEADER_SOURCES_MAX,
    "all that may be named find room");

static char *
file_path(const char *base_dir, const char *file)
{
	return *file == '/' ? mem_strdup(file) :
	    mem_printf("%s/%s", base_dir, file);
}

static int
read_tls(struct tcpmanner *m, const struct listener *cfg,
    const char *base_dir, struct diag *out)
{
	char *certificate = file_path(base_dir, cfg->tls_certificate);
	char *key = file_path(base_dir, cfg->tls_key);
	struct tls_config c = { certificate, key, "dot" };
	struct err e = { 0 };
	int rc = 0;

	m->tls = tls_new(&c, &e);
	if (m->tls == NULL) {
		(void)err_wrap(&e, "listener %s", cfg->obj.name);
		rc = diag_err(out, &cfg->obj.pos, &e);
	} else if (tls_expires_s(m->tls) < (int64_t)clock_real(&clock_system)) {
		diag_warn(out, &cfg->obj.pos, "listener %s: certificate %s "
		    "has expired", cfg->obj.name, certificate);
	}
	free(certificate);
	free(key);
	return rc;
}

int
listenmanner_read(struct tcpmanner *m, const struct listener *cfg,
    const char *base_dir, struct diag *out)
{
	const struct strlist *from = &cfg->proxies;

	*m = (struct tcpmanner){ 0 };
	assert(from->count <= LISTENER_PROXIES_MAX);
	for (size_t i = 0; i < from->count; i++) {
		/* The table has checked them. */
		if (addr_parse_prefix(from->v[i],
		    &m->proxies.v[m->proxies.count]) == 0)
			m->proxies.count++;
	}
	/* Half of a pair is an error that the draft's check has told. */
	if (cfg->tls_certificate == NULL || cfg->tls_key == NULL)
		return 0;
	return read_tls(m, cfg, base_dir, out);
}

int
listenmanner_verify(const struct draft *d, const char *base_dir,
    struct diag *out)
{
	const struct object *o;
	size_t at = 0;
	int rc = 0;

	while ((o = draft_next(d, &listener_type, &at)) != NULL) {
		const struct listener *cfg = (const struct listener *)o;
		struct tcpmanner m;
		int r;

		if (!cfg->enabled)
			continue;
		r = listenmanner_read(&m, cfg, base_dir, out);
		tls_free(&m.tls);
		rc = rc != 0 ? rc : r;
	}
	return rc;
}
