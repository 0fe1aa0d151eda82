"""A part of JupyterHub's configuration: the dashboard as one of its services, at /services/studio.

JupyterHub and idgraph-widgets[local,dashboard,export] are installed in the same environment.
"""

c = get_config()  # noqa: F821 - JupyterHub's

c.JupyterHub.services = [
    {
        "name": "studio",
        "url": "http://127.0.0.1:8866",
        "command": ["idgraph", "dashboard", "--login", "hub", "--home", "studio", "--port", "8866", "--no-browser"],
        "oauth_no_confirm": True,
    }
]
c.JupyterHub.load_roles = [
    # Everybody who has an account may use it; name a group instead of that where it shall be fewer.
    {"name": "user", "scopes": ["self", "access:services!service=studio"]}
]
