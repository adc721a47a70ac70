"""What modules of Ansible have in common is compiled once per scene.

Ansible sends each module to its interpreter as an archive with all that it
imports, and Python keeps nothing that it compiles out of an archive: a third of
what a module costs. Here it is kept, by its text, in the folder GTM_COMPILED.
SPDX-License-Identifier: Apache-2.0
"""
import hashlib
import marshal
import os
import zipimport

anew = zipimport._compile_source  # pylint: disable=protected-access


def kept(path, source):
    name = path.rpartition(".zip")[2].encode() + b"\0" + source
    at = os.path.join(os.environ["GTM_COMPILED"], hashlib.sha256(name).hexdigest())
    try:
        with open(at, "rb") as f:
            return marshal.load(f)
    except FileNotFoundError:
        pass
    code = anew(path, source)
    mine = f"{at}.{os.getpid()}"
    with open(mine, "wb") as f:
        marshal.dump(code, f)
    os.rename(mine, at)
    return code


if "GTM_COMPILED" in os.environ:
    zipimport._compile_source = kept
