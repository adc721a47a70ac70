/* gtmd/xdp/xdpfilter.c - see xdpfilter.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/xdp/xdpfilter.h"

#include <arpa/inet.h>
#include <assert.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "gtmd/xdp/xdpkey.h"

/* The compiled program; one octet where the build had no clang. */
static const uint8_t program[] = {
#include "gtmd/xdp/xdpprogram.inc"
	0
};

struct xdpfilter {
	struct bpf_object	*object;
	int			 program_fd;
	int			 sockets_fd, places_fd, links_fd, valid_fd;
	uint32_t		 valid;		/* link, as the map has it */
	int			 link_fd;	/* -1 = not attached */
	bool			 generic;
	struct xdpkey_place	*places;	/* owned: those in the map */
	size_t			 count;
};

/* The library's own words go nowhere: what matters comes back as an errno. */
static struct bpf_object *
load(void)
{
	struct bpf_object *o;

	(void)libbpf_set_print(NULL);
	if (sizeof(program) == 1) {
		errno = ENOSYS;
		return NULL;
	}
	o = bpf_object__open_mem(program, sizeof(program) - 1, NULL);
	if (o != NULL && bpf_object__load(o) != 0) {
		int was = errno;

		bpf_object__close(o);
		errno = was;
		return NULL;
	}
	return o;
}

static int
map_fd(struct bpf_object *o, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(o, name);

	assert(fd >= 0);	/* it is our own program */
	return fd;
}

struct xdpfilter *
xdpfilter_open(struct err *e)
{
	struct bpf_object *o = load();
	struct xdpfilter *f;
	int why = errno;

	if (o == NULL) {
		(void)err_sys(e, why, sizeof(program) == 1 ?
		    "this gtmd was built without clang" : "XDP program");
		errno = why;
		return NULL;
	}
	f = mem_zalloc(1, sizeof(*f));
	f->object = o;
	f->program_fd = bpf_program__fd(
	    bpf_object__find_program_by_name(o, "gtm_dns"));
	f->sockets_fd = map_fd(o, "sockets");
	f->places_fd = map_fd(o, "places");
	f->links_fd = map_fd(o, "links");
	f->valid_fd = map_fd(o, "valid");
	f->link_fd = -1;
	return f;
}

void
xdpfilter_detach(struct xdpfilter *f)
{
	if (f->link_fd != -1)
		(void)close(f->link_fd);
	f->link_fd = -1;
}

void
xdpfilter_close(struct xdpfilter **pf)
{
	struct xdpfilter *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	xdpfilter_detach(f);
	bpf_object__close(f->object);
	free(f->places);
	free(f);
}

static struct xdpkey_place
key(const struct addrport *p)
{
	struct xdpkey_place k = {
		.port = htons(p->port),
		.family = p->addr.family == AF_INET6 ? 6 : 4,
	};

	memcpy(k.address, p->addr.octets, addr_len(&p->addr));
	return k;
}

static bool
has(const struct xdpkey_place *v, size_t count, const struct xdpkey_place *k)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(&v[i], k, sizeof(*k)) == 0)
			return true;
	return false;
}

/* The map holds these, and those before that are none of them go at the end. */
static int
add_places(const struct xdpfilter *f, const struct xdpkey_place *v,
    size_t count, struct err *e)
{
	const uint8_t here = 1;

	for (size_t i = 0; i < count; i++)
		if (bpf_map_update_elem(f->places_fd, &v[i], &here,
		    BPF_ANY) != 0)
			return err_sys(e, errno, "XDP map of %zu addresses",
			    count);
	return 0;
}

static void
replace_places(struct xdpfilter *f, struct xdpkey_place **pv, size_t count)
{
	struct xdpkey_place *v = *pv;

	*pv = NULL;
	for (size_t i = 0; i < f->count; i++)
		if (!has(v, count, &f->places[i]))
			(void)bpf_map_delete_elem(f->places_fd, &f->places[i]);
	free(f->places);
	f->places = v;
	f->count = count;
}

/* Written where nobody reads, then made valid. */
static int
set_link(struct xdpfilter *f, const struct xdpkey_link *l, struct err *e)
{
	const uint32_t only = 0, next = f->valid ^ 1;

	if (bpf_map_update_elem(f->links_fd, &next, l, BPF_ANY) != 0 ||
	    bpf_map_update_elem(f->valid_fd, &only, &next, BPF_ANY) != 0)
		return err_sys(e, errno, "XDP map of the interface");
	f->valid = next;
	return 0;
}

int
xdpfilter_set(struct xdpfilter *f, const struct xdpfilter_wish *w,
    struct err *e)
{
	struct xdpkey_place *v = mem_zalloc(w->count + 1, sizeof(*v));
	struct xdpkey_link l = {
		.packet_max = (uint16_t)w->packet_max,
		.few = w->count > XDPKEY_FEW ? XDPKEY_FEW + 1 :
		    (uint32_t)w->count,
	};
	int rc;

	assert(w->packet_max <= UINT16_MAX);
	memcpy(l.mac, w->mac, sizeof(l.mac));
	for (size_t i = 0; i < w->count; i++) {
		v[i] = key(&w->places[i]);
		if (i < XDPKEY_FEW)
			l.places[i] = v[i];
	}
	rc = add_places(f, v, w->count, e);
	if (rc == 0)
		rc = set_link(f, &l, e);
	if (rc == 0)
		replace_places(f, &v, w->count);
	free(v);
	return rc;
}

int
xdpfilter_join(const struct xdpfilter *f, unsigned queue, int fd,
    struct err *e)
{
	if (bpf_map_update_elem(f->sockets_fd, &queue, &fd, BPF_ANY) == 0)
		return 0;
	return err_sys(e, errno, "XDP map of queue %u", queue);
}

static int
attach(const struct xdpfilter *f, unsigned ifindex, uint32_t mode)
{
	const struct bpf_link_create_opts o = { .sz = sizeof(o), .flags = mode };

	return bpf_link_create(f->program_fd, (int)ifindex, BPF_XDP, &o);
}

int
xdpfilter_attach(struct xdpfilter *f, unsigned ifindex, struct err *e)
{
	int why;

	assert(f->link_fd == -1);
	f->generic = false;
	f->link_fd = attach(f, ifindex, XDP_FLAGS_DRV_MODE);
	if (f->link_fd < 0 && errno != EBUSY && errno != EPERM &&
	    errno != ENODEV) {
		f->generic = true;
		f->link_fd = attach(f, ifindex, XDP_FLAGS_SKB_MODE);
	}
	if (f->link_fd >= 0)
		return 0;
	why = errno;
	f->link_fd = -1;
	(void)err_sys(e, why, "XDP program on interface %u", ifindex);
	errno = why;
	return e != NULL ? e->code : ERR_IO;
}

bool
xdpfilter_is_generic(const struct xdpfilter *f)
{
	return f->generic;
}
