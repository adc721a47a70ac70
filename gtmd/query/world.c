/* gtmd/query/world.c - see world.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/world.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "core/model/model.h"
#include "gtmd/types/settings.h"

/* Texts are checked to fit where they are configured. */
static struct world_text
make_text(const char *text)
{
	struct world_text t = { 0 };

	if (text != NULL) {
		size_t len = strlen(text);

		t.len = (uint8_t)(len < WORLD_TEXT_MAX ? len : WORLD_TEXT_MAX);
		memcpy(t.octets, text, t.len);
	}
	return t;
}

/* A name that is there already, or is none, adds nothing. */
static void
add_nameserver(struct wide_apex *a, const char *text)
{
	struct world_name *to = &a->ns[a->ns_count];

	to->len = (uint8_t)dnsname_parse(text, to->octets);
	if (to->len == 0)
		return;
	for (int i = 0; i < a->ns_count; i++)
		if (dnsname_equal(a->ns[i].octets, to->octets))
			return;
	a->ns_count++;
}

static void
make_apex(struct wide_apex *a, const char *first, const struct strlist *more)
{
	add_nameserver(a, first);
	if (a->ns_count == 0)
		a->ns[a->ns_count++].len = 1;	/* the root */
	for (size_t i = 0; i < more->count && a->ns_count < WORLD_APEX_NS_MAX;
	    i++)
		add_nameserver(a, more->v[i]);
}

/* Askers spread over the threads, so each has its part of the rate. */
static void
make_limit(struct ratelimit_rule *rule, const struct settings_dns *dns)
{
	unsigned threads = settings_dns_threads(dns);

	rule->rate = (dns->rate_limit + threads - 1) / threads;
	rule->slip = dns->rate_limit_slip;
	rule->ipv4_len = (uint8_t)dns->rate_limit_ipv4_len;
	rule->ipv6_len = (uint8_t)dns->rate_limit_ipv6_len;
	for (size_t i = 0; i < dns->rate_limit_exempt.count &&
	    i < RATELIMIT_EXEMPT_MAX; i++)
		if (addr_parse_prefix(dns->rate_limit_exempt.v[i],
		    &rule->exempt[rule->exempt_count]) == 0)
			rule->exempt_count++;
}

static void
settings_free(void *arg)
{
	explicit_bzero(arg, sizeof(struct world_settings));
	free(arg);
}

void
world_set_settings(struct world *w, const struct model *m, uint64_t serial)
{
	const struct settings_dns *dns = (const struct settings_dns *)
	    model_find(m, &settings_dns_type, NULL);
	const struct settings_general *general =
	    (const struct settings_general *)
	    model_find(m, &settings_general_type, NULL);
	struct world_settings *next = mem_zalloc(1, sizeof(*next));
	const struct world_settings *was;

	next->udp_response_max = (uint16_t)dns->udp_response_max;
	next->tcp_clients_max = dns->tcp_clients_max;
	next->tcp_idle_timeout_ms = dns->tcp_idle_timeout_ms;
	next->tcp_query_timeout_ms = dns->tcp_query_timeout_ms;
	next->version = make_text(dns->version);
	next->identity = make_text(dns->identity);
	next->apex.serial = (uint32_t)serial;
	make_apex(&next->apex, general->wideip_zone_nameserver,
	    &dns->wideip_zone_nameservers);
	make_limit(&next->limit, dns);
	next->cookies = dns->cookies;
	next->secrets = *w->secrets;
	was = RCU_SWAP(w->settings, next);
	if (was != NULL)
		rcu_defer(settings_free, (void *)(uintptr_t)was);
}
