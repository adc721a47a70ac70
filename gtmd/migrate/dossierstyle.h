/* gtmd/migrate/dossierstyle.h - how the dossier's page looks: on screens by day and by
 * night, and on paper. Layer: gtmd/migrate.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIERSTYLE_H
#define GTMD_MIGRATE_DOSSIERSTYLE_H

/* A style sheet (CSS), without its element. */
#define DOSSIERSTYLE							\
	":root{--fg:#1c2733;--dim:#5c6b7a;--bg:#fff;--box:#f4f6f8;--rule:#d8dee4;" \
	"--a:#0b62c4;--b:#c4570b;--c:#2b8a3e;--bad:#c0262d;--mark:#7048a8}\n"	\
	"@media(prefers-color-scheme:dark){:root{--fg:#dbe3ea;--dim:#94a3b1;"	\
	"--bg:#12181f;--box:#1b232c;--rule:#33404d;--a:#5aa9ff;--b:#ff9a4d;"	\
	"--c:#69c77d;--bad:#ff6b70;--mark:#b79cf0}}\n"				\
	"*{box-sizing:border-box}body{margin:0 auto;max-width:62rem;padding:2rem 1rem;" \
	"background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}\n" \
	"h1{font-size:1.7rem;line-height:1.2;margin:0}h2{font-size:1.15rem;"	\
	"margin:2.5rem 0 .6rem}p{margin:.3rem 0}.dim{color:var(--dim)}"		\
	".bad{color:var(--bad)}\n"						\
	".outcome{font-size:1.15rem;margin:.6rem 0 1.2rem}\n"			\
	".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.2rem,1fr));" \
	"gap:.6rem;margin:1rem 0}.figures div{background:var(--box);border-radius:.4rem;" \
	"padding:.6rem .8rem}.figures dt{color:var(--dim);font-size:.85rem}"	\
	".figures dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}\n" \
	"figure{margin:1rem 0;overflow-x:auto}figcaption{font-weight:600;"	\
	"margin-bottom:.3rem}svg{display:block;width:100%;min-width:50rem;height:auto;" \
	"font:12px system-ui,sans-serif}\n"					\
	".grid{stroke:var(--rule);fill:none}.tick,.unit{fill:var(--dim)}"	\
	".line{fill:none;stroke-width:2;stroke-linejoin:round}"			\
	".mark{stroke:var(--mark);stroke-dasharray:4 3}.markword{fill:var(--mark)}\n" \
	".key{font-weight:400;font-size:.85rem;margin-left:1rem;white-space:nowrap}"		\
	".key::before{content:\"\";display:inline-block;width:1.2em;height:.2em;" \
	"margin-right:.4em;vertical-align:middle;background:currentColor}\n"	\
	".s1{stroke:var(--a);color:var(--a)}.s2{stroke:var(--b);color:var(--b)}" \
	".s3{stroke:var(--c);color:var(--c)}.s4{stroke:var(--bad);color:var(--bad)}\n" \
	".host{fill:var(--fg)}.many{font-size:9px}.bar{stroke:none;rx:2px}"		\
	".storage{fill:var(--a)}.memory{fill:var(--b)}.announce,.verify{fill:var(--c)}"		\
	".prepare,.finish,.locate,.cancel{fill:var(--dim)}"			\
	".failed{fill:none;stroke:var(--bad);stroke-width:1.5}\n"		\
	".key.storage{color:var(--a)}.key.memory{color:var(--b)}"		\
	".key.verify{color:var(--c)}.key.finish{color:var(--dim)}"		\
	".key.failed{color:var(--bad)}\n"					\
	".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;"	\
	"font-size:.92rem}th,td{text-align:left;padding:.3rem .8rem .3rem 0;"	\
	"border-bottom:1px solid var(--rule);vertical-align:top;"		\
	"white-space:nowrap}td:last-child{white-space:normal;min-width:15rem}th{color:var(--dim);" \
	"font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;" \
	"white-space:nowrap}td.t{white-space:nowrap}\n"				\
	"footer{margin-top:3rem;color:var(--dim);font-size:.85rem}\n"		\
	"@media print{body{max-width:none;padding:0;font-size:11px}"		\
	"figure,tr{break-inside:avoid}}\n"

#endif
