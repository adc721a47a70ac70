/* wom/control/wishtls.c - see wishtls.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/wishtls.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "wom/control/wish.h"
#include "wom/tunnel/tunneltls.h"
#include "wom/types/fingerprint.h"
#include "wom/types/tlsprofile.h"

/* A file without a folder is beside the configuration file. NULL gives NULL. */
static char *
path_of(const char *name, const struct wish_place *p)
{
	const char *slash = strrchr(p->config_path, '/');

	if (name == NULL || *name == '/' || slash == NULL)
		return mem_strdup(name);
	return mem_printf("%.*s/%s", (int)(slash - p->config_path),
	    p->config_path, name);
}

static struct tunneltls_print *
prints_of(const struct strlist *l)
{
	struct tunneltls_print *v = mem_zalloc(l->count + 1, sizeof(*v));

	_Static_assert(TUNNELTLS_PRINT == FINGERPRINT_OCTETS, "one digest");
	for (size_t i = 0; i < l->count; i++)
		(void)fingerprint_parse(l->v[i], v[i].octets); /* checked */
	return v;
}

static struct tunneltls *
make(const struct tlsprofile *t, const struct wish_place *p, struct err *e)
{
	char *cert = path_of(t->cert, p), *key = path_of(t->key, p);
	char *chain = path_of(t->chain, p), *ca = path_of(t->ca_file, p);
	char *crl = path_of(t->crl_file, p);
	struct tunneltls_print *prints = prints_of(&t->peer_fingerprints);
	const struct tunneltls_config c = {
		.server = t->obj.type == &tlsprofile_client_type,
		.cert = cert, .key = key, .chain = chain,
		.passphrase = t->passphrase, .ca_file = ca, .crl_file = crl,
		.prints = prints, .print_count = t->peer_fingerprints.count,
		.depth = t->authenticate_depth,
		.name = t->authenticate_name, .sni = t->server_name,
		.handshake_ns = (dur_ns)t->handshake_timeout_s * CLOCK_S,
	};
	struct tunneltls *tls = tunneltls_new(&c, e);

	free(cert);
	free(key);
	free(chain);
	free(ca);
	free(crl);
	free(prints);
	return tls;
}

struct tunneltls *
wishtls_read(const struct object *o, const struct draft *d,
    const struct wish_place *p, struct diag *out)
{
	struct object *all = draft_effective(d, o);
	struct tunneltls *tls;
	struct err e = { 0 };

	tls = make((const struct tlsprofile *)all, p, &e);
	object_unref(&all);
	if (tls == NULL)
		(void)objdiag_err(out, o, NULL, &e);
	else if (tunneltls_expires_s(tls) < clock_real(&clock_system))
		objdiag_warn(out, o, NULL, "cert: it has expired: peers will "
		    "refuse it");
	return tls;
}
