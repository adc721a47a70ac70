"""A callback of ansible-playbook: each result of a bigip_* task goes to the
scene as a line of JSON, and the playbook goes on when the scene has looked.

GTM_JUDGE names the scene's UNIX socket. Its reply is one line, whatever it says.
"""
import json
import os
import socket

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: judge
type: stdout
short_description: the scene judges each result
description: The scene judges each result before the next task.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "judge"

    def __init__(self):
        super().__init__()
        self.scene = socket.socket(socket.AF_UNIX)
        self.scene.connect(os.environ["GTM_JUDGE"])
        self.lines = self.scene.makefile("rw", encoding="utf-8")

    def tell(self, result, failed):
        if ".bigip_" in result._task.action:
            json.dump({"row": result._host.get_name(), "step": result._task.get_name(),
                       "failed": failed, "result": result._result}, self.lines)
            self.lines.write("\n")
            self.lines.flush()
            self.lines.readline()

    def v2_runner_on_ok(self, result):
        self.tell(result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.tell(result, True)

    v2_runner_on_unreachable = v2_runner_on_failed
