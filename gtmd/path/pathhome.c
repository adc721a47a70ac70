/* gtmd/path/pathhome.c - see pathhome.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathhome.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"

/* The kernel sends to itself what is for one of its addresses, and from that
 * very address; what is bound elsewhere (ip_nonlocal_bind) does not count. */
bool
pathhome_is_here(const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, 9, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool here = false;
	struct addr source;
	uint16_t port;

	if (fd == -1)
		return false;
	if (connect(fd, (const struct sockaddr *)&ss, len) == 0) {
		len = sizeof(ss);
		if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0) {
			addr_from_sockaddr((const struct sockaddr *)&ss,
			    &source, &port);
			here = addr_equal(&source, a);
		}
	}
	(void)close(fd);
	return here;
}

static bool
is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return a->family == AF_INET ? a->octets[0] == 127 :
	    memcmp(a->octets, one, sizeof(one)) == 0;
}

static bool
is_listened(const struct model *m, const struct addr *a)
{
	const struct object *o;

	for (size_t at = 0; (o = model_next(m, &listener_type, &at)) != NULL;) {
		const struct listener *l = (const struct listener *)o;

		if (l->enabled && addr_equal(&l->address, a))
			return true;
	}
	return false;
}

static bool
is_ours(const struct model *m, const struct server_device *d)
{
	for (size_t i = 0; i < d->addresses.count; i++) {
		struct addr a;

		if (addr_parse(d->addresses.v[i]->name, &a) != 0 ||
		    addr_is_any(&a))
			continue;
		if (is_listened(m, &a) ||
		    (!is_loopback(&a) && pathhome_is_here(&a)))
			return true;
	}
	return false;
}

const struct server *
pathhome_server(const struct model *m)
{
	const struct server *first = NULL;
	const struct object *o;

	for (size_t at = 0; (o = model_next(m, &server_type, &at)) != NULL;) {
		const struct server *s = (const struct server *)o;

		if (first != NULL && strcmp(first->obj.name, o->name) < 0)
			continue;
		for (size_t i = 0; i < s->devices.count; i++)
			if (is_ours(m, (const struct server_device *)
			    s->devices.v[i])) {
				first = s;
				break;
			}
	}
	return first;
}

const char *
pathhome_find(const struct model *m)
{
	const struct server *s = pathhome_server(m);

	return s != NULL ? s->datacenter : NULL;
}

static bool
goes_by_paths(const struct pool *p)
{
	return choose_path_asks((enum pool_lb)p->lb_mode, p->rare->qos) ||
	    choose_path_asks((enum pool_lb)p->fallback_mode, p->rare->qos);
}

bool
pathhome_is_needed(const struct model *m)
{
	const struct type *const types[] = { &pool_type_a, &pool_type_aaaa };
	const struct object *o;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		for (size_t at = 0; (o = model_next(m, types[i],
		    &at)) != NULL;)
			if (goes_by_paths((const struct pool *)o))
				return true;
	return false;
}
