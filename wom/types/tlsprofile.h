/* wom/types/tlsprofile.h - how tunnels speak TLS: ltm profile client-ssl for those
 * that peers open, server-ssl for those that are opened here.
 *
 * TLS 1.3 (RFC 8446), a certificate at either end, and nobody is trusted who is not
 * named: by the authority that signed its certificate, or by that itself. Whatever
 * F5's profiles can have beside that is refused by name. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_TLSPROFILE_H
#define WOM_TYPES_TLSPROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct diag;
struct draft;
struct type;

#define TLSPROFILE_FINGERPRINTS_MAX	256

/* Of both types. Values count as draft_effective gives them. */
struct tlsprofile {
	struct object	 obj;
	char		*defaults_from;	/* full path, same type; NULL = none */
	char		*description;
	char		*cert, *key;	/* PEM files; both or none */
	char		*chain;		/* PEM file: authorities between */
	char		*passphrase;	/* of key */
	char		*ca_file;	/* PEM file; NULL = fingerprints alone */
	char		*crl_file;	/* PEM file */
	struct strlist	 peer_fingerprints;	/* one of these, if there are any */
	uint32_t	 authenticate_depth;	/* authorities above peer's */
	uint32_t	 handshake_timeout_s;
	char		*authenticate_name;	/* server-ssl: name in peer's */
	char		*server_name;		/* server-ssl: SNI */
	struct objlist	 cert_key_chain;	/* client-ssl; settled away */
};

extern const struct type tlsprofile_client_type;
extern const struct type tlsprofile_server_type;

/* May tunnels of user use this profile (o, NULL = none), which its property row
 * names? Findings are user's: without a certificate, or with nobody to trust. */
void tlsprofile_check_use(const struct object *user, const char *row,
    const struct object *o, const struct draft *d, struct diag *out);

#endif
