"""A JupyterHub on loopback around deploy/dashboard/jupyterhub_config.py, of which only addresses are others."""

import json
import os
import sys

given = json.loads(os.environ["HUB_TEST"])
c = get_config()  # noqa: F821 - JupyterHub's

load_subconfig(given["deploy"])  # noqa: F821 - JupyterHub's

c.JupyterHub.bind_url = f"http://127.0.0.1:{given['port']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{given['hub_port']}"
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = given["password"]
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.command = given["proxy"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['api_port']}"
c.ConfigurableHTTPProxy.auth_token = given["password"] * 4
service = c.JupyterHub.services[0]
assert service["command"][0] == "idgraph"
own = {"8866": str(given["service_port"])}
arguments = [own.get(argument, argument) for argument in service["command"][1:]]
service["command"] = [sys.executable, "-m", "idgraph_widgets", *arguments, "--warm", "1"]
service["url"] = f"http://127.0.0.1:{given['service_port']}"
service["environment"] = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
