/* tests/unit/wom/types/womconf.h - what tests of wom types start from.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_TYPES_WOMCONF_H
#define TESTS_UNIT_WOM_TYPES_WOMCONF_H

#include "core/model/type.h"
#include "tests/unit/core/model/confkit.h"
#include "wom/types/wom.h"

#define WOM_EXPECT(cases)	CONFKIT_EXPECT(&wom_schema, cases)
#define WOM_HOLDS(text, type, name, v)					\
	CONFKIT_HOLDS(&wom_schema, text, type, name, v)

/* Profiles that tunnels may use, and two peers. */
#define WOM_IN		"ltm profile client-ssl /Common/in {\n"		\
	"cert c.pem\nkey k.pem\nca-file ca.pem\n}\n"
#define WOM_OUT		"ltm profile server-ssl /Common/out {\n"		\
	"cert c.pem\nkey k.pem\nca-file ca.pem\n}\n"
#define WOM_R		"wom remote-endpoint /Common/r {\naddress 192.0.2.1\n}\n"
#define WOM_S		"wom remote-endpoint /Common/s {\naddress 192.0.2.2\n}\n"

/* The SHA-256 of a certificate, in both forms. */
#define WOM_PRINT							\
	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define WOM_COLONS							\
	"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:"		\
	"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"

#endif
