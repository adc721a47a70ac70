# Global traffic manager: the whole build. "make help" lists the targets.
#
# One make reads the whole tree. Each folder of the layer table becomes one
# static archive; tests and programs link the archives of their own layer and
# of the layers below it. V=clang|asan|tsan|fuzz|cov builds a variant beside
# the others: build/ is the release, build/asan/ the address sanitizer, ...
# SPDX-License-Identifier: Apache-2.0

V	?=
PREFIX	?= /usr/local
FUZZ_S	?= 30
FUZZ_FOR ?= -max_total_time=$(FUZZ_S)
B	:= build$(if $V,/$V)
.DEFAULT_GOAL := all

# Programs: name of the binary, colon, the file that holds its main(). Tools
# are built like programs and not installed.
PROGRAMS := gtmd:gtmd/main.c gtmsh:admin/shell/main.c gtmrestd:admin/rest/main.c womd:wom/main.c \
	   etheripd:etherip/main.c
TOOLS	:= gtm-refman:gtmd/refman_main.c wom-refman:wom/refman_main.c \
	   eip-refman:etherip/refman_main.c \
	   wanlink:tests/tools/wanlink_main.c liveend:etherip/live/liveend_main.c \
	   driverun:gtmd/drive/driverun_main.c

include tests/lint/layers.mk

define newline


endef

# --- tools and flags --------------------------------------------------------

# Each compiler has its say in what CI runs: gcc builds the release, clang what the
# thread sanitizer watches.
CC	:= $(if $(filter clang tsan fuzz,$V),clang,gcc)
OPT	:= -O2 -g
# What finds faults tells of lines and functions, and needs no more of the debugger's tables.
ifeq ($V,asan)
OPT	:= -O1 -g1
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($V,tsan)
OPT	:= -O1 -g1
SAN	:= -fsanitize=thread
else ifeq ($V,fuzz)
OPT	:= -O1 -g
SAN	:= -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else ifeq ($V,cov)
OPT	:= -O0 -g
SAN	:= --coverage
endif

PKGS	:= liburcu-qsbr jansson ldns libcurl openssl libmicrohttpd libedit \
	   libmaxminddb libbpf libxdp libzstd libnftables libseccomp
WARN	:= -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes \
	   -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	   -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 \
	   -Wswitch-enum -Wconversion -Wno-sign-conversion -Wno-string-conversion
# Instrumented shifts make gcc doubt conversions that it otherwise proves.
WARN	+= $(if $(and $(SAN),$(filter gcc,$(CC))),-Wno-conversion)
HARD	:= -fPIE -fstack-protector-strong -ftrivial-auto-var-init=zero \
	   -fno-omit-frame-pointer
# Clang 14 and 15 want to be told that zero is meant. (No compiler at all is
# fine here: run and check install one and start again.)
ifneq ($(filter clang-14 clang-15,$(CC)-$(shell $(CC) -dumpversion 2>/dev/null | cut -d. -f1)),)
HARD	+= -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
endif
# Fortified calls hide from the sanitizers, and need an optimiser.
FORTIFY	:= $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
# Foreign headers are system headers: they need not meet our warnings.
CPPFLAGS := -I. -I$B/obj -D_GNU_SOURCE $(FORTIFY) \
	   $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
CFLAGS	 = -std=c17 $(OPT) $(WARN) $(HARD) $(SAN) -pthread
# There are hundreds of programs to link: gold (of binutils) takes half the time. It wonders
# about names of clang's address sanitizer.
GOLD	:= $(if $(filter fuzz,$V),,$(if $(shell command -v ld.gold 2>/dev/null),-fuse-ld=gold))
LDFLAGS	:= -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN) $(GOLD) -pthread
LDLIBS	:= $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
# One short line per file; "make Q=" shows the whole commands.
Q	:= @
COMPILE	 = @echo "CC   $@"; mkdir -p $(@D)$(newline)	$Q$(CC) $(CPPFLAGS) \
	   $(CFLAGS) -MMD -MP -c -o $@ $<
LINK	 = @echo "LINK $@"; mkdir -p $(@D)$(newline)	$Q$(CC) $(LDFLAGS) -o $@ \
	   $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# --- what there is to build -------------------------------------------------

DIRS	:= $(wildcard $(patsubst may.%,%,$(filter may.%,$(.VARIABLES))))
ALL_SRC	:= $(wildcard $(DIRS:=/*.c))
MAINS	:= $(filter %/main.c %_main.c,$(ALL_SRC))
HEADERS	:= $(wildcard $(DIRS:=/*.h))
binary	 = $(if $(wildcard $(lastword $(subst :, ,$1))),$B/bin/$(firstword $(subst :, ,$1)))
BINS	:= $(foreach p,$(PROGRAMS),$(call binary,$p))
TOOLBINS := $(foreach p,$(TOOLS),$(call binary,$p))
UNITS	:= $(patsubst %.c,$B/%,$(wildcard $(DIRS:%=tests/unit/%/test_*.c)))
FUZZERS	:= $(patsubst %.c,$B/%,$(wildcard tests/fuzz/fuzz_*.c))
ifeq ($V,tsan)
# A program with one thread has no race to show. The thread sanitizer is not asked about a
# test whose release refers to nothing that makes threads (without a release it is), nor
# where all is the control loop's alone, or has only the thread that frees beside it: the
# running graph meets those that answer in scenes.
UNTHREADED := admin/shell etherip/bpf gtmd/companion gtmd/control gtmd/drive gtmd/mover gtmd/plan
RELEASED := $(wildcard $(UNITS:$B/%=build/%))
MAKE_THREADS := $(if $(RELEASED),$(shell nm -DA --undefined-only $(RELEASED) | \
	   sed -nE 's/^([^:]*):.* (pthread_create|urcu_qsbr_call_rcu)(@.*)?$$/\1/p' | sort -u))
RUNS	:= $(filter-out $(UNTHREADED:%=$B/tests/unit/%/test_%) \
	   $(patsubst build/%,$B/%,$(filter-out $(MAKE_THREADS),$(RELEASED))),$(UNITS))
# The second compiler has its say on the source of all of them.
SAID	:= $B/obj/tests/said
else
# What the kernel runs has no sanitizer, and its tier is that of each daemon in scenes.
RUNS	:= $(filter-out build/asan/%/bpf/test_bpftier,$(UNITS) $(FUZZERS))
endif
BENCHES	:= $(patsubst tests/%.c,$B/%,$(wildcard tests/bench/*.c))
SCENES	:= $(wildcard tests/func/scene_*.py)

objects	 = $(patsubst %.c,$B/obj/%.o,$1)
archive	 = $B/lib/$(subst /,-,$1).a
archives = $(foreach d,$(filter $(DIRS),$1 $(may.$1)),$(call archive,$d))
# Above all layers: fuzz targets and load generators may use any of them.
EVERY	:= $(call archive,admin/rest) $(call archive,etherip/bfd) \
	   $(call archive,etherip/live) $(call archive,etherip/pair) \
	   $(call archive,etherip/move) $(call archives,etherip/path) \
	   $(call archive,etherip/types) \
	   $(call archive,wom/discover) $(call archive,wom/types) \
	   $(call archives,wom/peer) $(call archives,gtmd)

all: $(foreach d,$(DIRS),$(call archive,$d)) $(BINS) $(TOOLBINS) ## build archives and programs

$B/obj/%.o: %.c Makefile
	$(COMPILE)

# What a test itself computes is soon done: the compiler shall be, too.
ifeq ($(SAN),)
$B/obj/tests/unit/%.o: OPT := -O1 -g
endif

# Programs for the kernel become octets inside ours: each foo.bpf that is told of here, a
# file of the same folder, colon, the object that holds it. Without a clang that knows the bpf
# target they are none, and what would load them says so.
BPF_CC	?= clang
BPF_PROGRAMS := gtmd/xdp/xdpprogram:xdpfilter etherip/bpf/eipprogram:bpfload \
	etherip/bpf/eipguard:bpfload
define bpf_program
$B/obj/$(dir $1)$2.o: $B/obj/$1.inc
$B/obj/$1.inc: $1.bpf Makefile
	@echo "BPF  $$@"; mkdir -p $$(@D); rm -f $$@.o; \
	if command -v $$(BPF_CC) >/dev/null; then \
	    $$(BPF_CC) -x c -std=gnu17 -O2 -g -Wall -Wextra -Werror -target bpf -mcpu=v3 -I. \
		-isystem /usr/include/$$$$(gcc -dumpmachine) -MMD -MP -MT $$@ -MF $$(@:.inc=.d) \
		-c -o $$@.o $$< || exit 1; \
	else \
	    echo "no $$(BPF_CC): nothing will run inside the kernel" >&2; : >$$@.o; \
	fi; \
	od -An -v -tx1 $$@.o | sed 's/ \(..\)/0x\1,/g' >$$@
endef
$(foreach p,$(BPF_PROGRAMS),$(eval $(call bpf_program,$(firstword \
    $(subst :, ,$p)),$(lastword $(subst :, ,$p)))))

define folder
$(call archive,$1): $(call objects,$(filter-out $(MAINS),$(wildcard $1/*.c)))
	@mkdir -p $$(@D); rm -f $$@
	$Q$(AR) rcs $$@ $$^

$(filter $B/tests/unit/$1/test_%,$(UNITS)): LDLIBS += -lcmocka
$(patsubst %.c,$B/%,$(wildcard tests/unit/$1/test_*.c)): \
    $B/%: $B/obj/%.o $B/lib/tests.a $(call archives,$1)
	$$(LINK)
endef
$(foreach d,$(DIRS),$(eval $(call folder,$d)))

# The shell has no tables: its tests go by those of the daemon.
SHELL_UNITS := $(filter $B/tests/unit/admin/shell/test_%,$(UNITS))
$(SHELL_UNITS): $(EVERY)
$(SHELL_UNITS): LDLIBS += -Wl,--start-group $(EVERY) -Wl,--end-group \
    $(shell pkg-config --libs openssl 2>/dev/null)

# What tests share: the files beside them that are no tests themselves.
$B/lib/tests.a: $(call objects,$(foreach f,$(wildcard \
    $(DIRS:%=tests/unit/%/*.c)),$(if $(filter test_%,$(notdir $f)),,$f)))
	@mkdir -p $(@D); rm -f $@
	$Q$(AR) rcs $@ $^

define program
$B/bin/$1: $(call objects,$2) $(call archives,$(patsubst %/,%,$(dir $2)))
	$$(LINK)
endef
$(foreach p,$(PROGRAMS) $(TOOLS),$(eval $(call program,$(firstword \
    $(subst :, ,$p)),$(lastword $(subst :, ,$p)))))

# With V=fuzz libFuzzer brings main(); otherwise replay.c feeds it the corpus.
$(FUZZERS): LDFLAGS += $(if $(filter fuzz,$V),-fsanitize=fuzzer)
# No order of archives suits all daemons at once.
$(FUZZERS) $(BENCHES): LDLIBS := -Wl,--start-group $(EVERY) -Wl,--end-group $(LDLIBS)
$(FUZZERS): $B/%: $B/obj/%.o $(EVERY) \
    $(if $(filter fuzz,$V),,$B/obj/tests/fuzz/replay.o)
	$(LINK)

$(BENCHES): $B/%: $B/obj/tests/%.o $(EVERY)
	$(LINK)

ifdef SAID
$(SAID): $(patsubst $B/%,%.c,$(filter-out $(RUNS),$(UNITS))) $(HEADERS)
	@echo "SAY  $@"; mkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only $(filter %.c,$^)
	@touch $@
endif

# --- tests ------------------------------------------------------------------

# Sanitizers stop at the first finding, with a stack.
export ASAN_OPTIONS := detect_leaks=1:strict_string_checks=1
export LSAN_OPTIONS := suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS := print_stacktrace=1
export TSAN_OPTIONS := halt_on_error=1
# What the functional scenes ask: where the programs are, how patient to be.
export GTM_BIN := $(CURDIR)/$B/bin
export GTM_SLOW := $(if $(SAN),4,1)
# Nothing outside of build/ is written.
export PYTHONDONTWRITEBYTECODE := 1
# Second stages use every CPU unless the caller said how many jobs.
AGAIN	 = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
RUN	:= tests/run -t $(if $(SAN),600,300)

run: ## install what is missing, build, run the guide's example on port 5353
	@tests/deps build run
	+@$(AGAIN) all
	@docs/examples/demo

check: ## install what is missing, build, run every test
	@tests/deps build run test
	+@$(AGAIN) test

deps: ## install the missing Debian packages of build, run and test
	@tests/deps build run test

ready: all $(RUNS) $(SAID) # what tests need, built
test: ready # every test, and one count at the end
	@$(RUN) $(SCENES) $(RUNS)

unit: $(UNITS) ## build and run the unit tests
	@$(RUN) $(UNITS)

func: all ## run the functional scenes against the real daemon
	@$(RUN) $(SCENES)

replay: $(FUZZERS) ## feed the fuzz targets their committed corpus, once
	@$(RUN) $(FUZZERS)

# Minutes of Python that show no more there: _ansible asks what scene_sdk asks, _drive_exec
# what test_driver_exec does, each daemon of _lab has its scenes, _net_effects sets one
# property after the other, _net_restart waits for grace to end, _paths for intervals,
# _dossier for a browser, _terraform for its provider, _sdk is one, _differ waits for other
# servers, _companions and _killed kill daemons by the dozen, _net_fast is the kernel's part.
SLOW	:= $(filter %_ansible.py %_ansible_pools.py %_drive_exec.py %_lab.py \
	   %_net_effects.py %_net_restart.py %_dossier.py %_terraform.py %_differ.py \
	   %_companions.py %_migration_killed.py %_net_fast.py %_paths.py %_sdk.py,$(SCENES))
asan: ## every test under the address and undefined-behaviour sanitizers
	+@$(AGAIN) V=asan test SCENES='$(filter-out $(SLOW),$(SCENES))'

# Threads are what the scenes of THREADS are about.
THREADS	:= $(filter %_reload.py %_failover.py %_threads.py %_load.py %_attack.py \
	   %_watch.py %_net_wire.py %_net_moves.py %_net_pair.py %_wom_cuts.py \
	   %_wom_streams.py,$(SCENES))
tsan: ## unit tests and the scenes about threads under the thread sanitizer
	+@$(AGAIN) V=tsan test SCENES='$(THREADS)'

fuzz: ## fuzz each target for FUZZ_S seconds; finds land in build/fuzz/found
	+@$(AGAIN) V=fuzz fuzzers
fuzzers: $(FUZZERS)
	@mkdir -p $B/found
	@for f in $(FUZZERS); do \
	    n=$${f##*fuzz_}; mkdir -p $B/corpus/$$n; \
	    $$f $(FUZZ_FOR) -timeout=10 -print_final_stats=1 \
		-artifact_prefix=$B/found/$$n- $B/corpus/$$n tests/fuzz/corpus/$$n \
		>$B/$$n.log 2>&1 || { cat $B/$$n.log; exit 1; }; \
	    echo "$$n:" $$(sed -n 's/stat::\([a-z_]*\): */\1=/p' $B/$$n.log); done

# BENCH='--parts saturated --only gtmd,gdnsd' and the like choose less.
bench: ## gtmd beside its peers: answers, CPU, latency, sizes, changes, reloads
	@tests/deps build bench
	+@$(AGAIN) all $(BENCHES)
	@tests/bench/compare.py $(BENCH)

# HEALTH='--only gtmd --members 20000' and the like choose less.
bench-health: ## what health checks cost at scale, with peers beside gtmd
	@tests/deps build bench
	+@$(AGAIN) all $(BENCHES)
	@tests/bench/health.py $(HEALTH)

# WOM='--parts stream,move --links all --mib 0' and the like choose more. What is sent
# is made once, 5 GiB.
WOM_DATA ?= build/womdata
bench-wom: ## a guest's memory over a long link: womd beside TCP, zstd and QEMU's own
	@tests/deps build bench
	+@$(AGAIN) all $(BENCHES)
	@tests/bench/vmdata.py $(WOM_DATA)
	@tests/bench/codec.py $(WOM_DATA)
	@tests/bench/wom.py $(WOM_DATA) $(WOM)

# EIP='--only vxlan,direct --rounds 5' and the like choose less, or more.
bench-eip: ## a network over two sites: etheripd's tiers beside VXLAN, OpenVPN, tinc, a wire
	@tests/deps build bench
	+@$(AGAIN) all $(BENCHES)
	@tests/bench/eip.py $(EIP)
	@tests/bench/moves.py

# LAB='--fault wan-cut' and the like choose; --quick is small.
lab: ## both data centers of the guide, and three machines that move under load (root)
	@tests/deps build test
	+@$(AGAIN) all
	@/usr/bin/python3 tests/lab/lab.py $(LAB)

cov: ## unit-test coverage, file by file; details in build/cov/index.html
	@rm -rf build/cov
	+@$(AGAIN) V=cov unit
	@gcovr -r . --object-directory build/cov/obj -e tests/ \
	    --txt --html-details build/cov/index.html --print-summary

lint: all ## house rules: layers, names, sizes, calls, headers, prose
	@LINT_CC='$(CC) $(CPPFLAGS) $(CFLAGS)' LINT_B='$B' tests/lint/all.sh

tidy: ## clang-tidy over every source file
	@printf '%s\n' $(ALL_SRC) | xargs -P 2 -n 4 sh -c \
	    'clang-tidy --quiet "$$@" -- $(CPPFLAGS) -std=c17 2>/dev/null' tidy

format: ## clang-format every source file in place
	clang-format -i $(ALL_SRC) $(HEADERS)

# --- documentation and installation -----------------------------------------

# What gtm-refman and the like print from the tables; lint says when one is stale.
GENERATED := reference.md rest.md openapi.json reference-wom.md rest-wom.md openapi-wom.json \
	   reference-eip.md rest-eip.md openapi-eip.json

docs: $(GENERATED:%=docs/%) ## make the generated manuals anew

# The property tables to Markdown, the REST tree likewise, the same for programs.
docs/reference-wom.md docs/rest-wom.md docs/openapi-wom.json: $B/bin/wom-refman
	$< $(subst -wom,,$(basename $(@F))) >$@.new
	@mv $@.new $@

docs/reference-eip.md docs/rest-eip.md docs/openapi-eip.json: $B/bin/eip-refman
	$< $(subst -eip,,$(basename $(@F))) >$@.new
	@mv $@.new $@

docs/reference.md docs/rest.md docs/openapi.json: $B/bin/gtm-refman
	$< $(basename $(@F)) >$@.new
	@mv $@.new $@

DATADIR	 = $(DESTDIR)$(PREFIX)/share
MANUALS	:= $(wildcard docs/man/*)
EXAMPLES := $(filter-out %/demo %/drivers,$(wildcard docs/examples/*))
DRIVERS	:= $(wildcard docs/examples/drivers/*.sh)
INSTALLED = $(BINS:$B/bin/%=$(DESTDIR)$(PREFIX)/sbin/%) \
	   $(foreach m,$(MANUALS),$(DATADIR)/man/man$(subst .,,$(suffix $m))/$(notdir $m)) \
	   $(EXAMPLES:docs/examples/%=$(DATADIR)/doc/gtm/examples/%) \
	   $(DRIVERS:docs/examples/%=$(DATADIR)/doc/gtm/examples/%) \
	   $(GENERATED:%=$(DATADIR)/doc/gtm/%) $(DATADIR)/doc/gtm/dossier.schema.json \
	   $(DESTDIR)$(PREFIX)/lib/systemd/system/gtmd.service \
	   $(DESTDIR)$(PREFIX)/lib/systemd/system/womd.service \
	   $(DESTDIR)$(PREFIX)/lib/systemd/system/etheripd.service

UNITFILES := gtmd/gtmd.service wom/womd.service etherip/etheripd.service
install: all ## install below PREFIX (/usr/local), staged below DESTDIR
	install -d $(sort $(dir $(INSTALLED)))
	install $(BINS) $(DESTDIR)$(PREFIX)/sbin
	$(foreach m,$(MANUALS),install -m 644 $m \
	    $(DATADIR)/man/man$(subst .,,$(suffix $m))$(newline))
	install -m 644 $(EXAMPLES) $(DATADIR)/doc/gtm/examples
	install -m 755 $(DRIVERS) $(DATADIR)/doc/gtm/examples/drivers
	install -m 644 $(GENERATED:%=docs/%) docs/dossier.schema.json $(DATADIR)/doc/gtm
	$(foreach s,$(UNITFILES),sed 's,@PREFIX@,$(PREFIX),' $s \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/$(notdir $s)$(newline))

uninstall: ## remove what install put there
	rm -f $(INSTALLED)
	-rmdir $(DATADIR)/doc/gtm/examples/drivers $(DATADIR)/doc/gtm/examples \
	    $(DATADIR)/doc/gtm

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

-include $(shell find $B/obj -name '*.d' 2>/dev/null)
.PHONY: docs all run check deps ready test unit func replay asan tsan fuzz fuzzers bench \
	bench-health bench-wom bench-eip cov lint tidy format install uninstall clean help
.SECONDARY:
