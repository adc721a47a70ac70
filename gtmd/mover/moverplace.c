/* gtmd/mover/moverplace.c - see moverplace.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverplace.h"

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/types/hypervisor.h"

#define MIB	(UINT64_C(1) << 20)

/* A machine's own port: several are under way at a time. */
static struct addrport
offset_port(const struct addrport *at, uint32_t offset)
{
	struct addrport to = *at;

	if (to.port != 0)
		to.port = (uint16_t)(to.port + offset);
	return to;
}

static struct addrport
listen_at(const struct addrport *own, const struct addrport *reached)
{
	return own->port != 0 ? *own : *reached;
}

static struct driver_place
place_of(const struct hypervisor *h, uint32_t offset)
{
	struct addrport memory = listen_at(&h->migrate_listen, &h->migrate);
	struct addrport disks = listen_at(&h->storage_listen, &h->storage);

	return (struct driver_place){
		.name = h->obj.name, .datacenter = h->datacenter,
		.kind = h->driver == HYPERVISOR_QMP ? DRIVER_QMP : DRIVER_EXEC,
		.program = h->program, .user = h->user,
		.qmp_socket = h->qmp_socket,
		.migrate = offset_port(&h->migrate, offset),
		.migrate_listen = offset_port(&memory, offset),
		.storage = offset_port(&h->storage, offset),
		.storage_listen = offset_port(&disks, offset),
	};
}

/* Is each port of it still one with the offset? */
static int
check_ports(const struct hypervisor *h, uint32_t offset, const char *host,
    struct err *e)
{
	const struct addrport *const all[] = { &h->migrate, &h->migrate_listen,
	    &h->storage, &h->storage_listen };

	for (size_t i = 0; i < OBJ_COUNT(all); i++)
		if (all[i]->port != 0 && all[i]->port + offset > UINT16_MAX)
			return err_set(e, ERR_RANGE, "host %s: port-offset: %u "
			    "is too much for port %u of hypervisor %s", host,
			    offset, all[i]->port, h->obj.name);
	return 0;
}

static const struct hypervisor *
hypervisor_at(const struct model *m, const char *path)
{
	return path == NULL ? NULL : (const struct hypervisor *)model_find(m,
	    &hypervisor_type, path);
}

int
moverplace_find(const struct model *m, const struct moverplace_way *way,
    struct moverplace *out, struct err *e)
{
	const struct migspec_host *h = &way->spec->hosts[way->host];
	const char *from = way->back ? h->to_hypervisor : h->from_hypervisor;
	const char *to = way->back ? h->from_hypervisor : h->to_hypervisor;

	out->from = hypervisor_at(m, from);
	out->to = hypervisor_at(m, to);
	if (out->from == NULL || out->to == NULL)
		return err_set(e, ERR_REF, "host %s: there is no hypervisor %s",
		    h->name, out->from == NULL ? from : to);
	if (check_ports(out->from, h->port_offset, h->name, e) != 0 ||
	    check_ports(out->to, h->port_offset, h->name, e) != 0)
		return e->code;
	out->from_place = place_of(out->from, h->port_offset);
	out->to_place = place_of(out->to, h->port_offset);
	out->host = (struct driver_host){
		.name = h->name, .station = h->station,
		.addresses = (const char *const *)h->addresses,
		.address_count = h->address_count,
		.storage_octets = h->storage_mib * MIB,
		.memory_octets = h->memory_mib * MIB,
	};
	return 0;
}
