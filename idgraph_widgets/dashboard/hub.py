"""People of a JupyterHub: it logs them in, and says which of them may use the dashboard."""

from __future__ import annotations

from idgraph_widgets.errors import EngineError


def of_hub(**common):
    """JupyterHub's own provider of identities, for a service: a person is who its roles give access to it.

    Raises
    ------
    EngineError
        JupyterHub is not installed here.
    """
    from jupyter_server.auth.identity import User

    try:
        from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
    except ImportError as error:
        raise EngineError(
            f"--login hub needs JupyterHub beside the dashboard ({error}). Install it: python -m pip install jupyterhub"
        ) from error

    class OfHub(JupyterHubIdentityProvider):
        # JupyterHub's token of the service is none that a visitor might have.
        token = ""
        login_available = True

        async def get_user(self, handler) -> User | None:
            found = await super().get_user(handler)
            return found and User(found.username)

    return OfHub(**common)
