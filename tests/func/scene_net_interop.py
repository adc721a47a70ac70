#!/usr/bin/python3
"""EtherIP as others speak it: SoftEther VPN Server, which does so inside ESP alone, and
strongSwan in user space that carries it there (kernels without ESP do not matter)."""
import hashlib
import os
import re
import shutil
import socket
import subprocess
import threading

from lib.etherip import Host, Sites, wire
from lib.scene import SLOW, Process, Skip, eventually, main, need, scene

SERVER = "/usr/libexec/softether/vpnserver"
CHARON = "/usr/lib/ipsec/charon"
# It keeps what it knows, and where it can be found, in places of the whole machine.
APART = ("mount -t tmpfs none /run && mkdir -p /run/softether && for d in lib log; do "
         "mount -t tmpfs none /var/$d && mkdir -p /var/$d/softether; done && "
         "exec ./vpnserver execsvc")
OCTETS = 4 << 20


class SoftEther:
    """A server whose hub is bridged to its device lan."""

    def __init__(self, t, place):
        if not os.access(f"{SERVER}/vpnserver", os.X_OK):
            raise Skip("needs softether-vpnserver")
        self.place = place
        folder = os.path.join(t.dir, "softether")
        os.makedirs(folder)
        for name in ("vpnserver", "hamcore.se2"):
            shutil.copy(os.path.join(SERVER, name), folder)
        Process(t, "softether", [*place.inside, need("unshare"), "--mount", "sh", "-c", APART],
                cwd=folder)
        eventually(lambda: self.tell("About"), 20, "SoftEther to be spoken to")
        for command in ("IPsecEnable /L2TP:no /L2TPRAW:no /ETHERIP:yes /PSK:secret "
                        "/DEFAULTHUB:DEFAULT",
                        "EtherIpClientAdd * /HUB:DEFAULT /USERNAME:eip /PASSWORD:eip",
                        "BridgeCreate DEFAULT /DEVICE:lan /TAP:no"):
            assert self.tell(command), command
        for command in ("UserCreate eip /GROUP:none /REALNAME:none /NOTE:none",
                        "UserPasswordSet eip /PASSWORD:eip"):
            assert self.tell(command, "/HUB:DEFAULT"), command

    def tell(self, command, *where):
        """What it says; "" when it does not do that."""
        done = subprocess.run([*self.place.inside, need("vpncmd"), "localhost:5555", "/SERVER",
                               *where, "/CMD", *command.split()], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=30 * SLOW)
        return done.stdout if done.returncode == 0 else ""

    def stations(self):
        """MAC addresses in the hub's table."""
        return re.findall(r"(?:[0-9A-F]{2}-){5}[0-9A-F]{2}",
                          self.tell("MacTable", "/HUB:DEFAULT"))


def protect(t, site, remote):
    """ESP, in user space, for all that goes between the two addresses."""
    if not os.access(CHARON, os.X_OK):
        raise Skip("needs strongswan-charon")
    folder = os.path.join(t.dir, "swan")
    conf = t.write(os.path.join(folder, "strongswan.conf"), f"""
charon {{
    load = random nonce aes sha1 sha2 hmac openssl gmp kernel-libipsec kernel-netlink \
socket-default vici
    piddir = {folder}
    plugins {{
        vici {{
            socket = unix://{folder}/vici
        }}
        kernel-libipsec {{
            allow_peer_ts = yes
        }}
        kernel-netlink {{
            fwmark = !0x42
        }}
        socket-default {{
            fwmark = 0x42
        }}
    }}
}}
""")
    swan = t.write(os.path.join(folder, "swanctl.conf"), f"""
connections {{
    far {{
        version = 1
        local_addrs = {site.address}
        remote_addrs = {remote}
        proposals = aes128-sha1-modp1024
        encap = yes
        local {{
            auth = psk
            id = {site.address}
        }}
        remote {{
            auth = psk
            id = %any
        }}
        children {{
            eip {{
                local_ts = {site.address}/32
                remote_ts = {remote}/32
                esp_proposals = aes128-sha1
            }}
        }}
    }}
}}
secrets {{
    ike-far {{
        secret = secret
    }}
}}
""")
    env = {**os.environ, "STRONGSWAN_CONF": conf}

    def control(*argv):
        return subprocess.run([*site.gate.inside, need("swanctl"), *argv, "--uri",
                               f"unix://{folder}/vici"], env=env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0

    Process(t, "charon", [*site.gate.inside, CHARON], env=env)
    eventually(lambda: control("--load-all", "--file", swan), 10, "charon to be spoken to")
    assert control("--initiate", "--child", "eip", "--timeout", "20"), "no ESP between them"


def transfer(one, other):
    """Octets of one host through a connection to the other, whose digest it tells."""
    octets, digest = os.urandom(OCTETS), hashlib.sha256()
    with other.entered():
        door = socket.create_server((other.address, 9000))

    def take():
        c = door.accept()[0]
        while got := c.recv(1 << 16):
            digest.update(got)
        c.close()

    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    with one.entered(), socket.create_connection((other.address, 9000), 10) as c:
        c.sendall(octets)
    taker.join(60 * SLOW)
    door.close()
    return digest.hexdigest() == hashlib.sha256(octets).hexdigest()


@scene("SoftEther VPN Server inside strongSwan's ESP: echoes, its table, a transfer each way")
def softether(t):
    with Sites(t, count=2, wan_mtu=1500) as s:
        near, far = s.sites
        ours, theirs = s.host(0), Host(s, 99)
        # SoftEther takes the place of the far gateway; its host is at its device "lan".
        far.gate.ip("link del lan")
        wire(far.gate, "lan", theirs, "eth0")
        theirs.furnish()
        server = SoftEther(t, far.gate)
        protect(t, near, far.address)
        near.configure(s.text(0, tunnel="    liveness none\n    tcp-mss auto\n"))
        near.start()
        s.reaches(ours, theirs, 20)
        for _ in range(8):
            assert ours.pings(theirs) and theirs.pings(ours)
        assert ours.mac.hex("-").upper() in server.stations()
        assert transfer(ours, theirs) and transfer(theirs, ours)


if __name__ == "__main__":
    main()
