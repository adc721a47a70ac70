# The layers: a folder, then the folders below it that it may include and call,
# upper first. One table, two readers: make links each test and program with
# exactly these archives, in this order, so that a call upwards does not link;
# tests/lint/layers.sh reads the #include lines and says so sooner.
may.core/base	:=
may.core/wire	:= core/base
may.core/io	:= core/base
may.core/model	:= core/base
may.core/rest	:= core/model core/io core/base
may.monitors	:= core/model core/io core/wire core/base
may.zones	:= core/wire core/base
may.gtmd/types	:= monitors core/model core/io core/wire core/base
may.gtmd/count	:= core/io core/base
may.gtmd/topology := gtmd/types monitors core/model core/io core/wire core/base
may.gtmd/decide	:= gtmd/topology gtmd/count gtmd/types monitors \
		   core/model core/io core/wire core/base
may.gtmd/drive	:= monitors core/model core/io core/wire core/base
may.gtmd/companion := monitors core/model core/io core/wire core/base
may.gtmd/path	:= gtmd/decide gtmd/topology gtmd/count gtmd/types monitors \
		   core/model core/io core/wire core/base
may.gtmd/gauge	:= gtmd/decide gtmd/topology gtmd/count gtmd/types monitors \
		   core/model core/io core/wire core/base
may.gtmd/query	:= gtmd/decide gtmd/topology gtmd/count gtmd/types monitors zones \
		   core/model core/io core/wire core/base
may.gtmd/plan	:= gtmd/query gtmd/decide gtmd/topology gtmd/count gtmd/types \
		   monitors zones core/model core/io core/wire core/base
may.gtmd/xdp	:= core/wire core/base
may.gtmd/migrate := core/model core/base
may.gtmd/serve	:= gtmd/xdp gtmd/query gtmd/decide gtmd/topology gtmd/count gtmd/types \
		   monitors zones core/model core/io core/wire core/base
may.gtmd/mover	:= gtmd/plan gtmd/query gtmd/companion gtmd/drive gtmd/migrate gtmd/decide \
		   gtmd/topology gtmd/count gtmd/types monitors zones core/rest \
		   core/model core/io core/wire core/base
may.gtmd/control := gtmd/serve gtmd/xdp gtmd/mover gtmd/plan gtmd/query gtmd/gauge \
		   gtmd/companion gtmd/drive gtmd/migrate gtmd/decide \
		   gtmd/topology gtmd/count gtmd/types monitors zones core/rest \
		   core/model core/io core/wire core/base
may.gtmd	:= gtmd/control gtmd/serve gtmd/xdp gtmd/mover gtmd/plan gtmd/path gtmd/query \
		   gtmd/gauge gtmd/companion gtmd/drive gtmd/migrate gtmd/decide gtmd/topology \
		   gtmd/count gtmd/types \
		   monitors zones core/rest core/model core/io core/wire core/base
may.wom/codec	:= core/wire core/base
may.wom/types	:= core/model core/base
may.wom/link	:= wom/codec core/wire core/base
may.wom/tunnel	:= wom/link wom/codec core/io core/wire core/base
may.wom/flow	:= wom/link wom/codec core/io core/wire core/base
may.wom/peer	:= wom/flow wom/tunnel wom/link wom/codec core/io core/wire core/base
may.wom/lan	:= wom/types wom/flow wom/link wom/codec core/model core/io core/wire core/base
may.wom/discover := wom/link wom/codec wom/types core/model core/io core/wire core/base
may.wom/control	:= wom/discover wom/lan wom/peer wom/flow wom/tunnel wom/link wom/codec wom/types \
		   core/rest core/model core/io core/wire core/base
may.wom		:= wom/control wom/discover wom/lan wom/peer wom/flow wom/tunnel wom/link \
		   wom/codec wom/types core/rest core/model core/io core/wire core/base
may.etherip/frame := core/wire core/base
may.etherip/bfd	:= core/wire core/base
may.etherip/bridge := etherip/frame core/wire core/base
may.etherip/live := etherip/bfd core/io core/wire core/base
may.etherip/move := etherip/bridge etherip/frame core/wire core/base
may.etherip/pair := etherip/bridge etherip/frame core/io core/wire core/base
may.etherip/bpf	:= etherip/bridge etherip/frame core/io core/wire core/base
may.etherip/path := etherip/bpf etherip/bridge etherip/frame core/io core/wire core/base
may.etherip/net := core/io core/base
may.etherip/types := etherip/frame core/model core/wire core/base
may.etherip/control := etherip/types etherip/net etherip/pair etherip/live etherip/move \
		   etherip/path etherip/bpf etherip/bridge etherip/bfd etherip/frame \
		   core/rest core/model core/io core/wire core/base
may.etherip	:= etherip/control etherip/types etherip/net etherip/pair etherip/live \
		   etherip/move etherip/path etherip/bpf etherip/bridge etherip/bfd \
		   etherip/frame core/rest core/model core/io core/wire core/base
may.admin/shell	:= core/rest core/model core/io core/base
may.admin/rest	:= core/rest core/model core/io core/base
may.tests/tools	:=
