"""What can be asked of the dashboard: the studio's page, the line to its kernel, its end, and how the server is."""

from __future__ import annotations

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler


class _Seated:
    """The kernels, each given to one person before anything of it is shown."""

    def __init__(self, kernels, who: str, workspace):
        self._kernels, self._who, self._workspace = kernels, who, workspace

    def __getattr__(self, name: str):
        return getattr(self._kernels, name)

    async def get_rendered_notebook(self, *args, **kwargs):
        """A warm kernel."""
        task, cache, kernel_id = await self._kernels.get_rendered_notebook(*args, **kwargs)
        self._kernels.give(kernel_id, self._workspace, self._who)
        return task, cache, kernel_id

    async def start_kernel(self, **kwargs):
        """A new one, where none is warm."""
        kernel_id = await self._kernels.start_kernel(**kwargs)
        self._kernels.give(kernel_id, self._workspace, self._who)
        return kernel_id


class Page(TornadoVoilaHandler):
    """The studio, in a kernel of the person who asks for it."""

    @property
    def kernel_manager(self):
        """The kernels, on behalf of this person."""
        who = self.current_user.username
        return _Seated(super().kernel_manager, who, self.settings["workspace_of"](who))

    @web.authenticated
    async def get(self, path=None):
        """The page; a token in the address has done its work by then, and is taken out of it."""
        if path:
            raise web.HTTPError(404)
        if self.request.query:
            self.redirect(self.base_url)
            return
        await self._make_room()
        await super().get()

    async def _make_room(self) -> None:
        """Keep a person to so many pages: the oldest that nobody looks at makes room."""
        kernels, most = self.settings["kernel_manager"], self.settings["pages"]
        mine = kernels.of(self.current_user.username)
        if most is None or len(mine) < most:
            return
        for id in mine:
            if not kernels._kernel_connections.get(id):  # noqa: SLF001 - what culling asks, too
                await ensure_async(kernels.shutdown_kernel(id))
                return
        raise web.HTTPError(429, reason=f"You have {len(mine)} studios open. Close one and reload")

    def get_login_url(self) -> str:
        """Where to log in; where the proxy does that, there is nothing to show."""
        if not self.identity_provider.login_available:
            raise web.HTTPError(403, reason="Nobody is logged in. Come by the address that your operator gave you")
        return super().get_login_url()


class Channel(VoilaKernelWebsocketHandler):
    """The page's line to its kernel, on which small messages do not wait for one another."""

    async def open(self, kernel_id):
        """Open it."""
        # A plot comes right after the kernel's "busy": without this, TCP holds it back for up to 40 ms
        # until the browser has acknowledged that.
        self.set_nodelay(True)
        await super().open(kernel_id)


class Leave(VoilaShutdownKernelHandler):
    """Ends the kernel of a page that is left.

    The kernel must be the person's, and the page ours. The cookie that is asked for otherwise is one for all servers of
    a host, whatever their port: another Jupyter may have replaced it.
    """

    auth_resource = "kernels"

    def check_xsrf_cookie(self):
        """Check the page that asks instead."""
        if hasattr(self, "_jupyter_current_user") and not self.check_origin():
            raise web.HTTPError(403)

    @web.authenticated
    async def post(self, kernel_id):
        """End it."""
        if self.settings["kernel_manager"].owners.get(kernel_id) != self.current_user.username:
            raise web.HTTPError(404)
        await super().post(kernel_id)


class Login(LoginFormHandler):
    """The page that asks for a token."""

    def _render(self, message=None):
        refusal = "" if message is None else "That is none of the tokens that were given out."
        page = self.settings["voila_jinja2_env"].get_template("login.html")
        self.write(page.render(base_url=self.base_url, refusal=refusal, xsrf=self.xsrf_form_html()))


class Logout(JupyterHandler):
    """The end of a session in this browser."""

    @allow_unauthenticated
    def get(self):
        """Forget who it was."""
        self.identity_provider.clear_login_cookie(self)
        self.redirect(f"{self.base_url}login")


class Me(APIHandler):
    """Who is logged in, for the page."""

    @web.authenticated
    def get(self):
        """The name, and whether one can log out here."""
        self.write({"name": self.current_user.username, "leaves": self.identity_provider.logout_available})


class Health(web.RequestHandler):
    """How the server is, for whoever watches over it: no names, no paths."""

    @allow_unauthenticated
    def get(self):
        """Say that it works, and how much it has to do."""
        kernels, queue = self.settings["kernel_manager"], self.settings["queue"]
        health = {"status": "ok", "studios": len(kernels.owners), "warm": len(kernels) - len(kernels.owners)}
        self.write({**health, **({} if queue is None else queue.counts())})
