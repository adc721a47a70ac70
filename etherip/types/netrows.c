/* etherip/types/netrows.c - see netrows.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/types/netrows.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "etherip/frame/macaddr.h"

#define LABEL_MAX	320	/* a title and a full path */

const char *const netrows_hop_names[] = {
	"default", "disabled", "enabled", NULL
};

int
netrows_check_mac(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	uint64_t mac;

	if (macaddr_parse(text, &mac) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a MAC "
		    "address such as 02:01:d7:01:02:03", p->name, text);
	if (mac & MACADDR_GROUP)
		return err_set(e, ERR_RANGE, "%s: %.80s is the address of a "
		    "group: the lowest bit of its first octet is set", p->name,
		    text);
	if (mac == 0)
		return err_set(e, ERR_RANGE, "%s: %.80s is nobody's address",
		    p->name, text);
	return 0;
}

/* RFC 7042 section 2.1: the manufacturers' own are somebody's already. */
int
netrows_check_masquerade(const struct prop *p, const void *value,
    struct err *e)
{
	const char *text = *(char *const *)value;
	char own[MACADDR_TEXT_MAX];
	uint64_t mac;
	int rc = netrows_check_mac(p, value, e);

	if (rc != 0 || macaddr_parse(text, &mac) != 0 ||
	    (mac & MACADDR_LOCAL) != 0)
		return rc;
	return err_set(e, ERR_RANGE, "%s: %.80s is not locally administered: "
	    "the second bit of its first octet is not set, as in %s", p->name,
	    text, macaddr_format(mac | MACADDR_LOCAL, own));
}

void
netrows_settle_mac(struct object *o, const char *row)
{
	const struct prop *p = prop_find(o->type->props, row, NULL);
	const char *text = *(char *const *)prop_value(p, o);
	char canonical[MACADDR_TEXT_MAX];
	uint64_t mac;
	int rc = 0;

	if (text == NULL || macaddr_parse(text, &mac) != 0)
		return;
	macaddr_format(mac, canonical);
	if (strcmp(text, canonical) != 0)
		rc = prop_set(p, o, canonical, NULL);
	assert(rc == 0);
}

int
netrows_check_mtu(const struct prop *p, const void *value, struct err *e)
{
	uint32_t mtu = *(const uint32_t *)value;

	if (mtu != 0 && mtu < NETROWS_MTU_MIN)
		return err_set(e, ERR_RANGE, "%s: %u octets are neither 0 nor "
		    "in %u..%ju", p->name, mtu, NETROWS_MTU_MIN,
		    (uintmax_t)p->max);
	return 0;
}

/* What the kernel takes for a name (dev_valid_name), and no more octets. */
int
netrows_check_device(const char *name, struct err *e)
{
	size_t len = strlen(name);

	if (len == 0 || len > NETROWS_DEVICE_MAX || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 || strpbrk(name, "/: \t\n\r\v\f") != NULL)
		return err_set(e, ERR_PARSE, "\"%.80s\" is not the name of an "
		    "interface such as eth0", name);
	return 0;
}

const char *
netrows_called(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

int
netrows_check_called(const char *path, struct err *e)
{
	size_t len = strlen(netrows_called(path));

	if (len > NETROWS_CALLED_MAX)
		return err_set(e, ERR_RANGE, "\"%.80s\" has %zu octets, and "
		    "%d are the most", netrows_called(path), len,
		    NETROWS_CALLED_MAX);
	return 0;
}

/* ---- keys ---- */

void
netrows_host_key(char key[NETROWS_KEY_MAX], const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, NETROWS_KEY_MAX, "net host %s",
	    addr_format(a, text));
}

void
netrows_port_key(char key[NETROWS_KEY_MAX], const char *path)
{
	(void)snprintf(key, NETROWS_KEY_MAX, "net port %s", path);
}

static void
device_key(char key[NETROWS_KEY_MAX], const char *path)
{
	(void)snprintf(key, NETROWS_KEY_MAX, "net device %s",
	    netrows_called(path));
}

void
netrows_each_device(const struct object *o, type_key_fn *fn, void *arg)
{
	char key[NETROWS_KEY_MAX];

	device_key(key, o->name);
	fn(arg, key);
}

void
netrows_check_name(const struct object *o, const struct draft *d,
    struct diag *out)
{
	const struct object *other;
	char key[NETROWS_KEY_MAX], label[LABEL_MAX];

	device_key(key, o->name);
	other = objdiag_other(d, o, key, NULL);
	if (other == NULL)
		return;
	object_label(other, label, sizeof(label));
	(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "there is a %s: of "
	    "VLANs, VLAN groups and tunnels one alone is called %s", label,
	    netrows_called(o->name));
}
