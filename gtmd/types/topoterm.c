/* gtmd/types/topoterm.c - see topoterm.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/types/topoterm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"

#define VALUE_MAX	255	/* octets, as of a path */

const char *const topoterm_kind_names[TOPOTERM_KINDS] = {
	[TOPOTERM_SUBNET] = "subnet", [TOPOTERM_POOL] = "pool",
	[TOPOTERM_DATACENTER] = "datacenter", [TOPOTERM_REGION] = "region",
	[TOPOTERM_ISP] = "isp", [TOPOTERM_GEOIP_ISP] = "geoip-isp",
	[TOPOTERM_STATE] = "state", [TOPOTERM_COUNTRY] = "country",
	[TOPOTERM_CONTINENT] = "continent",
};

/* The word at *text, which moves behind it and its blank. */
static size_t
take_word(const char **text, size_t *len, const char **word)
{
	const char *blank = memchr(*text, ' ', *len);
	size_t n = blank != NULL ? (size_t)(blank - *text) : *len;

	*word = *text;
	*text += n;
	*len -= n;
	while (*len > 0 && **text == ' ') {
		++*text;
		--*len;
	}
	return n;
}

static bool
is_word(const char *word, size_t len, const char *want)
{
	return strlen(want) == len && memcmp(word, want, len) == 0;
}

static int
set_subnet(struct topoterm *t, const char *text, struct err *e)
{
	char canonical[ADDR_TEXT_MAX];
	int rc = addr_parse_prefix(text, &t->prefix);

	if (rc != 0)
		return err_set(e, rc, rc == ERR_RANGE ? "subnet: %.80s has "
		    "bits set behind its prefix length" :
		    "subnet: \"%.80s\" is not ADDRESS/LENGTH", text);
	t->value = mem_strdup(addr_format_prefix(&t->prefix, canonical));
	return 0;
}

/* Two letters, or A1 and the like; "--" and "N/A" are what is not known. */
static int
set_code(struct topoterm *t, const char *text, struct err *e)
{
	static const char *const continents[] = { "AF", "AN", "AS", "EU", "NA",
	    "OC", "SA", "--", NULL };
	bool known = t->kind == TOPOTERM_COUNTRY &&
	    (strcmp(text, "N/A") == 0 || (strlen(text) == 2 &&
	    isalpha((unsigned char)text[0]) &&
	    isalnum((unsigned char)text[1])));

	t->value = mem_strdup(text);
	for (char *p = t->value; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	for (int i = 0; t->kind == TOPOTERM_CONTINENT &&
	    continents[i] != NULL; i++)
		known |= strcmp(t->value, continents[i]) == 0;
	if (known)
		return 0;
	return err_set(e, ERR_UNKNOWN, t->kind == TOPOTERM_COUNTRY ?
	    "country: \"%.80s\" is not a code of two letters (ISO 3166)" :
	    "continent: \"%.80s\" is none of AF AN AS EU NA OC SA --", text);
}

/* COUNTRY/NAME */
static int
set_state(struct topoterm *t, const char *text, struct err *e)
{
	if (strlen(text) < 4 || text[2] != '/')
		return err_set(e, ERR_PARSE, "state: \"%.80s\" is not "
		    "COUNTRY/NAME, such as US/Ohio", text);
	t->value = mem_strdup(text);
	for (int i = 0; i < 2; i++)
		t->value[i] = (char)toupper((unsigned char)text[i]);
	return 0;
}

static int
set_value(struct topoterm *t, const char *text, struct err *e)
{
	switch (t->kind) {
	case TOPOTERM_SUBNET:
		return set_subnet(t, text, e);
	case TOPOTERM_POOL:
	case TOPOTERM_DATACENTER:
	case TOPOTERM_REGION:
	case TOPOTERM_ISP:
		t->value = path_absolute(text, e);
		return t->value != NULL ? 0 :
		    err_wrap(e, "%s", topoterm_kind_names[t->kind]);
	case TOPOTERM_STATE:
		return set_state(t, text, e);
	case TOPOTERM_COUNTRY:
	case TOPOTERM_CONTINENT:
		return set_code(t, text, e);
	case TOPOTERM_GEOIP_ISP:
	case TOPOTERM_KINDS:
		break;
	}
	t->value = mem_strdup(text);
	return path_check_key(text, e);
}

static int
find_kind(struct topoterm *t, const char *word, size_t len, struct err *e)
{
	for (int k = 0; k < TOPOTERM_KINDS; k++)
		if (is_word(word, len, topoterm_kind_names[k])) {
			t->kind = (enum topoterm_kind)k;
			return 0;
		}
	return err_set(e, ERR_UNKNOWN, "\"%.*s\" is none of subnet, region, "
	    "continent, country, state, isp, geoip-isp, pool, datacenter",
	    len < 80 ? (int)len : 80, word);
}

int
topoterm_parse(struct topoterm *t, const char *text, size_t len,
    struct err *e)
{
	const char *word;
	size_t n = take_word(&text, &len, &word);
	char *value;
	int rc;

	*t = (struct topoterm){ .negate = is_word(word, n, "not") };
	if (t->negate)
		n = take_word(&text, &len, &word);
	if (find_kind(t, word, n, e) != 0)
		return e != NULL ? e->code : ERR_UNKNOWN;
	if (len == 0 || len > VALUE_MAX)
		return err_set(e, len == 0 ? ERR_PARSE : ERR_RANGE, "%s: a "
		    "value of 1..%d octets expected",
		    topoterm_kind_names[t->kind], VALUE_MAX);
	value = mem_strndup(text, len);
	rc = set_value(t, value, e);
	free(value);
	if (rc != 0)
		topoterm_fini(t);
	return rc;
}

void
topoterm_fini(struct topoterm *t)
{
	free(t->value);
	t->value = NULL;
}

void
topoterm_format(const struct topoterm *t, struct strbuf *b)
{
	strbuf_printf(b, "%s%s %s", t->negate ? "not " : "",
	    topoterm_kind_names[t->kind], t->value);
}

char *
topoterm_make_name(const char *text, struct err *e)
{
	struct strbuf b = { 0 };
	struct topoterm t;

	if (topoterm_parse(&t, text, strlen(text), e) != 0)
		return NULL;
	topoterm_format(&t, &b);
	topoterm_fini(&t);
	return strbuf_take(&b);
}

bool
topoterm_is_any(const struct topoterm *t)
{
	return t->kind == TOPOTERM_SUBNET && t->prefix.len == 0;
}
